import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { lacks } from "../needs.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const HERE = import.meta.dirname;
const FOLDER = join(ROOT, "editors/vscode");
const TEXT = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - id: x
    efect: allow
`;

const PROGRAM = join(ROOT, "bin/agentz.js");

/** What the packed extension shows of a document, in an environment. */
function activated(env: Readonly<Record<string, string>>): {
  readonly messages: readonly string[];
  readonly registered: readonly string[];
  readonly told: readonly string[];
  readonly executed: readonly (readonly string[])[];
} {
  const main = join(FOLDER, "dist/extension.cjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(HERE, "activate.cjs"), main, "file:///nowhere/p.yaml", TEXT],
    { encoding: "utf8", env: { ...process.env, ...env }, timeout: 60_000 },
  );
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

it("the extension has the version of the package", () => {
  const versionOf = (folder: string): unknown =>
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
  expect(versionOf(FOLDER)).toBe(versionOf(ROOT));
});

describe.skipIf(lacks("vscode-packages"))("the extension for VS Code", () => {
  it("is packed by vsce, and shows what the server finds through the official client", () => {
    const folder = mkdtempSync(join(tmpdir(), "vsix-"));
    const file = join(folder, "agentz.vsix");
    execFileSync(process.execPath, [join(ROOT, "scripts/vsix.mjs"), file], { stdio: "pipe" });
    const bytes = readFileSync(file);
    expect(bytes.subarray(0, 2).toString()).toBe("PK");
    for (const name of [
      "extension.vsixmanifest",
      "extension/package.json",
      "extension/LICENSE.txt",
    ])
      expect(bytes.includes(name)).toBe(true);
    const { messages, registered, told } = activated({ AGENTZ: PROGRAM });
    expect(messages).toEqual(["a rule has no field `efect`\nhelp: did you mean `effect`?"]);
    expect(told).toEqual([]);
    expect(registered).toEqual(
      expect.arrayContaining([
        "agentz.restart",
        "agentz.runTest",
        "registerCompletionItemProvider",
        "registerHoverProvider",
        "registerRenameProvider",
        "registerInlayHintsProvider",
        "registerDocumentSemanticTokensProvider",
      ]),
    );
  });

  it.each([
    [
      "no program is installed",
      "",
      "The program agentz was not found. Install it in the workspace",
    ],
    ["the setting is wrong", "/nowhere/agentz", "The program `/nowhere/agentz` of the setting"],
  ])("says what to do if %s, and leads to the setting", (_, AGENTZ, said) => {
    const { told, executed } = activated({ AGENTZ, PATH: "/nowhere", PRESS: "Open the setting" });
    expect(told).toEqual([expect.stringContaining(said)]);
    expect(executed).toEqual([["workbench.action.openSettings", "agentz.command"]]);
  });

  it.each([
    ["could not start", PROGRAM],
    ["is still starting", `${ROOT},${PROGRAM}`],
  ])("starts the program of the setting after one that %s", (_, THEN) => {
    // a folder is there, but runs nothing
    const { messages, told } = activated({ AGENTZ: ROOT, THEN });
    expect(told.join("\n")).toContain(`Launching server using command ${ROOT} failed`);
    expect(messages).toHaveLength(1);
  });

  it("starts the program of a checkout of agentz", () => {
    const PATH = join(process.execPath, "..");
    const { messages, told } = activated({ AGENTZ: "", PATH, FOLDERS: ROOT });
    expect(told).toEqual([]);
    expect(messages).toHaveLength(1);
  });
});
