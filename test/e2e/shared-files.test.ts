import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { render, type ResultDocument } from "../../src/api/render.ts";
import { git } from "../node/repositories.ts";
import { ROOT, jsonl, scratch } from "./agentz.ts";
import { runInProcess } from "./in-process.ts";

const catalog = (effect: string): string => `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
data: { banned: { file: banned.csv, column: who } }
tools:
  - { name: refund, server: payments, effects: [${effect}], resource: none }
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: desk
version: 1.0.0
rules:
  - { id: look, effect: allow, actions: ["payments/*"] }
  - { id: no-pay, effect: deny, actions: ["payments/*"], when: "'pay' in action.effects" }
  - { id: no-eve, effect: deny, actions: ["payments/*"], when: "args.who in data.banned" }
`;
const MORE = `apiVersion: agentz/v1
kind: Policy
name: more
version: 1.0.0
rules:
  - { id: no-mallory, effect: deny, actions: ["payments/*"], when: "args.who == 'mallory'" }
`;
const EVENT = {
  id: "s/0",
  session: "s",
  time: "2026-05-01T10:00:00Z",
  subject: { type: "agent", id: "a" },
  action: { kind: "mcp_request", server: "payments", name: "refund" },
  args: { who: "ann" },
};
const CONFIG = `candidate: [shared, next]
baseline: [shared, base]
trace: [t.jsonl]
gate: { widened: 0 }
`;
const FILES = {
  "shared/catalog.yaml": catalog("pay"),
  "shared/banned.csv": "who\neve\n",
  "copy/catalog.yaml": catalog("pay"),
  "copy/banned.csv": "who\neve\n",
  "base/p.yaml": POLICY,
  "next/p.yaml": POLICY,
  "agentz.yaml": CONFIG,
  "t.jsonl": jsonl([EVENT]),
};
const SHARED = ["shared/banned.csv", "shared/catalog.yaml"];
const WORDS = "read by both sets";

/** How often an output says that files are shared. */
const timesSaid = (text: string): number => text.split(WORDS).length - 1;

describe("files that both sets read", () => {
  const sharedOf = async (before: string, after: string): Promise<unknown> => {
    const cwd = scratch(FILES);
    symlinkSync("shared", join(cwd, "link"));
    const args = ["diff", before, after, "--format", "json"];
    const { stdout } = await runInProcess(cwd, {}, args);
    return JSON.parse(stdout).after.sharedFiles;
  };

  test.each([
    ["shared,base", "shared,next", SHARED],
    ["shared/catalog.yaml,base", "shared,next", SHARED],
    ["./next/../shared,base", "shared,next", SHARED],
    ["link,base", "shared,next", SHARED],
    ["link/catalog.yaml,base", "shared,next", SHARED],
    ["shared,base", "link,next", ["link/banned.csv", "link/catalog.yaml"]],
    ["shared,base", "shared,base", ["base/p.yaml", ...SHARED]],
  ])("are named, by whatever path they are read: %s, %s", async (before, after, named) => {
    expect(await sharedOf(before, after)).toEqual(named);
  });

  test("are none where the other one is a copy", async () => {
    expect(await sharedOf("copy,base", "shared,next")).toBeUndefined();
  });

  test("are said of a further candidate, and of merged parts", async () => {
    const cwd = scratch(FILES);
    const run = async (...args: readonly string[]): Promise<string> =>
      (await runInProcess(cwd, {}, args)).stdout;
    const own = ["--baseline", "shared", "--baseline", "base"];
    const two = ["--candidate", "copy", "--candidate", "next", "--candidate-2", "shared"];
    expect(timesSaid(await run("replay", ...own, ...two, "--candidate-2", "next"))).toBe(1);
    writeFileSync(join(cwd, "part.json"), await run("part", "--trace", "t.jsonl"));
    expect(timesSaid(await run("merge", "part.json"))).toBe(1);
    expect(JSON.parse(await run("merge", "part.json", "--format", "json")).candidate).toMatchObject(
      { sharedFiles: SHARED },
    );
  });
});

describe("diff of one path", () => {
  const run = async (...args: readonly string[]): Promise<readonly [number, string]> => {
    const { status, stderr } = await runInProcess(scratch(FILES), {}, ["diff", ...args]);
    return [status, stderr];
  };

  test.each(["shared,next", "./next/../next/p.yaml,shared", "shared", "shared/catalog.yaml"])(
    "that the candidate reads, too, is refused, with what to write: %s",
    async (path) => {
      expect(await run(path)).toEqual([
        2,
        `agentz: \`${path}\` would be compared with itself: the candidate of agentz.yaml reads the same files\n` +
          `  help: name the version before it: \`agentz diff git:main ${path}\`\n`,
      ]);
    },
  );

  test("is compared with the candidate, where it is another version", async () => {
    expect(await run("shared,base")).toEqual([0, ""]);
  });

  test("needs a second one where agentz.yaml names none", async () => {
    const cwd = scratch({ "base/p.yaml": MORE });
    const { status, stderr } = await runInProcess(cwd, {}, ["diff", "base"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("`agentz diff git:main base`")]);
  });
});

