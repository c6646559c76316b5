import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadPolicies, replay } from "../../src/index.ts";
import type { CandidateResult, ReplayResult } from "../../src/documents/replay-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { sarifFaults } from "../readers/sarif.ts";
import { run } from "../suite/run-command.ts";

const event = (id: number, name: string, amount: number): string =>
  JSON.stringify({
    id: `e${id}`,
    time: `2026-05-18T10:00:${String(id).padStart(2, "0")}Z`,
    session: `s${id % 3}`,
    subject: { type: "agent", id: `a${id % 2}` },
    action: { server: "x", name },
    args: { amount },
    labels: { incident: amount > 40 },
  });
const TRACE = Array.from({ length: 24 }, (_, id) =>
  event(id, ["pay", "read", "wipe"][id % 3] ?? "", 3 * id),
);

function policy(...rules: readonly string[]): string {
  return (
    "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n" +
    `${rules.map((rule) => `  - ${rule}\n`).join("")}`
  );
}

interface Message {
  readonly level: string;
  readonly message: { readonly text: string };
}

interface Sarif {
  readonly runs: readonly {
    readonly automationDetails: {
      readonly id: string;
      readonly description?: { readonly text: string };
    };
    readonly results: readonly Message[];
    readonly invocations?: readonly { readonly toolExecutionNotifications: readonly Message[] }[];
  }[];
}

const READ = "{ id: read, effect: allow, actions: [x/read] }";
const pay = (most: number): string =>
  `{ id: pay, effect: allow, actions: [x/pay], when: "args.amount <= ${most}.0" }`;
const FILES = {
  "base.yaml": policy(READ, pay(20)),
  "a.yaml": policy(READ, pay(30)),
  "b.yaml": policy(READ, pay(10), "{ id: wipe, effect: allow, actions: [x/wipe] }"),
  "c.yaml": policy(READ, "{ id: pay, effect: require_approval, actions: [x/pay] }"),
  "t.jsonl": `${TRACE.join("\n")}\n`,
};
const COMMON = ["--baseline", "base.yaml", "--trace", "t.jsonl", "--now", "2026-06-01"];

async function asked(
  folder: string,
  ...args: readonly string[]
): Promise<{ readonly document: ReplayResult; readonly status: number }> {
  const { stdout, status } = await run(folder, "replay", ...COMMON, "--format", "json", ...args);
  return { document: JSON.parse(stdout), status };
}

/** What a replay of one candidate says, as a row beside others says it. */
function rowOf(name: string, { coverage, ...one }: ReplayResult): CandidateResult {
  const { candidate, changes, groups, missing, labels, unexercised, gate } = one;
  return {
    name,
    candidate,
    decisions: one.decisions.candidate,
    changes,
    groups,
    missing,
    approvals: one.approvals.candidate,
    contained: one.contained.candidate,
    labels,
    coverage: coverage.candidate,
    unexercised,
    gate,
  };
}

