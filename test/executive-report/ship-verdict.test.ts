import { describe, expect, test } from "vitest";
import type { ReportResult } from "../../src/documents/report-result.ts";
import { limitText } from "../../src/executive-report/limit-text.ts";
import type { ShipFacts } from "../../src/executive-report/ship-facts.ts";
import { shipVerdict } from "../../src/executive-report/ship-verdict.ts";
import { EVENTS, jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const KEPT = {
  name: "widened",
  limit: 0,
  actual: 0,
  passed: true,
  bound: "maximum",
  from: "agentz.yaml",
} as const;

/** Every coverage at the same share of four calls. */
const covered = (calls: number): object =>
  Object.fromEntries(
    ["enforcement", "policy", "identity", "classification", "oversight", "attribution"].map(
      (metric) => [metric, { covered: calls, total: 4 }],
    ),
  );

interface Given {
  readonly [path: string]: unknown;
}

/** Facts under which nothing stands against shipping, but for what is given by its path. */
function factsWith(given: Given): ShipFacts {
  const facts = {
    trace: { calls: 10, sessions: 2, malformed: 0, undecided_events: 0 },
    partial: false,
    coverage: { before: covered(1), after: covered(3) },
    owners: new Map([["pay", "treasury"]]),
    gravest: [],
    targets: {},
    incidents: [],
    checks: [],
    replay: {
      gate: { passed: true, checks: [KEPT], accepted: [], now: null },
      changes: {
        widened: { direct: 0, downstream: 0 },
        narrowed: { direct: 3, downstream: 0 },
        indeterminate: 0,
      },
      labels: {
        incident: { calls: 4, stopped: 4, stoppedBefore: 4, noLongerStopped: { calls: 0 } },
        benign: { calls: 500, denied: 0, deniedBefore: 0, failing: 0, gated: 1, gatedBefore: 1 },
      },
      groups: [],
    },
  };
  for (const [path, value] of Object.entries(given)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const inner = names.reduce<object>((at, name) => Reflect.get(at, name), facts);
    Reflect.set(inner, last, value);
  }
  return Reflect.apply(Object, undefined, [facts]);
}

/** A changed rule, as `agentz diff` tells it. */
const rule = (before: object | null, after: object | null): object => ({
  about: "rule pay/big",
  sentence: "rule `pay/big` changed",
  effect: "widens",
  witness: null,
  rule: { before, after },
});
const breadth = (effect: string, ...limits: string[]): object => ({
  effect,
  limits,
  stops: [],
});
const changed = (...changes: object[]): object => ({ changed: true, changes });

const risk = (kind: string) => [
  {
    kind,
    title: "A risk",
    nextStep: "act on it",
    byOwner: [
      { owner: "treasury", calls: 2 },
      { owner: null, calls: 1 },
    ],
  },
];
const step = (name: string, status: string) => [{ name, status, summary: "1 error", help: null }];
const NO_LIMIT = "Nobody has set a limit that the candidate has to keep";
const LOOSE = [{ ...KEPT, name: "narrowed" }];

test("the numbers on which the answer rests add up", () => {
  const group = (from: string, to: string) => ({ class: "narrowed", from, to, calls: 1 });
  const { restsOn } = shipVerdict(
    factsWith({
      "replay.groups": [group("allow", "allow"), group("allow", "deny")].map((one) => ({
        ...one,
        fromRules: [],
        toRules: [],
      })),
      "replay.changes.indeterminate": 6,
      "replay.changes.notWidened": 4,
    }),
  );
  expect(restsOn).toContain(
    "3 permitted less (1 of them only by approvers, redaction or logging); " +
      "6 indeterminate: 2 may be permitted more, 4 surely not",
  );
});

test("a broken limit names the owners, and does not hide what no limit judges", () => {
  const { reasons, before } = shipVerdict(
    factsWith({
      "replay.gate.checks": [{ ...KEPT, actual: 3, passed: false }],
      "replay.labels.benign.denied": 2,
      "replay.groups": [{ class: "widened", calls: 3, fromRules: [], toRules: ["pay/refund"] }],
    }),
  );
  expect(before[0]).toMatch(/^let treasury \(3 calls\) change the rules, or accept /);
  expect(reasons.join()).toContain(
    "No limit judges this: 2 calls of benign work would be denied (before: 0)",
  );
});

describe("whether to ship the candidate", () => {
  test.each<[string, Given, string, string]>([
    ["everything kept", {}, "ship", "The limit of the gate is kept"],
    ["interrupted", { partial: true }, "not decided", "interrupted"],
    ["no gate", { "replay.gate.checks": [] }, "not decided", "Nobody has set a limit"],
    [
      "a limit broken",
      { "replay.gate.checks": [{ ...KEPT, actual: 3, passed: false }] },
      "do not ship yet",
      "widened calls, without accepted changes: 3 (at most 0 allowed)",
    ],
    [
      "nothing proved",
      { error: { message: "no call", help: "add" } },
      "do not ship yet",
      "no call",
    ],
    ["a broken invariant", { gravest: risk("invariant") }, "do not ship yet", "A risk"],
    ["lint", { checks: step("lint", "failed") }, "do not ship yet", "`agentz lint` does not pass"],
    ["tests", { checks: step("test", "error") }, "do not ship yet", "`agentz test` cannot run"],
    ["unread lines", { "trace.malformed": 2 }, "do not ship yet", "2 lines of the trace cannot"],
    ["an incident", { gravest: risk("incident") }, "do not ship yet", "A risk"],
    [
      "an incident, and no gate",
      { gravest: risk("incident"), "replay.gate.checks": [] },
      "do not ship yet",
      "A risk",
    ],
    [
      "an incident, and a limit broken",
      {
        gravest: risk("incident"),
        "replay.gate.checks": [{ ...KEPT, actual: 3, passed: false }],
      },
      "do not ship yet",
      "A risk",
    ],
    [
      "much benign work denied",
      { gravest: risk("benign"), "replay.labels.benign.denied": 5 },
      "do not ship yet",
      "A risk",
    ],
    [
      "much benign work denied, as a limit lets it",
      { gravest: risk("benign"), "replay.gate.checks": [{ ...KEPT, name: "benign_broken" }] },
      "ship",
      "The limit of the gate is kept",
    ],
    ["an open coverage", { gravest: risk("coverage") }, "ship", "The limit of the gate is kept"],
    ["checks that did not run", { checks: undefined }, "ship after", "did not run lint"],
    [
      "widened calls without a limit",
      { "replay.gate.checks": LOOSE, "replay.changes.widened.direct": 2 },
      "ship after",
      "No limit judges this: 2 calls would be permitted more",
    ],
    [
      "widened calls that are accepted",
      {
        "replay.gate.checks": LOOSE,
        "replay.gate.accepted": [{ group: "g", state: "accepted" }],
        "replay.changes.widened.direct": 2,
        "replay.groups": [{ id: "g", class: "widened", calls: 2, fromRules: [], toRules: [] }],
      },
      "ship",
      "The limit of the gate is kept",
    ],
    [
      "indeterminate calls, some of which surely are not permitted more",
      {
        "replay.gate.checks": LOOSE,
        "replay.changes.indeterminate": 5,
        "replay.changes.notWidened": 2,
      },
      "ship after",
      "whether 3 calls would be permitted more is indeterminate",
    ],
    [
      "indeterminate calls, none of which is permitted more",
      {
        "replay.gate.checks": LOOSE,
        "replay.changes.indeterminate": 5,
        "replay.changes.notWidened": 5,
      },
      "ship",
      "The limit of the gate is kept",
    ],
    [
      "benign work denied without a limit",
      { "replay.labels.benign.denied": 1 },
      "ship after",
      "1 call of benign work would be denied (before: 0)",
    ],
    [
      "no gate, and a limit of ci broken",
      { "replay.gate.checks": [], "trace.undecided_events": 1 },
      "do not ship yet",
      "1 event with an action",
    ],
  ])("%s", (_name, given, answer, reason) => {
    const verdict = shipVerdict(factsWith(given));
    expect(verdict).toMatchObject({ answer, reasons: expect.any(Array) });
    expect(verdict.reasons[0]).toContain(reason);
    expect(verdict.before.length > 0).toBe(answer !== "ship");
    expect(verdict.restsOn).toContain("10 recorded calls in 2 sessions; 4 of 4 calls of incidents");
    expect(verdict.restsOn).toContain("oversight 25.0% today, 75.0% with the new policies");
  });

  test.each<[string, object, string, readonly [string, string[]]]>([
    [
      "a rule that lets everything through",
      changed(rule(null, breadth("allow"))),
      "ship after",
      [
        "Every agent may call every tool, without a condition: rule `pay/big` changed",
        ["decide whether every agent may call every tool, without a condition: rule `pay/big`"],
      ],
    ],
    [
      "a denial that is gone",
      changed(rule(breadth("deny", "actions"), null)),
      "ship after",
      [
        "Denial removed: rule `pay/big` changed",
        ["decide whether calls may run that a rule denied (`pay/big`)"],
      ],
    ],
    [
      "an approval that is gone",
      changed(rule(breadth("require_approval", "actions"), null)),
      "ship after",
      [
        "Approval removed: rule `pay/big` changed",
        ["decide whether calls may run with less approval than before (`pay/big`)"],
      ],
    ],
    [
      "a rule without a condition for some agents and tools",
      changed(rule(null, breadth("allow", "subjects", "actions"))),
      "ship",
      ["Newly allowed without a condition: rule `pay/big` changed", []],
    ],
  ])("what no recorded call shows is told first: %s", (_name, diff, answer, [reason, before]) => {
    const verdict = shipVerdict(factsWith({ diff }));
    expect(verdict).toMatchObject({ answer, before });
    expect(verdict.reasons[0]).toBe(reason);
    const checks = step("version", "failed");
    expect(shipVerdict(factsWith({ diff, checks })).reasons[0]).toBe(reason);
  });

  test("benign work that is denied anyway is not held against the candidate", () => {
    const given = { "replay.labels.benign.denied": 2, "replay.labels.benign.deniedBefore": 2 };
    const { answer, restsOn } = shipVerdict(factsWith(given));
    expect([answer, restsOn]).toEqual([
      "ship",
      expect.stringContaining(
        "2 of 500 benign calls would be denied (as before), 1 held (as before)",
      ),
    ]);
  });

  test.each([
    [14, 5, "14 held (before: 5)"],
    [5, 5, "5 held (as before)"],
    [0, 0, "0 held;"],
  ])("how many benign calls were held before: %i, %i", (gated, gatedBefore, said) => {
    const given = {
      "replay.labels.benign.gated": gated,
      "replay.labels.benign.gatedBefore": gatedBefore,
    };
    expect(shipVerdict(factsWith(given)).restsOn).toContain(said);
  });

  test.each<[string, object, string]>([
    [
      "a bound that lets more through",
      rule(breadth("allow", "condition"), breadth("allow", "condition")),
      "Allows more: ",
    ],
    [
      "a new rule of which only an example is proved",
      {
        ...rule(null, breadth("allow", "subjects", "actions", "condition")),
        effect: "unknown",
        witness: { class: "widened", before: { effect: "deny" }, after: { effect: "allow" } },
      },
      "Allows more: ",
    ],
    [
      "an obligation that is gone",
      {
        ...rule(breadth("allow", "condition"), breadth("allow", "condition")),
        witness: { class: "widened", before: { effect: "allow" }, after: { effect: "allow" } },
      },
      "Asks less: ",
    ],
    [
      "what is no rule",
      {
        about: "agent coder",
        sentence: "its manifest gains `cloud/*`",
        effect: "widens",
        witness: null,
      },
      "Allows more: ",
    ],
  ])("what no recorded call shows has to be decided, too: %s", (_, change, words) => {
    const { answer, reasons, before } = shipVerdict(factsWith({ diff: changed(change) }));
    expect([answer, reasons[0]]).toEqual(["ship after", expect.stringContaining(words)]);
    expect(before[0]).toMatch(
      /^decide whether more may be allowed, or less asked, by what changed \((`pay\/big`|agent `coder`)\)$/,
    );
  });

  /** Widened calls of a rule. */
  const widened = (rule: string, given: object = {}): object => ({
    class: "widened",
    from: "deny",
    to: "require_approval",
    calls: 2,
    fromRules: ["default"],
    toRules: [rule],
    ...given,
  });
  const named = (about: string, effect: string, said: string, of?: object): object => ({
    about,
    effect,
    sentence: `${about.replace(/ (.*)$/, " `$1`")}${said}`,
    witness: null,
    ...(of && { rule: of }),
  });
  const limited = breadth("allow", "condition");
  const SEVERAL = [
    named("tool pay/out", "unknown", " is new"),
    named("rule pay/big", "both", ": it now applies to `args.amount` above 1500 instead of 150", {
      before: breadth("require_approval"),
      after: breadth("require_approval"),
    }),
    named(
      "rule pay/small",
      "widens",
      ": it now applies to `args.amount` up to 1500 instead of 150",
      {
        before: limited,
        after: limited,
      },
    ),
  ];

  test("several changes are said in words with their kinds, what is certain first", () => {
    const facts = (...groups: object[]): ShipFacts =>
      factsWith({
        diff: changed(...SEVERAL),
        "replay.groups": groups,
        "replay.changes.widened.direct": 2 * groups.length,
      });
    const said =
      "Allows more: allow rule `pay/small`: it now applies to `args.amount` up to 1500 instead of 150. " +
      "May allow more: ";
    const one = "tool `pay/out` is new";
    const big =
      "approval rule `pay/big`: it now applies to `args.amount` above 1500 instead of 150";
    const { reasons, before } = shipVerdict(facts());
    expect(reasons[0]).toBe(`${said}${big}; and ${one}. No recorded call shows it`);
    expect(before[0]).toMatch(
      / by what changed \(rule `pay\/\w+`, rule `pay\/\w+` and tool `pay\/out`\)$/,
    );
    expect(shipVerdict(facts(widened("pay/big"))).reasons[0]).toBe(
      `${said}${big}; and ${one}. 2 recorded calls show it`,
    );
  });

  test("a change that recorded calls show is told before one that none does", () => {
    const both = (name: string): object => named(`rule pay/${name}`, "both", " changed");
    const { reasons } = shipVerdict(
      factsWith({
        diff: changed(both("a"), both("b")),
        "replay.groups": [widened("pay/b")],
        "replay.changes.widened.direct": 2,
      }),
    );
    expect(reasons[0]).toContain("May allow more: rule `pay/b` changed; and rule `pay/a` changed");
  });

  test("of many changes the first are said in words, and the others are counted", () => {
    const many = [...SEVERAL, named("agent coder", "widens", ": its manifest gains `x/y`")];
    const { reasons } = shipVerdict(factsWith({ diff: changed(...many) }));
    expect(reasons[0]).toMatch(
      /^Allows more: allow rule `pay\/small`: .*; and agent `coder`: its /,
    );
    expect(reasons[0]).toContain("`x/y`. 2 more changes do so, or may. No recorded call shows it");
  });

  test("a condition that is no number is not read aloud", () => {
    const long = named(
      "rule pay/new",
      "widens",
      ` is new: it allows \`a/b\` where \`${"a && ".repeat(9)}a\``,
    );
    const { reasons } = shipVerdict(factsWith({ diff: changed(long) }));
    expect(reasons[0]).toContain("it allows `a/b` under a condition. ");
  });

  test("a change is told with the incident whose calls it moves", () => {
    const incident = (session: string, decisions: object[]): object => ({
      session,
      calls: 2,
      stopped: 2,
      before: { stopped: 2, held: 0, indeterminate: 0 },
      decisions,
    });
    const held = { effect: "require_approval", permitted: false, rules: ["pay/big"], calls: 2 };
    const { reasons } = shipVerdict(
      factsWith({
        diff: changed(...SEVERAL.slice(1, 2)),
        "replay.groups": [widened("pay/big", { incidentCalls: 2 })],
        "replay.changes.widened.direct": 2,
        incidents: [
          incident("s-1", [held]),
          incident("s-2", [{ ...held, effect: "deny", rules: ["default"] }]),
        ],
      }),
    );
    expect(reasons[0]).toMatch(
      /\. 2 recorded calls show it, both of the incident `s-1`: denied today, then held$/,
    );
  });

  test.each<[string, Given, string]>([
    ["where the run was interrupted", { error: { message: "no call", help: "add" } }, ""],
    ["where not all groups are listed", { "replay.changes.widened.direct": 9 }, ""],
    [
      "where calls are indeterminate",
      { "replay.changes.indeterminate": 1 },
      ". No recorded call shows it for certain",
    ],
    [
      "what is no rule decides no call by itself",
      {
        "replay.groups": [widened("pay/other")],
        "replay.changes.widened.direct": 2,
        diff: changed(SEVERAL[0] ?? {}, rule(breadth("deny"), null)),
      },
      ". 2 recorded calls may show it",
    ],
  ])("whether recorded calls show a change: %s", (_, given, said) => {
    const { reasons } = shipVerdict(factsWith({ diff: changed(SEVERAL[0] ?? {}), ...given }));
    expect(reasons.find((one) => one.startsWith("May allow more"))).toBe(
      `May allow more: tool \`pay/out\` is new${said}`,
    );
  });

  test("what may let more through, without a proof or an example, has to be decided, too", () => {
    const change = { ...rule(null, breadth("allow", "condition", "actions")), effect: "unknown" };
    const { answer, reasons } = shipVerdict(factsWith({ diff: changed(change) }));
    expect([answer, reasons[0]]).toEqual([
      "ship after",
      expect.stringMatching(/^May allow more: /),
    ]);
  });

  test("conditions that fail as before are no matter of the change", () => {
    const failing = {
      failing: 1,
      failingCalls: [{ id: "s/1", rules: ["pay/big"], calls: 1, error: "e", before: true }],
    };
    const benign = { calls: 500, denied: 1, deniedBefore: 1, gated: 0, gatedBefore: 0, ...failing };
    expect(shipVerdict(factsWith({ "replay.labels.benign": benign })).answer).toBe("ship");
    const anew = { ...benign, failingCalls: [{ ...failing.failingCalls[0], before: false }] };
    expect(shipVerdict(factsWith({ "replay.labels.benign": anew })).answer).toBe("ship after");
  });

  const RELEASED = {
    about: "rule pay/block",
    effect: "unknown",
    sentence: "rule `pay/block`: it no longer blocks",
    witness: null,
    releases: true,
  };

  test("harm stands before limits and checks that fail: incidents, what runs, work that stops, what may run", () => {
    const sure = rule(breadth("deny", "actions"), null);
    const may = { ...sure, about: "rule pay/may", effect: "unknown", sentence: "it may" };
    const unasked = named("rule pay/ask", "both", ": others", {
      before: breadth("require_approval"),
      after: breadth("require_approval"),
    });
    const { reasons } = shipVerdict(
      factsWith({
        diff: changed(may, RELEASED, { ...unasked, nobodyApproves: true }, sure),
        gravest: [...risk("benign"), ...risk("invariant"), ...risk("incident")].map((one) => ({
          ...one,
          title: one.kind,
        })),
        checks: step("lint", "failed"),
        "replay.gate.checks": [{ ...KEPT, actual: 3, passed: false }],
      }),
    );
    expect(reasons).toEqual([
      "incident",
      expect.stringMatching(/^Denial removed: /),
      "benign",
      expect.stringMatching(/^Nobody in the catalog can approve /),
      expect.stringMatching(/^Denied as before, but no longer blocks later calls: /),
      expect.stringMatching(/^May allow more: .*it may/),
      expect.stringMatching(/^A limit of the gate is broken /),
      "invariant",
      expect.stringMatching(/^`agentz lint` does not pass/),
    ]);
  });

  /** One call of an incident that would be held and is denied today. */
  const INCIDENT_HELD = {
    "replay.gate.checks": LOOSE,
    "replay.changes.widened.direct": 1,
    "replay.groups": [widened("pay/held", { id: "g", calls: 1, incidentCalls: 1 })],
    incidents: [
      {
        session: "s-1",
        calls: 1,
        stopped: 1,
        before: { stopped: 1, held: 0, indeterminate: 0 },
        decisions: [{ effect: "require_approval", rules: ["pay/held"], calls: 1 }],
      },
    ],
  };

  test("calls that would be permitted more stand before a coverage that falls, with their incidents", () => {
    const { reasons } = shipVerdict(
      factsWith({
        ...INCIDENT_HELD,
        diff: changed(rule(breadth("deny", "actions"), null)),
        checks: step("lint", "failed"),
        "coverage.after.policy": { covered: 0, total: 10 },
        "coverage.before.policy": { covered: 10, total: 10 },
        targets: { policy: { target: 0.95, alarm: 0.8, from: "agentz.yaml" } },
      }),
    );
    const at = (start: string): number => reasons.findIndex((reason) => reason.startsWith(start));
    expect(reasons[at("No limit judges this")]).toBe(
      "No limit judges this: 1 call would be permitted more, it is of the incident `s-1`: denied today, then held",
    );
    expect(at("No limit judges this")).toBeLessThan(at("Policy would fall"));
  });

  test("of which incident they are is said once", () => {
    const diff = changed(named("rule pay/held", "unknown", ": it may apply to more"));
    expect(shipVerdict(factsWith({ ...INCIDENT_HELD, diff })).reasons.slice(0, 2)).toEqual([
      expect.stringMatching(
        / 1 recorded call shows it, it is of the incident `s-1`: denied today, then held$/,
      ),
      "No limit judges this: 1 call would be permitted more",
    ]);
  });

  test("who answers from now on is said, also where no decision can change", () => {
    const owners = [{ kind: "policy", name: "p", before: "sales", after: null }];
    const said = "Somebody else answers: the policy `p` goes from `sales` to nobody";
    const same = { changed: false, required: "none", changes: [], owners };
    const { answer, reasons } = shipVerdict(factsWith({ diff: same }));
    expect([answer, reasons[1]]).toEqual(["ship", said]);
    const diff = {
      ...changed(named("rule pay/held", "unknown", ": it may apply to more")),
      owners,
    };
    const open = shipVerdict(factsWith({ diff }));
    expect(open.answer).toBe("ship after");
    expect(open.reasons.at(-1)).toBe(said);
  });

  test("policies that mean the same are as good as before", () => {
    const diff = { changed: false, required: "none", changes: [] };
    const given = { diff, "replay.labels.benign.failing": 1 };
    const { answer, reasons } = shipVerdict(factsWith(given));
    expect([answer, reasons[0]]).toEqual([
      "ship",
      "No decision can change: the policies mean the same as before",
    ]);
  });

  test.each([
    [false, "none", "ship", "No decision can change: the policies mean the same as before"],
    [true, "patch", "ship", "No decision can change: what changed decides nothing"],
    [true, "minor", "not decided", NO_LIMIT],
  ])("without a gate: %s, %s: %s", (changed, required, expected, said) => {
    const diff = { changed, required, changes: [] };
    const { answer, reasons } = shipVerdict(factsWith({ diff, "replay.gate.checks": [] }));
    expect([answer, reasons[0]]).toEqual([expected, said]);
    expect(reasons.includes(NO_LIMIT)).toBe(expected === "not decided");
  });

  test("whoever owns the rules that decide changed calls is asked to look at them", () => {
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.widened.direct": 2,
      "replay.groups": [
        { class: "widened", fromRules: ["pay/big"], toRules: ["default"], calls: 2 },
      ],
    };
    expect(shipVerdict(factsWith(given)).before).toEqual([
      "let treasury (2 calls) look at these calls, which “Changed calls” lists first",
    ]);
  });

  test("calls that no rule decides are asked of whoever owns their agents", () => {
    const group = { class: "widened", fromRules: ["default"] };
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.widened.direct": 3,
      "replay.groups": [
        { ...group, toRules: ["pay/x"], calls: 1 },
        { ...group, toRules: ["default"], calls: 2 },
      ],
    };
    expect(shipVerdict(factsWith(given)).before[0]).toMatch(
      /^let treasury \(1 call\) and whoever answers for agents without an owner in the catalog \(2\) look at /,
    );
  });

  test("calls that no rule decides belong to the owner that the catalog names for the agent", () => {
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.widened.direct": 2,
      "replay.groups": [
        {
          class: "widened",
          subject: "agent:r",
          fromRules: ["default"],
          toRules: ["default"],
          calls: 2,
        },
      ],
      agents: new Map([["agent:r", "research"]]),
    };
    expect(shipVerdict(factsWith(given)).before[0]).toMatch(
      /^let research \(2 calls\) look at these calls, /,
    );
  });

  test("no false owner is told where the groups do not list the calls", () => {
    const given = { "replay.gate.checks": LOOSE, "replay.changes.widened.direct": 2 };
    expect(shipVerdict(factsWith(given)).before[0]).toMatch(
      /^let the owners of the policies look at these calls, /,
    );
  });

  test("a coverage that falls below its target is not green, unless a limit judges it", () => {
    const own = { target: 0.7, alarm: 0.5, from: "agentz.yaml" };
    const given = {
      targets: { oversight: own },
      "coverage.before": covered(3),
      "coverage.after": covered(1),
    };
    expect(shipVerdict(factsWith(given))).toMatchObject({
      answer: "ship after",
      reasons: ["Oversight would fall from 75.0% to 25.0%, below the alarm at 50% (target 70%)"],
      before: ["decide whether oversight may fall, or change the rules so that it does not"],
    });
    const judged = [{ ...KEPT, name: "coverage.oversight", bound: "minimum" }];
    const kept = { ...given, "replay.gate.checks": judged };
    expect(shipVerdict(factsWith(kept)).answer).toBe("ship");
  });

  test("of many owners the one with most calls is named, and how many more there are", () => {
    const names = ["a", "b", "c", "d"];
    const group = { class: "widened", fromRules: [] };
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.widened.direct": 9,
      "replay.groups": names.map((name, i) => ({ ...group, toRules: [`${name}/x`], calls: i + 1 })),
      owners: new Map(names.map((name) => [name, `team-${name}`])),
    };
    expect(shipVerdict(factsWith(given)).before[0]).toMatch(
      /^let team-d \(4 calls\) and 3 more teams look at these calls, /,
    );
  });

  test("the indeterminate calls that may be permitted more are named, with their owners alone", () => {
    const group = { class: "indeterminate", toRules: ["default"], calls: 2 };
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.indeterminate": 4,
      "replay.changes.notWidened": 2,
      "replay.groups": [
        { ...group, from: "allow", action: "mail/send", fromRules: ["mail/out"] },
        { ...group, from: "deny", action: "pay/refund", fromRules: ["pay/big"] },
      ],
      owners: new Map([
        ["pay", "treasury"],
        ["mail", "care"],
      ]),
    };
    const { reasons, before } = shipVerdict(factsWith(given));
    expect(reasons[0]).toContain("2 calls would be permitted more is indeterminate (`pay/refund`)");
    expect(before[0]).toMatch(/^let treasury \(2 calls\) look at these calls, /);
  });

  test("who has to fix the conditions that are errors on an incident is a step", () => {
    const decisions = [{ rules: ["pay/big", "pay/small"], failing: true }];
    const { answer, reasons, before } = shipVerdict(
      factsWith({ incidents: [{ calls: 1, stopped: 1, decisions }] }),
    );
    expect([answer, reasons, before]).toEqual([
      "ship after",
      ["1 incident would be stopped, only because conditions are errors"],
      ["let treasury fix the conditions of `pay/big` and `pay/small`"],
    ]);
  });

  test("who has to fix the conditions that are errors on benign work is the same step", () => {
    const decisions = [{ rules: ["pay/big"], failing: true }];
    const group = { class: "narrowed", fromRules: [], toRules: ["mail/out"], calls: 2 };
    const { reasons, before } = shipVerdict(
      factsWith({
        "replay.gate.checks": [{ ...KEPT, name: "benign_broken" }],
        "replay.labels.benign.failing": 3,
        "replay.labels.benign.failingCalls": [{ id: "s/2", rules: ["mail/in"] }],
        "replay.groups": [
          { ...group, benignDenied: 1, benignFailing: 1, example: "s/1" },
          { ...group, benignDenied: 2, benignFailing: 2, example: "s/2" },
        ],
        incidents: [{ calls: 1, stopped: 1, decisions }],
        owners: new Map([["mail", "care"]]),
      }),
    );
    expect(reasons).toEqual([
      "1 incident would be stopped and 3 calls of benign work would be denied, only because conditions are errors",
    ]);
    expect(before).toEqual([
      "let care fix the conditions of `pay/big`, `mail/out` and `mail/in`; `agentz explain s/2` shows why",
    ]);
  });

  test("whoever owns the agents of an incident, or the rules that deny benign work, has to act", () => {
    const group = { class: "narrowed", fromRules: [], toRules: ["pay/big"], calls: 4 };
    const { before } = shipVerdict(
      factsWith({
        gravest: [...risk("incident"), ...risk("benign")],
        "replay.labels.benign.denied": 3,
        "replay.groups": [{ ...group, benignDenied: 3 }],
      }),
    );
    expect(before.slice(0, 2)).toEqual([
      "let treasury (2 calls) act on it",
      "let treasury (3 calls) act on it",
    ]);
  });

  test("whatever the answer is, it says what passed and what did not run", () => {
    const { restsOn } = shipVerdict(
      factsWith({
        "trace.malformed": 1,
        checks: [...step("lint", "passed"), ...step("test", "skipped")],
      }),
    );
    expect(restsOn).toMatch(/; passed: `agentz lint`; not checked: `agentz test`$/);
  });

  test("whose policies name no owner is said", () => {
    const given = {
      "replay.gate.checks": LOOSE,
      "replay.changes.widened.direct": 2,
      owners: new Map(),
    };
    expect(shipVerdict(factsWith(given)).before[0]).toMatch(
      /^let the authors of the policies, who name no owner there yet \(`owner: <team>`\), look at these calls, /,
    );
  });

  test("whoever owns the rules that deny benign work is asked to change them", () => {
    const group = { class: "narrowed", fromRules: [], calls: 1 };
    const given = {
      "replay.gate.checks": [{ ...KEPT, name: "benign_broken", passed: false }],
      "replay.groups": [
        { ...group, toRules: ["pay/big"], benignDenied: 1 },
        { ...group, toRules: ["mail/out"] },
      ],
      owners: new Map([
        ["pay", "treasury"],
        ["mail", "care"],
      ]),
    };
    expect(shipVerdict(factsWith(given)).before).toEqual([
      "let treasury (1 call) change the rules until `benign_broken` keeps its limit",
    ]);
  });

  test("what is refused without a gate needs its limits, too", () => {
    const { reasons } = shipVerdict(factsWith({ "replay.gate.checks": [], "trace.malformed": 1 }));
    expect(reasons).toHaveLength(2);
    expect(reasons[1]).toBe("Nobody has set a limit that the candidate has to keep");
  });

  test("targets that nobody has set are to be confirmed, and do not change the answer", () => {
    const own = { target: 0.9, alarm: 0.5, from: "agentz.yaml" };
    const usual = { target: 0.95, alarm: 0.8, from: "default" };
    const step = "onfirm agentz’s default targets (95%, alarm below 80%";
    const open = shipVerdict(factsWith({ targets: { policy: usual }, "trace.malformed": 1 }));
    expect(open.before.at(-1)).toContain(`c${step}`);
    const { answer, reasons, before } = shipVerdict(
      factsWith({ targets: { policy: usual, oversight: own, identity: usual } }),
    );
    expect([answer, before]).toEqual(["ship", []]);
    expect(reasons.at(-1)).toContain(`C${step}`);
    expect(reasons.at(-1)).toMatch(
      /, for policy and identity\), or set yours: “Measures” says how$/,
    );
    expect(shipVerdict(factsWith({ targets: { oversight: own } })).reasons).toHaveLength(1);
  });

  test("a step that was skipped is said, and does not count as passed", () => {
    const { answer, reasons } = shipVerdict(factsWith({ checks: step("test", "skipped") }));
    expect([answer, reasons[1]]).toEqual(["ship", "Not checked: `agentz test`, since 1 error"]);
  });
});