describe("the sample says once on each surface that both sets read its catalog", () => {
  const FILES_OF_SAMPLE = "policies/catalog.yaml and policies/domains.csv are read by both sets";

  test.each([
    ["replay", ["pretty", "markdown", "github", "sarif", "junit"], "--baseline git:main"],
    ["diff", ["pretty", "markdown"], "agentz diff git:main"],
    ["version check", ["pretty", "markdown", "github"], "--base git:main"],
    ["ci", ["pretty", "markdown", "github", "sarif", "junit"], "--baseline git:main"],
    ["report", ["pretty", "markdown", "html"], "--baseline git:main"],
    ["explain support-03/2", ["pretty"], "--baseline git:main"],
  ])("%s", { timeout: 120_000 }, async (command, formats, way) => {
    const args = [...command.split(" "), "--format", "json"];
    const { stdout } = await runInProcess(ROOT, {}, args);
    const document: ResultDocument = JSON.parse(stdout);
    for (const format of formats) {
      const text = await render(document, format);
      expect([format, timesSaid(text)]).toEqual([format, 1]);
      expect(text).toContain(FILES_OF_SAMPLE);
      expect(text).toContain(way);
      // nothing of it in what opens on click
      const fold = command === "report" ? -1 : text.indexOf("<details>");
      expect(fold === -1 || text.indexOf(WORDS) < fold).toBe(true);
    }
  });

  test("none says it where the baseline is a commit", async () => {
    const cwd = scratch(FILES);
    git(cwd, "init", "-q");
    git(cwd, "add", ".");
    git(cwd, "commit", "-qm", "base");
    for (const command of ["replay", "report", "ci"]) {
      const done = await runInProcess(cwd, {}, [command, "--baseline", "git:HEAD"]);
      expect([command, timesSaid(done.stdout), done.stderr]).toEqual([command, 0, ""]);
    }
  });
});

