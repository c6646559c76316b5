import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { junitFaults } from "../readers/junit.ts";
import { sarifFaults } from "../readers/sarif.ts";
import { jsonl, scratch } from "./agentz.ts";
import { runInProcess } from "./in-process.ts";

const policy = (limit: string, more = ""): string => `apiVersion: agentz/v1
kind: Policy
name: bank
version: 1.0.0
rules:
  - { id: all, effect: allow, subjects: ["human:*"] }
  - { id: small, effect: allow, actions: [payments/refund], when: "args.amount <= ${limit}" }
${more}`;
const LOOK = "  - { id: look, effect: allow, actions: [crm/lookup] }\n";
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: refunds
tests:
  - name: a large refund
    call: { subject: { type: agent, id: a }, action: { server: payments, name: refund }, args: { amount: 5000 } }
    expect: { effect: allow, rule: small }
`;
const call = (id: string, server: string, name: string, amount: number): object => ({
  id,
  session: "s",
  time: "2026-05-01T10:00:00Z",
  subject: { type: "agent", id: "a" },
  action: { kind: "mcp_request", server, name },
  args: { amount },
});
const EVENTS = [
  call("1", "payments", "refund", 5),
  call("2", "payments", "refund", 150),
  call("3", "crm", "lookup", 0),
];
const CONFIG =
  "candidate: [p.yaml]\ntests: [tests]\ntrace: [t.jsonl]\nbaseline: ['git:HEAD']\ngate: { narrowed_share: 0 }\n";

/**
 * A repository whose policies stand in `agents/`; the working tree narrows a rule, and has one
 * less.
 */
function repository(): string {
  const root = scratch({
    "agents/agentz.yaml": CONFIG,
    "agents/p.yaml": policy("200.0", LOOK),
    "agents/tests/s.yaml": SUITE,
    "agents/t.jsonl": jsonl(EVENTS),
    "agents/sub/x.txt": "",
  });
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
      cwd: root,
    });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "base");
  writeFileSync(join(root, "agents/p.yaml"), policy("100.0"));
  return root;
}

const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["lint", ["lint", "--format"]],
  ["test", ["test", "--format"]],
  ["replay", ["replay", "--no-index", "--format"]],
];

/** The files that a report points to, each once. */
function filesOf(text: string): readonly string[] {
  const found = [
    ...text.matchAll(/"uri": "([^"]*)"|^::\w+ file=([^,]*),|<testcase [^>]*\bfile="([^"]*)"/gm),
  ];
  return [
    ...new Set(found.map(([, uri, annotated, tested]) => uri ?? annotated ?? tested ?? "")),
  ].sort();
}

const PLACES: Readonly<Record<string, readonly string[]>> = {
  "lint sarif": ["agents/p.yaml"],
  "lint github": ["agents/p.yaml"],
  "lint junit": ["agents/p.yaml"],
  "test github": ["agents/tests/s.yaml"],
  "test junit": ["agents/tests/s.yaml"],
  "replay sarif": ["agents/p.yaml"],
  "replay github": ["agents/p.yaml"],
  "replay junit": [],
};

describe("paths of SARIF, annotations and test reports are those of the repository's root", () => {
  const root = repository();

  test.each(["agents", "agents/sub"])("in %s", async (folder) => {
    const cwd = join(root, folder);
    const found: Record<string, readonly string[]> = {};
    for (const [name, args] of COMMANDS) {
      for (const format of ["sarif", "github", "junit"]) {
        if (name === "test" && format === "sarif") continue;
        const done = await runInProcess(cwd, { GITHUB_WORKSPACE: root }, [...args, format]);
        found[`${name} ${format}`] = filesOf(done.stdout);
        if (format === "sarif") expect(sarifFaults(done.stdout)).toEqual([]);
        if (format === "junit") expect(await junitFaults(done.stdout)).toEqual([]);
      }
    }
    expect(found).toEqual(PLACES);
    const ci = await runInProcess(cwd, {}, [
      "ci",
      "--no-index",
      "--output",
      "sarif=-",
      "--output",
      "github=-",
      "--output",
      "junit=-",
    ]);
    expect([ci.status, filesOf(ci.stdout)]).toEqual([1, ["agents/p.yaml", "agents/tests/s.yaml"]]);
    expect(ci.stdout).toContain('classname="agents/tests/s"');
  });

  test("in a checkout without git they are those of GitHub's workspace, else of the working folder", async () => {
    const copy = repository();
    rmSync(join(copy, ".git"), { recursive: true });
    const cwd = join(copy, "agents");
    const lint = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      filesOf((await runInProcess(cwd, env, ["lint", "--format", "sarif"])).stdout);
    expect(await lint({ GITHUB_WORKSPACE: copy })).toEqual(["agents/p.yaml"]);
    expect(await lint({ GITHUB_WORKSPACE: join(copy, "agents/sub") })).toEqual(["p.yaml"]);
    expect(await lint({ GITHUB_WORKSPACE: "/nowhere" })).toEqual(["p.yaml"]);
    expect(await lint({})).toEqual(["p.yaml"]);
  });

  test("what stands nowhere has no path: a text from standard input", async () => {
    const done = await runInProcess(join(root, "agents"), {}, [
      "lint",
      "--stdin",
      "--format",
      "sarif",
    ]);
    expect(filesOf(done.stdout).every((file) => file === "%3Cstdin%3E")).toBe(true);
  });
});

test(
  "calls that `default` now decides are results, at the rule that decided them, or at the top of " +
    "its file where it is gone",
  async () => {
    const done = await runInProcess(join(repository(), "agents"), {}, [
      "replay",
      "--no-index",
      "--format",
      "sarif",
    ]);
    const results: readonly {
      readonly ruleId: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly region: { readonly startLine: number } };
      }[];
    }[] = JSON.parse(done.stdout).runs[0].results;
    expect(
      results
        .map(({ ruleId, locations }) => [ruleId, locations[0]?.physicalLocation.region.startLine])
        .sort(),
    ).toEqual([
      ["replay-narrowed", 1],
      ["replay-narrowed", 7],
    ]);
  },
);

describe("lines end as each format has them", () => {
  const root = repository();
  const ci = async (format: string): Promise<string> =>
    (await runInProcess(join(root, "agents"), {}, ["ci", "--no-index", "--output", `${format}=-`]))
      .stdout;
  const FAILURE = ["got: deny", "decided   by default"];

  test("github: one command a line, `%0A` within a message", async () => {
    const text = await ci("github");
    expect(text).not.toContain("\\u{a}");
    const failure =
      text.split("\n").find((line) => line.startsWith("::error file=agents/tests/s.yaml")) ?? "";
    const lines = (failure.split("::")[2] ?? "").split("%0A").map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining(FAILURE.map((line) => expect.stringContaining(line))),
    );
    expect(lines.length).toBeGreaterThan(3);
  });

  test("junit: lines of the failure are lines", async () => {
    const text = await ci("junit");
    expect(text).not.toContain("\\u{a}");
    const failure = /<failure type="decision"[^>]*>([^<]*)</.exec(text)?.[1] ?? "";
    expect(failure.split("\n").map((line) => line.trim())).toEqual(
      expect.arrayContaining(FAILURE.map((line) => expect.stringContaining(line))),
    );
  });
});

describe("a step that is skipped", () => {
  const BARE = { "agentz.yaml": "candidate: [p.yaml]\n", "p.yaml": policy("100.0") };
  const run = async (
    files: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<{
    readonly status: number | null;
    readonly steps: readonly string[];
    readonly stderr: string;
  }> => {
    const done = await runInProcess(scratch(files), {}, [
      "ci",
      "--no-index",
      "--output",
      "json=-",
      ...args,
    ]);
    const steps: readonly {
      readonly name: string;
      readonly status: string;
      readonly summary: string;
    }[] = done.stdout === "" ? [] : JSON.parse(done.stdout).steps;
    return {
      status: done.status,
      steps: steps
        .filter(({ name }) => name !== "lint" && name !== "analyze")
        .map(({ name, status, summary }) => `${name} ${status}: ${summary}`),
      stderr: done.stderr,
    };
  };

  test("says why, and fails where it is required", async () => {
    const reasons = [
      "agentz.yaml names no `tests`",
      "the baseline `recorded` is no policy set: pass a commit, a folder or a bundle",
      "there is no trace: neither `trace` of agentz.yaml nor --trace",
    ];
    const skipped = ["test", "version", "replay"].map(
      (name, i) => `${name} skipped: ${reasons[i]}`,
    );
    const failed = ["test", "version", "replay"].map(
      (name, i) => `${name} failed: required, but there is nothing to do: ${reasons[i]}`,
    );
    expect(await run(BARE)).toMatchObject({ status: 0, steps: skipped });
    expect(await run(BARE, "--require", "lint")).toMatchObject({ status: 0, steps: skipped });
    expect(await run(BARE, "--require", "lint,test,version,replay")).toMatchObject({
      status: 1,
      steps: failed,
    });
    expect(await run(BARE, "--require", "replay", "--require", "test")).toMatchObject({
      status: 1,
      steps: [failed[0], skipped[1], failed[2]],
    });
  });

  test("fails where it is a replay that is required and has no gate", async () => {
    const files = {
      ...BARE,
      "agentz.yaml": "candidate: [p.yaml]\nbaseline: recorded\ntrace: [t.jsonl]\n",
      "t.jsonl": jsonl(EVENTS),
    };
    const [, , loose] = (await run(files)).steps;
    expect(loose).toMatch(/^replay passed: /);
    const bare = await run(files, "--require", "replay");
    expect([bare.status, bare.steps[2]]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(
          String.raw`^replay failed: required, but its gate has no limit: set one, such as ` +
            String.raw`\x60gate: \{ widened: 0 \}\x60 in agentz\.yaml: \d`,
        ),
      ),
    ]);
    const gated = await run(
      { ...files, "agentz.yaml": `${files["agentz.yaml"]}gate: { widened: 100 }\n` },
      "--require",
      "replay",
    );
    expect([gated.status, gated.steps[2]]).toEqual([0, expect.stringMatching(/^replay passed: /)]);
    expect((await run(files, "--require", "replay", "--gate", "widened=100")).status).toBe(0);
  });

  test("is a skipped case of JUnit, and an annotation where it is required", async () => {
    const folder = scratch(BARE);
    const junit = (await runInProcess(folder, {}, ["ci", "--output", "junit=-"])).stdout;
    expect([
      junit.includes("<skipped>agentz.yaml names no `tests`</skipped>"),
      await junitFaults(junit),
    ]).toEqual([true, []]);
    expect(
      (await runInProcess(folder, {}, ["ci", "--output", "github=-", "--require", "test"])).stdout,
    ).toContain("::error title=agentz test::required, but there is nothing to do");
  });

  test("with nothing to do at all the run fails, whatever is required", async () => {
    for (const args of [[], ["--require", "lint"]])
      expect(await run({ "agentz.yaml": "" }, ...args)).toMatchObject({
        status: 2,
        steps: [],
        stderr: expect.stringContaining("there is nothing to run"),
      });
  });

  test.each(["", "lint,", "tests", "lint;test"])(
    "--require %j is no list of steps",
    async (steps) => {
      expect(await run(BARE, "--require", steps)).toMatchObject({ status: 2, steps: [] });
    },
  );
});

describe("in a pipeline a baseline that is the candidate itself", () => {
  const FILES = {
    "p/a.yaml": policy("100.0"),
    "q/a.yaml": policy("100.0"),
    "p/b.txt": "",
    "t.jsonl": jsonl(EVENTS),
  };
  const status = async (
    baseline: string,
    candidate: string,
    env: Readonly<Record<string, string>> = { CI: "true" },
  ): Promise<readonly unknown[]> => {
    const folder = scratch(FILES);
    symlinkSync("p", join(folder, "link"));
    const args = [
      "--no-index",
      "--trace",
      "t.jsonl",
      "--baseline",
      baseline,
      "--candidate",
      candidate,
      "--gate",
      "widened=0",
    ];
    const done = await runInProcess(folder, env, ["replay", ...args]);
    return [
      done.status,
      done.stderr.includes("is the candidate itself: the version would be compared with itself"),
    ];
  };

  test.each([
    ["p/a.yaml", "p/a.yaml"],
    ["p", "p/a.yaml"],
    ["./p/../p/a.yaml", "p"],
    ["link/a.yaml", "p/a.yaml"],
    ["link", "p"],
  ])("is refused: %s, %s", async (baseline, candidate) => {
    expect(await status(baseline, candidate)).toEqual([2, true]);
  });

  test("is taken elsewhere, and so is another folder that says the same", async () => {
    expect(await status("q", "p")).toEqual([0, false]);
    expect(await status("p", "p", {})).toEqual([0, false]);
  });
});
