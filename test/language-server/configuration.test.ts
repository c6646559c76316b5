import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeAction, Diagnostic } from "vscode-languageserver-protocol/node";
import { afterEach, describe, expect, it } from "vitest";
import { Editor, findingOf, folderWith, hoverText, positionOf, textIn } from "./editor.ts";

const CONFIG =
  "candidate: [policies]\nbaseline: [policies]\ntests: [tests]\ngate: { widened: 0 }\n";
const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents: [{ id: support, owner: o, purpose: answers, status: commissioned }]
tools:
  - name: refund
    server: payments
    effects: [pay]
    args: { type: object, properties: { amount: { type: number } }, additionalProperties: false }
    resource: none
data:
  limits: { type: { type: number }, value: 100 }
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
owner: payments
description: what support may do
rules:
  - id: small
    effect: allow
    subjects: ["agent:support"]
    actions: [payments/refund]
    when: args.amount <= 100.0
    match: [{ args: { amount: 1 } }]
`;
const FILES = {
  "agentz.yaml": CONFIG,
  "catalogs/catalog.yaml": CATALOG,
  "policies/shop/refunds.yaml": POLICY,
  "tests/x.yaml": "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests: []\n",
};
const FILE = "policies/shop/refunds.yaml";
const NAME = "agentz.yaml";
const SOUND = CONFIG.replace("candidate: [policies]", "candidate: [catalogs, policies]");

const open: Editor[] = [];

async function editorIn(
  config = SOUND,
): Promise<{ editor: Editor; save: (text: string) => Promise<void> }> {
  const folder = folderWith({ ...FILES, [NAME]: config });
  const editor = new Editor(folder);
  open.push(editor);
  await editor.start();
  const save = async (text: string): Promise<void> => {
    writeFileSync(join(folder, NAME), text);
    await editor.type(NAME, text);
    await editor.connection.sendNotification("textDocument/didSave", {
      textDocument: { uri: editor.uri(NAME) },
    });
  };
  return { editor, save };
}

afterEach(async () => {
  for (const editor of open.splice(0)) expect(await editor.end()).toBe(0);
});

function brief(text: string, found: readonly Diagnostic[]): readonly string[] {
  return found.map(({ code, message, range }) => `${code} ${textIn(text, range)}: ${message}`);
}

describe("agentz.yaml in an editor", () => {
  it.each([
    [
      "a field that is not there",
      SOUND.replace("tests:", "trase:"),
      ["config trase: there is no field `trase`\nhelp: did you mean `trace`?"],
    ],
    [
      "a limit that is not there",
      SOUND.replace("widened", "widend"),
      [
        "config widend: there is no check `widend` in `gate` of agentz.yaml\nhelp: did you mean `widened`?",
      ],
    ],
    [
      "a path that does not exist",
      SOUND.replace("[catalogs, policies]", "[catalogs, policiess]"),
      ["no-such-path policiess: there is no `policiess`\nhelp: did you mean `policies`?"],
    ],
    [
      "a rule of lint that is not there",
      `${SOUND}lint: { rules: { wildcard-alow: off } }\n`,
      [
        "config wildcard-alow: there is no rule `wildcard-alow` in `lint` of agentz.yaml\n" +
          "help: did you mean `wildcard-allow`?",
      ],
    ],
  ])("marks %s at its place, unsaved, and changes it to what was meant", async (_, text, told) => {
    const { editor } = await editorIn();
    await editor.open(NAME, text);
    const found = await editor.until(NAME, (all) => all.length > 0);
    expect(brief(text, found)).toEqual(told);
    const [first] = found;
    const actions: readonly CodeAction[] = await editor.ask("textDocument/codeAction", NAME, {
      range: first?.range,
      context: { diagnostics: found },
    });
    expect(actions.map(({ title }) => title)).toEqual([
      `Change to \`${/did you mean `(.*)`/.exec(told[0] ?? "")?.[1]}\``,
    ]);
    const [edit] = actions[0]?.edit?.changes?.[editor.uri(NAME)] ?? [];
    expect(edit).toMatchObject({ range: first?.range });
    await editor.type(NAME, SOUND);
    await editor.until(NAME, (all) => all.length === 0);
  });

  it("marks several mistakes, and YAML that is not well-formed", async () => {
    const { editor } = await editorIn();
    const text = `${SOUND}lint: { rulez: {} }\ntest: { min_coverage: 80 }\n`;
    await editor.open(NAME, text);
    const found = await editor.until(NAME, (all) => all.length > 1);
    expect(found.map(({ range }) => textIn(text, range))).toEqual(["rulez", "min_coverage"]);
    await editor.type(NAME, `${SOUND}trace: [x\n`);
    await editor.until(NAME, (all) => all.some(({ code }) => code === "yaml-syntax"));
  });

  it("completes fields, limits and words, and says what a field means", async () => {
    const { editor } = await editorIn();
    const text = `${SOUND}\n`;
    await editor.open(NAME, text);
    const fields = await editor.complete(NAME, positionOf(text, text.length));
    expect(fields.map(({ label }) => label)).toEqual(expect.arrayContaining(["trace", "lint"]));
    expect(fields.map(({ label }) => label)).not.toContain("gate");
    const inGate = text.replace("widened: 0", "widened: 0, b");
    await editor.type(NAME, inGate);
    const limits = await editor.complete(NAME, positionOf(inGate, inGate.indexOf(", b }") + 3));
    expect(limits.map(({ label }) => label)).toContain("unexercised");
    const level = `${SOUND}lint: { rules: { wildcard-allow: `;
    await editor.type(NAME, level);
    const levels = await editor.complete(NAME, positionOf(level, level.length));
    expect(levels.map(({ label }) => label).sort()).toEqual(["error", "off", "warning"]);
    await editor.type(NAME, SOUND);
    const at = positionOf(SOUND, SOUND.indexOf("baseline") + 2);
    expect(hoverText(await editor.hover(NAME, at))).toContain(
      "What the candidate is compared with",
    );
  });

  it.each([
    ["folders for policies", "candidate: [‸]", ["catalogs/", "policies/"]],
    ["files in a folder", "candidate: [policies/shop/‸]", ["policies/shop/refunds.yaml"]],
    ["a path in a line of its own", "tests:\n  - ‸", ["catalogs/", "policies/"]],
    ["a baseline", "baseline: ‸", ["recorded", "git:main", "policies/"]],
  ] as const)("completes %s", async (_, marked, wanted) => {
    const { editor } = await editorIn();
    const text = marked.replace("‸", "");
    await editor.open(NAME, text);
    const found = await editor.complete(NAME, positionOf(text, marked.indexOf("‸")));
    const labels = found.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining([...wanted]));
    expect(labels).not.toContain("agentz.yaml");
  });

  it.each([
    ["a field is not there", SOUND.replace("tests:", "trase:")],
    ["a limit is not there", SOUND.replace("widened", "widend")],
    ["a path does not exist", SOUND.replace("[catalogs, policies]", "[catalogs, policiess]")],
    ["it is not well-formed", SOUND.replace("policies]", "policies")],
  ])("keeps the set as it was while %s", async (_, broken) => {
    const { editor, save } = await editorIn();
    await editor.open(FILE, POLICY);
    await editor.open(NAME, SOUND);
    const typo = POLICY.replace("args.amount <=", "args.amont <=");
    await editor.type(FILE, typo);
    await editor.until(FILE, (all) => all.some(({ code }) => code === "unknown-attribute"));
    await editor.type(FILE, POLICY);
    await editor.until(FILE, (all) => all.every(({ severity }) => severity !== 1));
    await save(broken);
    await editor.until(NAME, (all) => all.length > 0);
    await editor.type(FILE, typo);
    const found = await editor.until(FILE, (all) => all.some(({ severity }) => severity === 1));
    expect(findingOf(found, "unknown-attribute").message).toContain("did you mean `args.amount`?");
    const errors = editor.published
      .filter(({ uri }) => uri === editor.uri(FILE))
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ severity }) => severity === 1);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["unknown-attribute"]));
    await save(SOUND);
    await editor.until(NAME, (all) => all.length === 0);
  });

  it("finds nothing by a set that nobody knows, and marks the configuration though it is not open", async () => {
    const { editor, save } = await editorIn(
      SOUND.replace("candidate:", "candidates:").replace("baseline:", "baselines:"),
    );
    await editor.open(FILE, POLICY.replace("effect: allow", "efect: allow"));
    await editor.until(NAME, (all) => all.length > 0);
    const found = await editor.until(FILE, (all) => all.length > 0);
    expect(found.map(({ code }) => code)).toEqual(["unknown-field"]);
    expect(editor.told.join("\n")).toContain("there is no field `candidates`");
    await editor.open(NAME, SOUND);
    await save(SOUND);
    await editor.until(NAME, (all) => all.length === 0);
  });
});