describe("several candidates of one replay", () => {
  it("each say what a replay of its own says, and the first one's document stays as it is", async () => {
    const folder = scratch(FILES);
    const alone = await asked(folder, "--candidate", "a.yaml");
    const second = await asked(folder, "--candidate", "b.yaml");
    const third = await asked(folder, "--candidate", "c.yaml");
    const { document } = await asked(
      folder,
      "--candidate",
      "a.yaml",
      "--candidate-3",
      "c.yaml",
      "--candidate-2",
      "b.yaml",
    );
    const { candidates, ...first } = document;
    expect(first).toEqual(alone.document);
    expect(candidates).toEqual([
      rowOf("candidate-2", second.document),
      rowOf("candidate-3", third.document),
    ]);
    expect(second.document.changes.widened.direct).toBeGreaterThan(0);
  });

  it("design 7.8: each say the same where hardly two calls match the same rules", async () => {
    const script = `import { diverseTexts, generateDiverse } from "./scripts/bench/traces/diverse.mjs";
      process.stdout.write(JSON.stringify({ texts: [0, 10, 25, 40].map((edit) => diverseTexts(edit)),
        events: [...generateDiverse(3000)] }));`;
    const { texts, events } = JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        encoding: "utf8",
        maxBuffer: 1 << 28,
      }),
    );
    const named = texts.flatMap((files: readonly (readonly [string, string])[], i: number) =>
      files.map(([name, text]) => [`v${i}/${name}`, text]),
    );
    const lines = events.map((one: object) => JSON.stringify(one)).join("\n");
    const folder = scratch({ ...Object.fromEntries(named), "t.jsonl": `${lines}\n` });
    const replayed = async (...args: readonly string[]): Promise<ReplayResult> => {
      const common = [
        "--baseline",
        "v0",
        "--trace",
        "t.jsonl",
        "--now",
        "2026-06-01",
        "--no-index",
      ];
      const { stdout } = await run(folder, "replay", ...common, "--format", "json", ...args);
      return JSON.parse(stdout);
    };
    const further = ["--candidate-2", "v2", "--candidate-3", "v3"];
    const { candidates, ...first } = await replayed("--candidate", "v1", ...further);
    expect(first).toEqual(await replayed("--candidate", "v1"));
    const [second, third] = [
      await replayed("--candidate", "v2"),
      await replayed("--candidate", "v3"),
    ];
    expect(candidates).toEqual([rowOf("candidate-2", second), rowOf("candidate-3", third)]);
    expect(third.groups.length).toBeGreaterThan(3);
  }, 120_000);

  it("are judged by one gate: the worst decides the exit status", async () => {
    const folder = scratch(FILES);
    const gate = ["--gate", "widened=2"];
    const passing = await asked(folder, "--candidate", "a.yaml", ...gate);
    expect([passing.status, passing.document.changes.widened.direct]).toEqual([0, 1]);
    const failing = await asked(
      folder,
      "--candidate",
      "a.yaml",
      "--candidate-2",
      "b.yaml",
      ...gate,
    );
    expect(failing.status).toBe(1);
    expect(failing.document.gate.passed).toBe(true);
    expect(failing.document.candidates?.map((one) => one.gate.passed)).toEqual([false]);
  });

  it("stand in one table, and fail by name where a pipeline reads", async () => {
    const folder = scratch(FILES);
    const args = [...COMMON, "--candidate", "a.yaml", "--candidate-2", "b.yaml"];
    const gated = [...args, "--gate", "widened=2"];
    const pretty = await run(folder, "replay", ...args);
    expect(pretty.stdout).toMatch(/^candidate {2,}denies {2,}asks/m);
    expect(pretty.stdout).toMatch(/^b\.yaml +\d+ +\d+/m);
    const markdown = await run(folder, "replay", ...args, "--format", "markdown");
    expect(markdown.stdout).toContain("#### Candidates");
    const junit = await run(folder, "replay", ...gated, "--format", "junit");
    expect(junit.stdout).toMatch(/candidate-2: b\.yaml[^]*<failure/);
    const github = await run(folder, "replay", ...gated, "--format", "github");
    expect(github.stdout).toMatch(/::error title=agentz candidate-2::b\.yaml: /);
  });

  it("have a run of their own in SARIF, and each message names its candidate", async () => {
    const folder = scratch(FILES);
    const sarif = async (...args: readonly string[]) => {
      const { stdout } = await run(folder, "replay", ...COMMON, "--format", "sarif", ...args);
      expect(sarifFaults(stdout)).toEqual([]);
      const log: Sarif = JSON.parse(stdout);
      return log.runs.map(({ automationDetails, results }) => ({ ...automationDetails, results }));
    };
    const [alone] = await sarif("--candidate", "b.yaml", "--gate", "widened=2");
    const two = ["--candidate", "a.yaml", "--candidate-2", "b.yaml", "--gate", "widened=2"];
    const runs = await sarif(...two);
    expect(runs.map(({ id, description }) => [id, description?.text])).toEqual([
      ["agentz/replay/", "Replay of the candidate a.yaml"],
      ["agentz/replay/candidate-2/", "Replay of the candidate b.yaml"],
    ]);
    expect(alone?.description).toBeUndefined();
    expect(alone?.results.map(({ level }) => level)).toContain("error");
    expect(runs[1]?.results).toEqual(
      alone?.results.map((result) => ({
        ...result,
        message: { text: `b.yaml: ${result.message.text}` },
      })),
    );
    expect(runs[0]?.results.map(({ level }) => level)).not.toContain("error");
  });

  it("that prove nothing say so in their SARIF run", async () => {
    const folder = scratch({
      ...FILES,
      "none.yaml": policy("{ id: read, effect: allow, actions: [x/read], mode: shadow }"),
    });
    const args = ["--candidate", "a.yaml", "--candidate-2", "none.yaml", "--format", "sarif"];
    const { stdout, status } = await run(folder, "replay", ...COMMON, ...args);
    const log: Sarif = JSON.parse(stdout);
    const told = log.runs.map(({ invocations = [] }) =>
      invocations.flatMap(({ toolExecutionNotifications }) =>
        toolExecutionNotifications.map(({ level, message }) => [level, message.text]),
      ),
    );
    expect([status, told[0]?.flat().includes("error")]).toEqual([1, false]);
    expect(told[1]).toContainEqual(["error", expect.stringMatching(/^none\.yaml: /)]);
  });

  it("stand in a report as a replay compares them; the rest of it is of the first one", async () => {
    const folder = scratch(FILES);
    const two = ["--candidate", "a.yaml", "--candidate-2", "b.yaml", "--candidate-3", "c.yaml"];
    const report = (...args: readonly string[]) => run(folder, "report", ...COMMON, ...args);
    const reported = JSON.parse((await report(...two, "--format", "json")).stdout);
    const { candidates, ...rest } = reported;
    expect(rest).toEqual(
      JSON.parse((await report("--candidate", "a.yaml", "--format", "json")).stdout),
    );
    const { document } = await asked(folder, ...two);
    expect(candidates).toEqual(
      document.candidates?.map(
        ({ name, candidate, decisions, changes, labels, approvals, gate, error }) => ({
          name,
          candidate,
          decisions,
          changes,
          labels,
          approvals,
          gate,
          ...(error === undefined ? {} : { error }),
        }),
      ),
    );
    for (const format of ["html", "markdown", "pretty"]) {
      const { stdout } = await report(...two, "--format", format);
      expect(stdout).toContain("3 candidates compared");
      for (const name of ["a.yaml", "b.yaml", "c.yaml"]) expect(stdout).toContain(name);
    }
    const gate = ["--gate", "widened=5", "--format", "json"];
    expect((await report("--candidate", "a.yaml", ...gate)).status).toBe(0);
    expect((await report(...two, ...gate)).status).toBe(1);
    const parts = await run(folder, "report", ...two, "--parts", "nowhere");
    expect([parts.status, parts.stderr]).toEqual([
      2,
      expect.stringContaining("counted with one candidate"),
    ]);
  });

  it("are refused where the trace can be read once, and while somebody watches", async () => {
    const folder = scratch(FILES);
    const two = ["--candidate", "a.yaml", "--candidate-2", "b.yaml"];
    const base = ["--baseline", "base.yaml"];
    for (const args of [
      ["--trace", "-"],
      ["--trace", "t.jsonl", "--watch"],
    ]) {
      const { stderr, status } = await run(folder, "replay", ...base, ...two, ...args);
      expect([status, stderr.includes("help: ")]).toEqual([2, true]);
    }
  });

  it("are taken by the library", async () => {
    const folder = scratch(FILES);
    const load = (name: string) => loadPolicies([`${folder}/${name}`]);
    const [baseline, a, b] = [await load("base.yaml"), await load("a.yaml"), await load("b.yaml")];
    const trace = `${folder}/t.jsonl`;
    const { candidates } = await replay({ baseline, candidate: a, candidates: [b], trace });
    const own = await replay({ baseline, candidate: b, trace });
    expect(candidates?.map(({ name, changes }) => [name, changes])).toEqual([
      ["candidate-2", own.changes],
    ]);
  });
});
