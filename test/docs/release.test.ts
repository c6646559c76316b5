import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../e2e/agentz.ts";

const CHANGES =
  "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- something\n\n## [0.1.0] - 2026-01-01\n";
let cwd = "";

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { cwd, encoding: "utf8" }).trim();
const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

function release(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "scripts/release.mjs"), ...args],
    { cwd, encoding: "utf8" },
  );
  return { status, out: stdout + stderr };
}

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "agentz-release-"));
  write("package.json", '{ "name": "x", "version": "0.1.0" }\n');
  write("CHANGELOG.md", CHANGES);
  git("init", "-q");
  git("config", "user.email", "x@example.com");
  git("config", "user.name", "x");
  git("add", "-A");
  git("commit", "-qm", "first");
});
afterEach(() => rmSync(cwd, { recursive: true }));

test("a release is a commit and a tag with its changes, and --check says so", () => {
  expect(release("0.2.0")).toEqual({ status: 0, out: expect.stringContaining("git push") });
  expect(git("tag", "--list")).toBe("v0.2.0");
  expect(git("status", "--porcelain")).toBe("");
  expect(readFileSync(join(cwd, "CHANGELOG.md"), "utf8")).toMatch(
    /## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added/,
  );
  expect(release("--check", "v0.2.0")).toEqual({
    status: 0,
    out: "v0.2.0\n\n### Added\n\n- something\n",
  });
  expect(release("0.3.0")).toEqual({ status: 1, out: expect.stringContaining("says nothing") });
});

describe("what is no release is refused", () => {
  test.each([
    [[], "which version?"],
    [["1.0"], "`1.0` is no version"],
    [["0.1.0"], "0.1.0 does not come after 0.1.0"],
    [["0.0.9"], "0.0.9 does not come after 0.1.0"],
    [["--check", "v9.9.9"], "package.json has 0.1.0, the tag is v9.9.9"],
    [["--check", "v0.1.0"], "CHANGELOG.md says nothing under `## [0.1.0] - <date>`"],
  ])("%j", (args, message) =>
    expect(release(...args)).toEqual({ status: 1, out: expect.stringContaining(message) }),
  );

  test("changes that are not committed, and a tag that exists", () => {
    git("tag", "v0.2.0");
    expect(release("0.2.0").out).toContain("the tag v0.2.0 exists already");
    write("new.txt", "");
    expect(release("0.2.0").out).toContain("changes that are not committed");
  });
});

test("the project's own workflows test by .ci/run, publish with provenance, and pin actions", () => {
  const [tests = "", publish = ""] = ["test", "release"].map((name) =>
    readFileSync(join(ROOT, `.github/workflows/${name}.yml`), "utf8"),
  );
  expect(parse(tests).jobs.test.steps.at(-1)).toEqual({ run: ".ci/run" });
  expect(parse(publish).permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(publish).toContain("npm publish --provenance");
  for (const [, version = ""] of `${tests}${publish}`.matchAll(/uses: \S+@(\S+)/g))
    expect(version).toMatch(/^[0-9a-f]{40}$/);
});
