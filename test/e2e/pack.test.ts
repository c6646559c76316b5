import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, scratch, type Done } from "./agentz.ts";

function runIn(cwd: string, command: string, args: readonly string[]): Done {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26, env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NO_COLOR: "1" } });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

test("the packed package, installed without a network in an empty folder, runs what a new user runs", { timeout: 180_000 }, (context) => {
  const folder = scratch();
  const [tarballs, home] = [join(folder, "tarballs"), join(folder, "home")];
  for (const each of [tarballs, home]) mkdirSync(each);

  // the dependencies come from the project's own, so that nothing is asked of a registry
  const listed = runIn(ROOT, "npm", ["ls", "--omit=dev", "--all", "--parseable"]);
  if (listed.status !== 0) return context.skip("npm does not list the project's dependencies here");
  const dependencies = listed.stdout.trim().split("\n").slice(1);
  const packed = runIn(ROOT, "npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", tarballs, ".", ...dependencies]);
  expect([packed.status, packed.stderr]).toEqual([0, ""]);
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  expect(files).toHaveLength(dependencies.length + 1);
  const installed = runIn(home, "npm", ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", ...files]);
  expect([installed.status, installed.status === 0 ? "" : installed.stderr]).toEqual([0, ""]);

  const agentz = (...args: readonly string[]): Done => runIn(home, join(home, "node_modules/.bin/agentz"), args);
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(agentz("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
  expect(agentz("init")).toMatchObject({ status: 0 });
  expect(existsSync(join(home, "policies"))).toBe(true);
  expect(JSON.parse(agentz("lint", "--format", "json").stdout).summary).toMatchObject({ errors: 0, warnings: 0 });
  const tested = agentz("test", "--min-coverage", "100", "--min-mutation", "100", "--threads", "2", "--format", "json");
  expect(tested.status).toBe(0);
  expect(JSON.parse(tested.stdout)).toMatchObject({ summary: { failed: 0, errors: 0 }, mutation: { undecided: 0, survivors: [] } });
  const replayed = agentz("replay", "--format", "json");
  expect([replayed.status, JSON.parse(replayed.stdout).trace.calls]).toEqual([0, 4]);
});
