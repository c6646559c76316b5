import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";

/** An npm that writes down what it is asked for, and ends as `FAILS` says where that fits. */
const NPM = `#!/bin/sh
echo "$*" >> asked
case "$*" in *"$FAILS"*) exit 1 ;; esac
`;

/** What `.ci/run` asks of npm in a clone of its own, and how it ends, if npm fails at `fails`. */
function run(fails: string): {
  readonly status: number | null;
  readonly out: string;
  readonly asked: readonly string[];
  readonly isKept: boolean;
} {
  const cwd = scratch({ "bin/npm": NPM });
  chmodSync(join(cwd, "bin/npm"), 0o755);
  mkdirSync(join(cwd, "test/seams/node_modules"), { recursive: true });
  cpSync(join(ROOT, ".ci"), join(cwd, ".ci"), { recursive: true });
  const { status, stdout } = spawnSync(join(cwd, ".ci/run"), {
    encoding: "utf8",
    env: { PATH: `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}`, FAILS: fails },
  });
  const asked = readFileSync(join(cwd, "asked"), "utf8").trim().split("\n");
  const isKept = existsSync(join(cwd, "test/seams/node_modules"));
  return { status, out: stdout, asked: asked.map((line) => line.split(" -")[0] ?? ""), isKept };
}

describe.skipIf(lacks("posix"))(".ci/run", () => {
  const all = ["ci", "ci", "ci", "test"];

  test("installs, also what the pages of docs/seams and the gateway are tried with, and tests", () => {
    expect(run("nothing")).toEqual({ status: 0, out: "", asked: all, isKept: true });
  });

  test("tests without the packages of test/seams where they cannot be had, and says so", () => {
    const out = expect.stringContaining("the tests that need them are skipped");
    expect(run("--prefix test/seams")).toEqual({ status: 0, out, asked: all, isKept: false });
  });

  test("fails with its tests, and with its own packages", () => {
    expect(run("test")).toMatchObject({ status: 1 });
    expect(run("ci")).toMatchObject({ status: 1, asked: ["ci"] });
  });
});
