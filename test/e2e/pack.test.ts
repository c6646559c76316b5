import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, scratch, type Done } from "./agentz.ts";
import { packedPackage } from "./packed.ts";

function runIn(cwd: string, command: string, args: readonly string[]): Done {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NO_COLOR: "1" },
  });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** Every text in a member of a manifest, however deep: the files that it names. */
function namedFiles(member: unknown): readonly string[] {
  if (typeof member === "string") return [member];
  return typeof member === "object" && member !== null
    ? Object.values(member).flatMap(namedFiles)
    : [];
}

test("the packed package, installed without a network in an empty folder, runs what a new user runs", {
  timeout: 180_000,
}, () => {
  const home = join(scratch(), "home");
  mkdirSync(home);
  const installed = runIn(home, "npm", [
    "install",
    "--offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    packedPackage(),
  ]);
  expect([installed.status, installed.status === 0 ? "" : installed.stderr]).toEqual([0, ""]);

  const agentz = (...args: readonly string[]): Done =>
    runIn(home, join(home, "node_modules/.bin/agentz"), args);
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  expect(agentz("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
  expect(agentz("init")).toMatchObject({ status: 0 });
  expect(existsSync(join(home, "policies"))).toBe(true);
  expect(JSON.parse(agentz("lint", "--format", "json").stdout).summary).toMatchObject({
    errors: 0,
    warnings: 0,
  });
  const tested = agentz(
    "test",
    "--min-coverage",
    "1",
    "--min-mutation",
    "1",
    "--threads",
    "2",
    "--format",
    "json",
  );
  expect(tested.status).toBe(0);
  expect(JSON.parse(tested.stdout)).toMatchObject({
    summary: { failed: 0, errors: 0 },
    mutation: { undecided: 0, survivors: [] },
  });
  const replayed = agentz("replay", "--format", "json");
  expect([replayed.status, JSON.parse(replayed.stdout).trace.calls]).toEqual([0, 4]);

  // nothing is installed besides, since everything is bundled; the licences of what is come along
  expect(readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "agentz",
  ]);
  const own = join(home, "node_modules/agentz");
  // what the manifest names is there, and what it exports can be imported
  const { exports, bin, types, main } = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  expect(
    namedFiles([exports, bin, types, main]).filter(
      (name) => !existsSync(join(own, name.replace(/\/\*$/, ""))),
    ),
  ).toEqual([]);
  const imported = runIn(home, process.execPath, [
    "--input-type=module",
    "-e",
    'console.log(typeof (await import("agentz")).decide)',
  ]);
  expect(imported).toMatchObject({ status: 0, stdout: "function\n" });
  expect(readFileSync(join(own, "LICENSE"), "utf8")).toContain("Apache License");
  const notices = readFileSync(join(own, "dist/THIRD-PARTY-NOTICES"), "utf8");
  const [, bundled = ""] =
    /const bundled = \[([^\]]*)\]/.exec(
      readFileSync(join(ROOT, ".dependency-cruiser.mjs"), "utf8"),
    ) ?? [];
  const named = [...bundled.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
  expect(named).toContain("yaml");
  const names = [...named, "assemblyscript"];
  expect(names.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
});
