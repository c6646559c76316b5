import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch } from "./agentz.ts";
import { runInProcess as run } from "./in-process.ts";

interface Origin {
  readonly url: string;
  readonly head: string;
  readonly fork: string;
}

interface Clone {
  readonly name: string;
  readonly make: (cwd: string, origin: Origin) => unknown;
}

interface Clones {
  readonly CLONES: readonly Clone[];
  readonly makeOrigin: (folder: string) => Origin;
  readonly faultOf: (
    clone: Clone,
    origin: Origin,
    on: { readonly cwd: string; readonly run: typeof run },
  ) => Promise<string | undefined>;
}

const { CLONES, makeOrigin, faultOf }: Clones = await import(
  new URL("../../scripts/ci-clones.mjs", import.meta.url).href
);

let folder = "";
let origin: Origin;
beforeAll(() => {
  folder = scratch();
  origin = makeOrigin(folder);
});

function folderFor(name: string): string {
  const cwd = join(folder, name.replace(/\W+/g, "-"));
  mkdirSync(cwd);
  return cwd;
}

const GITHUB = { GITHUB_ACTIONS: "true", CI: "true" };

describe(
  "design 7.3: the gate sees a widening in the clones that CI systems leave, or says which " +
    "command helps",
  () => {
    test.each(CLONES.map((clone) => [clone.name, clone] as const))("%s", async (name, clone) => {
      expect(await faultOf(clone, origin, { cwd: folderFor(name), run })).toBeUndefined();
    });
  },
);

/** A whole clone at the head of the pull request, as a runner leaves it. */
function wholeClone(name: string): string {
  const cwd = folderFor(name);
  execFileSync("git", ["clone", "-q", "--branch=feature", origin.url, "."], { cwd });
  return cwd;
}

describe("design 7.3: a baseline that somebody named is held to the same", () => {
  test.each([
    ["agentz.yaml", [], "baseline: ['git:HEAD']\n"],
    ["a branch in agentz.yaml", [], "baseline: ['git:origin/feature']\n"],
    ["a flag", ["--baseline", "git:HEAD"], ""],
    ["a flag, by its commit and path", ["--baseline", "git:HEAD^0:policies"], ""],
  ])("%s", async (name, flags, config) => {
    const cwd = wholeClone(`named ${name}`);
    const file = join(cwd, "agentz.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}${config}`);
    for (const command of [["ci"], ["replay", "--no-index", "--fail-on", "widened"]]) {
      const refused = await run(cwd, GITHUB, [...command, ...flags]);
      expect([command[0], refused.status]).toEqual([command[0], 2]);
      expect(`${refused.stdout}${refused.stderr}`).toMatch(
        /the baseline would be HEAD itself[^]*`--baseline git:HEAD\^`/,
      );
    }
    expect((await run(cwd, GITHUB, ["ci", "--baseline", `git:${origin.fork}`])).status).toBe(1);
    expect(
      (
        await run(cwd, GITHUB, [
          "replay",
          "--no-index",
          "--baseline",
          "git:HEAD:policies",
          "--candidate",
          "git:HEAD^:policies",
        ])
      ).status,
    ).toBe(0);
    expect((await run(cwd, {}, ["replay", "--no-index", "--baseline", "git:HEAD"])).status).toBe(0);
  });

  test("version check too", async () => {
    const refused = await run(wholeClone("named base"), GITHUB, [
      "version",
      "check",
      "--base",
      "origin/feature",
    ]);
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining("the baseline would be HEAD itself"),
    ]);
  });
});