describe("in a pipeline, a change of a file that both sets read", () => {
  const PULL_REQUEST = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_BASE_REF: "main" };

  /** A repository with a branch for each change; `main` has what they begin at. */
  function repository(): string {
    const cwd = scratch({
      ...FILES,
      "shared/more.yaml": MORE,
    });
    git(cwd, "init", "-q", "-b", "main");
    git(cwd, "add", ".");
    git(cwd, "commit", "-qm", "base");
    const branch = (name: string, change: () => void): void => {
      git(cwd, "checkout", "-qb", name, "main");
      change();
      git(cwd, "add", "-A");
      git(cwd, "commit", "-qm", name);
    };
    branch("lower", () => writeFileSync(join(cwd, "shared/catalog.yaml"), catalog("read")));
    branch("data", () => writeFileSync(join(cwd, "shared/banned.csv"), "who\nmallory\n"));
    branch("gone", () => git(cwd, "rm", "-q", "shared/more.yaml"));
    branch("rules", () => writeFileSync(join(cwd, "next/p.yaml"), `${POLICY}# a word\n`));
    return cwd;
  }

  /** A clone as runners make it, at a branch. */
  function clone(branch: string, ...depth: readonly string[]): string {
    const cwd = scratch();
    git(cwd, "init", "-q");
    const refs = depth.length === 0 ? "+refs/heads/*:refs/remotes/origin/*" : branch;
    git(cwd, "fetch", "-q", ...depth, `file://${from}`, refs);
    git(cwd, "checkout", "-q", "--detach", depth.length === 0 ? `origin/${branch}` : "FETCH_HEAD");
    return cwd;
  }
  const from = repository();

  test.each([
    ["lower", "shared/catalog.yaml"],
    ["data", "shared/banned.csv"],
    ["gone", "shared/more.yaml"],
  ])("is compared with nothing, so no command passes: %s", async (branch, file) => {
    const cwd = clone(branch);
    const base = git(cwd, "rev-parse", "origin/main").slice(0, 12);
    const message =
      `\`${file}\` changed since ${base} (where HEAD left origin/main, which GITHUB_BASE_REF ` +
      "names), and both sets read it: this change would be compared with nothing";
    for (const [command, flag] of [
      ["ci", "--baseline"],
      ["replay", "--baseline"],
      ["report", "--baseline"],
      ["part --trace t.jsonl", "--baseline"],
      ["version check", "--base"],
    ] as const) {
      const { status, stdout, stderr } = await runInProcess(cwd, PULL_REQUEST, command.split(" "));
      expect([command, status]).toEqual([command, 2]);
      expect(stdout + stderr).toContain(message);
      expect(stdout + stderr).toContain(`take the baseline from a commit: \`${flag} git:${base}\``);
    }
    expect((await runInProcess(cwd, PULL_REQUEST, ["diff"])).status).toBe(0);
  });

  describe("that nobody committed", () => {
    const CSV = "shared/banned.csv";

    /** Status and output of `ci` in a clone of a branch whose working tree was then changed. */
    const changed = async (
      change: (cwd: string) => void,
      env: Readonly<Record<string, string>> = PULL_REQUEST,
    ): Promise<readonly [number, string]> => {
      const cwd = clone("rules");
      change(cwd);
      const { status, stdout } = await runInProcess(cwd, env, ["ci"]);
      return [status, /.*would be compared with nothing/.exec(stdout)?.[0] ?? ""];
    };
    const written =
      (file: string, text: string) =>
      (cwd: string): void =>
        writeFileSync(join(cwd, file), text);

    test.each([
      ["a catalog", "shared/catalog.yaml", written("shared/catalog.yaml", catalog("read"))],
      ["data", CSV, written(CSV, "who\nmallory\n")],
      [
        "a policy that is gone",
        "shared/more.yaml",
        (cwd: string) => rmSync(join(cwd, "shared/more.yaml")),
      ],
      [
        "a new policy, added to the index",
        "shared/new.yaml",
        (cwd: string) => {
          written("shared/new.yaml", MORE.replaceAll("more", "new"))(cwd);
          git(cwd, "add", ".");
        },
      ],
    ])("counts, too: %s", async (_, file, change) => {
      const [status, said] = await changed(change);
      expect([status, said]).toEqual([2, expect.stringContaining(`\`${file}\` changed since`)]);
      expect(await changed(change, {})).toEqual([0, ""]);
    });

    test.each([
      ["the ends of its lines", written(CSV, "who\r\neve\r\n")],
      [
        "a file that git knows nothing of",
        written("shared/made.yaml", MORE.replaceAll("more", "made")),
      ],
      [
        "what git writes by a filter",
        (cwd: string) => {
          written(".gitattributes", "*.csv filter=lfs\n")(cwd);
          written(CSV, "who\neve\nmallory\n")(cwd);
        },
      ],
    ])("is none: %s", async (_, change) => {
      expect(await changed(change)).toEqual([0, ""]);
    });
  });

  test("a version check of the very same files is refused, too", async () => {
    const args = [
      "version",
      "check",
      "--base",
      "shared/more.yaml",
      "--candidate",
      "shared/more.yaml",
    ];
    const { status, stderr } = await runInProcess(from, { CI: "true" }, args);
    expect([status, stderr.includes("is the candidate itself")]).toEqual([2, true]);
    expect((await runInProcess(from, {}, args)).status).toBe(0);
  });

  test("is found where the way out is taken", async () => {
    const cwd = clone("lower");
    const base = git(cwd, "rev-parse", "origin/main").slice(0, 12);
    const args = ["ci", "--baseline", `git:${base}`, "--format", "json"];
    const { status, stdout } = await runInProcess(cwd, PULL_REQUEST, args);
    const { replay } = JSON.parse(stdout);
    expect([status, replay.changes.widened.direct]).toEqual([1, 1]);
    expect(replay.candidate.sharedFiles).toBeUndefined();
  });

  test("is no matter of a change that does not touch it", async () => {
    const { status, stdout } = await runInProcess(clone("rules"), PULL_REQUEST, ["ci"]);
    expect([status, timesSaid(stdout)]).toEqual([0, 1]);
  });

  test("is found after the merge, by the commit before", async () => {
    const cwd = clone("lower");
    git(cwd, "update-ref", "refs/remotes/origin/main", "HEAD");
    const { status, stdout } = await runInProcess(cwd, { CI: "true" }, ["ci"]);
    expect(status).toBe(2);
    expect(stdout).toContain("(the commit before HEAD), and both sets read it");
  });

  test("is only said where the clone does not tell it, and outside of pipelines", async () => {
    const shallow = clone("lower", "--depth=1");
    const cut = await runInProcess(shallow, PULL_REQUEST, ["ci"]);
    expect([cut.status, timesSaid(cut.stdout)]).toEqual([0, 1]);
    const here = await runInProcess(clone("lower"), {}, ["ci"]);
    expect([here.status, timesSaid(here.stdout)]).toEqual([0, 1]);
  });
});
