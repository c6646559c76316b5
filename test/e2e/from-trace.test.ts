import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { agentz, jsonl, ROOT, scratch } from "./agentz.ts";

/** What a replay of the generated policy against what was recorded finds. */
function replayed(cwd: string): {
  changes: { unchanged: number; indeterminate: number; transitions: { [change: string]: number } };
} {
  const done = agentz(["replay", "--baseline", "recorded", "--format", "json"], { cwd });
  expect([done.status, done.stderr]).toEqual([0, ""]);
  return JSON.parse(done.stdout);
}

function init(cwd: string, ...flags: readonly string[]): void {
  expect(agentz(["init", ...flags], { cwd })).toMatchObject({ status: 0, stderr: "" });
  // warnings ask for approvals and conditions, which a trace cannot give; errors there are none
  const lint = agentz(["lint", "--format", "json"], { cwd });
  expect([lint.status, JSON.parse(lint.stdout).summary.errors]).toEqual([0, 0]);
}

const agent = (id: string): object => ({ type: "agent", id });
const call = (
  id: string,
  subject: object | undefined,
  action: object,
  more: object = {},
): object => ({
  id,
  session: "s",
  ...(subject && { subject }),
  action,
  args: {},
  outcome: { status: "ok" },
  ...more,
});
const [READ, WIPE, PAY] = [
  { server: "crm", name: "read" },
  { server: "crm", name: "wipe" },
  { server: "bank", name: "pay" },
];
const REFUSED = { decision: { effect: "deny" }, outcome: null };