test.each([
  [0.9499, false, "94.99% (at least 95% required)"],
  [0.654618, false, "65.5% (at least 95% required)"],
  [0.95, true, "95.0% (at least 95% required)"],
  [null, false, "nothing to measure (at least 95% required)"],
])("a share of a limit never looks as if it kept it: %s", (actual, passed, said) => {
  const check = { ...KEPT, name: "coverage.enforcement", limit: 0.95, bound: "minimum" } as const;
  expect(limitText({ ...check, actual, passed })).toBe(
    `enforcement coverage of the candidate: ${said}`,
  );
});

const policy = (rule: string): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nowner: x\ndescription: d\nrules:\n  - ${rule}\n`;
const LOOK = "{ id: look, effect: allow, actions: [crm/lookup] }";
const SUITE = (effect: string): string =>
  "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - name: t\n    call: { subject: { type: agent, id: a }, " +
  `action: { server: crm, name: lookup } }\n    expect: { effect: ${effect} }\n`;

describe("a report is never friendlier than `agentz ci` on the same files", () => {
  test.each<[string, Record<string, string>]>([
    [
      "a failing test",
      { "s.yaml": SUITE("deny"), config: "tests: [s.yaml]\ngate: { widened: 9 }" },
    ],
    ["a gate that fails", { config: "gate: { narrowed: 0 }" }],
    ["a line that cannot be read", { extra: "{\n", config: "gate: { widened: 9 }" }],
    [
      "a lint error",
      { rule: "{ id: look, effect: allow, actions: [crm/lookup], when: 'args.x ==' }", config: "" },
    ],
    ["nothing wrong, and no gate", { config: "" }],
    [
      "nothing wrong",
      { "s.yaml": SUITE("allow"), config: "tests: [s.yaml]\ngate: { narrowed: 9 }" },
    ],
  ])("%s", async (_name, { config = "", extra = "", rule = LOOK, ...files }) => {
    const folder = scratch({
      ...files,
      "old/p.yaml": policy("{ id: all, effect: allow, actions: ['**'] }"),
      "new/p.yaml": policy(rule),
      "t.jsonl": jsonl(EVENTS) + extra,
      "agentz.yaml": `candidate: [new]\nbaseline: [old]\ntrace: [t.jsonl]\n${config}\n`,
    });
    const ci = await runInProcess(folder, {}, ["ci", "--output", "json=-"]);
    const report = await runInProcess(folder, {}, ["report", "--format", "json"]);
    if (report.status === 2) return expect(ci.status).toBe(2);
    const { verdict }: ReportResult = JSON.parse(report.stdout);
    const gated = config.includes("gate");
    const answer = ci.status !== 0 ? /^do not ship yet$/ : gated ? /^ship/ : /^not decided$/;
    expect(verdict.answer).toMatch(answer);
  });
});