describe("one default for every command that compares", () => {
  test("replay, report, coverage, diff, version check and ci take the same base, and say so", async () => {
    const cwd = wholeClone("same");
    const env = { ...GITHUB, GITHUB_BASE_REF: "main" };
    const told =
      `agentz: the baseline is ${origin.fork.slice(0, 12)}, where HEAD left origin/main, which ` +
      "GITHUB_BASE_REF names\n";
    const base = `git:${origin.fork}`;
    const read = async (
      path: readonly string[],
      ...args: readonly string[]
    ): Promise<readonly unknown[]> => {
      const done = await run(cwd, env, args);
      const found = path.reduce<unknown>(
        (value, key) => Reflect.get(Object(value), key),
        JSON.parse(done.stdout),
      );
      return [found, done.stderr];
    };
    expect(await read(["baseline", "ref"], "replay", "--no-index", "--format", "json")).toEqual([
      base,
      told,
    ]);
    expect(await read(["baseline", "ref"], "coverage", "--no-index", "--format", "json")).toEqual([
      base,
      told,
    ]);
    expect(await read(["baseline", "ref"], "report", "--no-index", "--format", "json")).toEqual([
      base,
      told,
    ]);
    expect(await read(["before", "ref"], "diff", "--format", "json")).toEqual([base, told]);
    expect(await read(["base", "ref"], "version", "check", "--format", "json")).toEqual([
      base,
      told,
    ]);
    expect(
      await read(["version", "base", "ref"], "ci", "--no-index", "--output", "json=-"),
    ).toEqual([base, told]);
    expect(
      await read(["replay", "baseline", "ref"], "ci", "--no-index", "--output", "json=-"),
    ).toEqual([base, told]);
  });

  test("a branch that is named without its remote is proposed with it", async () => {
    const cwd = wholeClone("remote");
    const done = await run(cwd, GITHUB, ["replay", "--no-index", "--baseline", "git:main"]);
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringContaining("did you mean `git:origin/main`?"),
    ]);
  });

  test.each([["replay"], ["diff"], ["version check"], ["report --format json"]])(
    "%s refuses where nothing can be compared",
    async (command) => {
      const cwd = wholeClone(`refuse ${command}`);
      execFileSync("git", ["checkout", "-q", "main"], { cwd });
      const done = await run(cwd, GITHUB, command.split(" "));
      expect([done.status, done.stderr]).toEqual([
        2,
        expect.stringContaining("help: compare with the commit before: `--baseline git:HEAD^`"),
      ]);
    },
  );

  test("ci tells it as steps in error, and runs the others", async () => {
    const cwd = wholeClone("ci");
    execFileSync("git", ["checkout", "-q", "main"], { cwd });
    const done = await run(cwd, GITHUB, ["ci", "--no-index", "--output", "json=-"]);
    const steps: readonly {
      readonly name: string;
      readonly status: string;
      readonly help: string | null;
    }[] = JSON.parse(done.stdout).steps;
    const help = "compare with the commit before: `--baseline git:HEAD^`";
    expect([done.status, steps.map(({ name, status, help: way }) => [name, status, way])]).toEqual([
      2,
      [
        ["lint", "passed", null],
        ["test", "skipped", null],
        ["analyze", "skipped", null],
        ["version", "error", help],
        ["replay", "error", help],
      ],
    ]);
    const shown = await run(cwd, GITHUB, ["ci", "--no-index", "--output", "github=-"]);
    expect(shown.stdout).toContain(
      "::error title=agentz replay::the baseline would be HEAD itself",
    );
  });
});