test("a catalog and a policy of a trace load, and permit exactly what was recorded and permitted", () => {
  const events = [
    call("1", agent("a"), READ),
    call("2", agent("a"), READ, { decision: { effect: "allow" } }),
    call("3", agent("a"), WIPE, REFUSED),
    call("4", agent("b"), WIPE),
    call("5", agent("b"), PAY, { decision: { effect: "require_approval" } }),
    call("6", agent("b"), { name: "loose" }),
    call("7", agent("c"), READ, REFUSED),
  ];
  // every agent with every action, to see that nothing else is permitted
  const all = ["a", "b", "c", "d"].flatMap((id) =>
    [READ, WIPE, PAY, { server: "crm", name: "loose" }, { server: "crm", name: "other" }].map(
      (action, i) => call(`${id}${i}`, agent(id), action),
    ),
  );
  const cwd = scratch({ "t.jsonl": jsonl(events), "all.jsonl": jsonl(all) });
  init(cwd, "--from-trace", "t.jsonl");
  expect(replayed(cwd).changes).toMatchObject({ unchanged: 7, indeterminate: 0, transitions: {} });
  const decided = agentz(
    ["replay", "--baseline", "recorded", "--trace", "all.jsonl", "--decisions", "d.jsonl"],
    { cwd },
  );
  expect(decided.status).toBe(0);
  const permitted = readFileSync(join(cwd, "d.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ candidate }) => candidate.effect !== "deny")
    .map(({ id, candidate }) => `${id} ${candidate.effect}`);
  expect(permitted).toEqual(["a0 allow", "b1 allow", "b2 require_approval", "b3 allow"]);
});

test("what cannot be named stays denied, and is told", () => {
  const cwd = scratch({
    "t.jsonl": jsonl([
      call("1", undefined, READ),
      call("2", agent("Hello world"), READ),
      call("3", agent("a"), { server: "crm", name: "search the * web" }),
      call("4", { type: "human", id: "ann" }, READ),
    ]),
  });
  init(cwd, "--from-trace", "t.jsonl");
  const policy = readFileSync(join(cwd, "policies/recorded.yaml"), "utf8");
  expect(policy.split("\n").filter((line) => /^(# not|rules)/.test(line))).toEqual([
    "# not allowed: 1 call for which the trace does not say who made them",
    '# not allowed: 1 call of the agent "Hello world": no policy can name it',
    '# not allowed: 1 call of "crm/search the * web" by agent:a: no policy can name it',
    "rules: []",
  ]);
});

test("an action that was held at times needs an approval; the comment says what was held or refused", () => {
  const cwd = scratch({
    "t.jsonl": jsonl([
      call("1", agent("a"), PAY),
      call("2", agent("a"), PAY, { decision: { effect: "require_approval" } }),
      call("3", agent("a"), PAY, REFUSED),
      call("4", agent("a"), WIPE),
      ...["denied", "held"].map((status, i) =>
        call(`${5 + i}`, agent("a"), WIPE, {
          decision: { effect: "require_approval" },
          outcome: { status },
        }),
      ),
    ]),
  });
  init(cwd, "--from-trace", "t.jsonl");
  const policy = readFileSync(join(cwd, "policies/recorded.yaml"), "utf8");
  expect(policy).toContain(
    '- "bank/pay" # 2 calls, 1 of them after an approval: separate the others with a condition, ' +
      "1 other was refused: separate it with a condition",
  );
  expect(policy).toContain(
    '- "crm/wipe" # 1 call, 2 others were refused: separate them with a condition',
  );
  expect(replayed(cwd).changes).toMatchObject({
    transitions: { "allow>require_approval": 1, "require_approval>allow": 2 },
  });
});

test("the sample: none of its calls gets wider; those of tools that were held at times wait now", () => {
  const cwd = scratch({ "t.jsonl": readFileSync(join(ROOT, "traces/sample.jsonl"), "utf8") });
  init(cwd, "--from-trace", "t.jsonl");
  expect(replayed(cwd).changes).toMatchObject({
    transitions: { "allow>require_approval": 17 },
    widened: { direct: 0, downstream: 0 },
    narrowed: { direct: 17, downstream: 0 },
  });
});

test("nothing is written beside policies of somebody's own", () => {
  const trace = jsonl([call("1", agent("a"), READ)]);
  for (const theirs of [
    "agentz.yaml",
    "policies/catalog.yaml",
    "policies/ward.yaml",
    "tests/ward.yaml",
  ]) {
    const cwd = scratch({ "t.jsonl": trace, [theirs]: "# mine\n" });
    for (const flags of [[], ["--from-trace", "t.jsonl"], ["--pack", "data-analyst"]]) {
      const { status, stderr } = agentz(["init", ...flags], { cwd });
      expect([flags, status, stderr]).toEqual([
        flags,
        2,
        expect.stringContaining(`the folder has a policy set already (${theirs})`),
      ]);
    }
    expect(readdirSync(cwd).sort()).toEqual(["t.jsonl", theirs.split("/")[0]].sort());
  }
});

test("another format, standard input, a folder of its own; what is all there stays", () => {
  const spans = JSON.stringify({
    messages: [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", function: { name: "read", arguments: "{}" } }],
      },
    ],
  });
  const cwd = scratch({});
  const done = agentz(
    [
      "init",
      "mine",
      "--from-trace",
      "-",
      "--from",
      "chat",
      "--subject",
      "agent:a",
      "--server",
      "crm",
      "--format",
      "json",
    ],
    { cwd, input: spans },
  );
  expect(JSON.parse(done.stdout)).toMatchObject({
    written: ["agentz.yaml", "policies/catalog.yaml", "policies/recorded.yaml"],
    kept: [],
  });
  expect(readFileSync(join(cwd, "mine/policies/recorded.yaml"), "utf8")).toContain(
    '- "crm/read" # 1 call',
  );
  expect(readFileSync(join(cwd, "mine/agentz.yaml"), "utf8")).not.toContain("trace:");
});

test("no trace, or none that can be read, is said; nothing is written", () => {
  const cwd = scratch({ "empty.jsonl": "", "broken.jsonl": "{\n" });
  for (const flags of [
    ["--from", "otel"],
    ["--from-trace", "nowhere.jsonl"],
    ["--from-trace", "empty.jsonl"],
    ["--from-trace", "broken.jsonl"],
  ]) {
    const done = agentz(["init", ...flags], { cwd });
    expect([flags, done.status, done.stdout]).toEqual([flags, 2, ""]);
    expect(done.stderr).toMatch(/^agentz: /);
  }
  expect(agentz(["lint", "policies"], { cwd }).status).toBe(2);
});