describe("outside a CI", () => {
  test("outside a repository the baseline is `recorded`; with `CI` set it has to be named", async () => {
    const cwd = wholeClone("no repository");
    execFileSync("rm", ["-rf", ".git"], { cwd });
    const local = await run(cwd, {}, ["replay", "--no-index", "--format", "json"]);
    expect([local.status, JSON.parse(local.stdout).baseline.ref]).toEqual([0, "recorded"]);
    expect(await run(cwd, { CI: "true" }, ["replay", "--no-index"])).toMatchObject({
      status: 2,
      stdout: "",
    });
    expect(
      await run(cwd, { CI: "true" }, ["replay", "--no-index", "--baseline", "recorded"]),
    ).toMatchObject({ status: 0 });
    expect(await run(cwd, { CI: "false" }, ["replay", "--no-index"])).toMatchObject({ status: 0 });
    expect((await run(cwd, {}, ["version", "check"])).stderr).toContain(
      "there is nothing to compare with",
    );
  });

  test("on the default branch the last commit is compared with what is not committed yet", async () => {
    const cwd = wholeClone("local");
    execFileSync("git", ["checkout", "-q", "main"], { cwd });
    const done = await run(cwd, {}, ["replay", "--no-index", "--format", "json"]);
    expect([done.status, JSON.parse(done.stdout).baseline.ref]).toEqual([
      0,
      `git:${execFileSync("git", ["rev-parse", "main"], { cwd, encoding: "utf8" }).trim()}`,
    ]);
  });

  test("a repository without a commit, and one without a common commit, are errors", async () => {
    const cwd = wholeClone("unrelated");
    execFileSync("git", ["checkout", "-q", "--orphan", "fresh"], { cwd });
    expect((await run(cwd, {}, ["replay", "--no-index"])).stderr).toContain(
      "this repository has no commit yet",
    );
    execFileSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "-qm", "x"],
      { cwd },
    );
    expect(await run(cwd, {}, ["replay", "--no-index"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("HEAD and `origin/HEAD` have no commit in common"),
    });
  });

  test("a repository that git cannot read is an error, not `recorded`", async () => {
    const cwd = wholeClone("damaged");
    writeFileSync(join(cwd, ".git/HEAD"), "nonsense\n");
    expect(await run(cwd, {}, ["replay", "--no-index"])).toMatchObject({ status: 2, stdout: "" });
  });

  test("a repository of somebody else is an error that says how git comes to trust it", async () => {
    const cwd = wholeClone("foreign");
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    const done = await run(cwd, { CI: "true" }, ["replay", "--no-index"]).finally(
      () => delete process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"],
    );
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringContaining("git config --global --add safe.directory"),
    ]);
  });
});

const HOSTILE = [
  "--upload-pack=touch owned",
  "-c",
  "--all",
  "main^{/first}",
  "main~3",
  "main:policies",
  "main..feature",
  "@{-1}",
  "../../HEAD",
  "*",
  "m*",
  "$(touch owned)",
  "main\n--output=owned",
  "::error::x",
  "refs/heads/",
  "main.lock",
];

describe("variables are hostile input", () => {
  let cwd = "";
  beforeAll(() => void (cwd = wholeClone("hostile")));

  test.each(HOSTILE)(
    "a branch named %j is none of this clone, and nothing of it is run or proposed",
    async (name) => {
      const done = await run(cwd, { CI: "true", GITHUB_BASE_REF: name }, ["replay", "--no-index"]);
      const command = /`(git fetch [^`]*)`/.exec(done.stderr)?.[1] ?? "";
      expect([
        done.status,
        done.stdout,
        /^[\w +:/<>.-]+$/.test(command),
        command.includes("touch"),
      ]).toEqual([2, "", true, false]);
      expect(done.stderr.split("\n").filter((line) => line.trimStart().startsWith("::"))).toEqual(
        [],
      );
      expect(existsSync(join(cwd, "owned"))).toBe(false);
    },
  );

  test.each(["--all", "HEAD", "main~3", "$(touch owned)", "main\n--output=owned"])(
    "a commit named %j is none: the branch counts",
    async (name) => {
      const env = {
        GITLAB_CI: "true",
        CI_MERGE_REQUEST_DIFF_BASE_SHA: name,
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
      };
      const done = await run(cwd, env, ["replay", "--no-index", "--format", "json"]);
      expect([done.status, JSON.parse(done.stdout).baseline.ref]).toEqual([
        1,
        `git:${origin.fork}`,
      ]);
      expect(existsSync(join(cwd, "owned"))).toBe(false);
    },
  );
});
