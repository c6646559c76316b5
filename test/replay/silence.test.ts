import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { byColumns, byEvents, sha256 } from "./columns.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-05-15T16:00:00Z");

const POLICY = `
apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  labels: [{ name: read, when: action.name == 'read' }]
  counters:
    - { name: paid, add: args.amount, when: action.name == 'pay' }
    - { name: paid_lately, add: args.amount, when: action.name == 'pay-lately', within: 1h }
    - { name: paid_in_a_week, add: args.amount, when: action.name == 'pay-in-a-week', within: 7d }
  values: [{ name: seen, add: args.order, when: action.name == 'look' }]
rules:
  - { id: all, effect: allow, actions: ["**"] }
  - { id: send, effect: deny, actions: [t/send], when: "'read' in session.labels" }
  - { id: pay, effect: deny, actions: [t/pay], when: session.counters.paid > 200.0 }
  - { id: pay-lately, effect: deny, actions: [t/pay-lately], when: session.counters.paid_lately > 200.0 }
  - { id: pay-in-a-week, effect: deny, actions: [t/pay-in-a-week], when: session.counters.paid_in_a_week > 200.0 }
  - { id: buy, effect: deny, actions: [t/buy], when: "!('1' in session.values.seen)" }
  - { id: suspend, effect: deny, actions: [t/suspend], on_deny: suspend_session }
  - { id: terminate, effect: deny, actions: [t/terminate], on_deny: terminate_session }
  - { id: block, effect: deny, actions: [t/block], when: args.amount > 1.0, on_deny: block_tool }
`;

/** Without containments, of which one may be forgotten in every session. */
const CALM = POLICY.split("\n")
  .filter((line) => !line.includes("on_deny"))
  .join("\n");

const BOUNDS = `
apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["**"] }]
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents: [{ id: a, manifest: { tools: [{ name: "t/*" }], BOUND } }]
`;

const setOf = (text: string) =>
  compileSet(loadDocuments([{ file: "p.yaml", text }]).documents, sha256);

interface Step {
  readonly name?: string;
  readonly day: number | undefined;
  readonly args?: object;
  readonly type?: string;
  readonly session?: string;
}

const amount = 300;

function linesOf(steps: readonly Step[]): readonly string[] {
  return steps.map(
    ({ name = "read", day, args = { amount, order: "1" }, type, session = "s" }, i) =>
      JSON.stringify({
        id: `e${i}`,
        session,
        subject: { type: "agent", id: "a" },
        action: { server: "t", name },
        args,
        ...(day === undefined ? {} : { time: new Date(START + day * DAY).toISOString() }),
        ...(type === undefined ? {} : { type }),
      }),
  );
}

/**
 * What is decided: the effect, `?` where it is indeterminate; and how often a session's state was
 * forgotten. Both ways of walking agree.
 */
function decided(
  steps: readonly Step[],
  of: { readonly text?: string; readonly idle?: number } = {},
): { readonly said: readonly string[]; readonly forgotten: number } {
  const sets = { baseline: undefined, candidate: setOf(of.text ?? POLICY) };
  const options = { history: "counterfactual", approvals: "recorded", idle: of.idle } as const;
  const lines = linesOf(steps);
  const results: CallResult[] = [];
  const walk = new ReplayWalk(sets, options, [{ call: (result) => results.push(result) }]);
  for (const [i, line] of lines.entries()) {
    const event = decodeEvent(JSON.parse(line), { file: "t", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    walk.take(event);
  }
  for (const size of [1, 100])
    expect(byColumns(lines, sets, { options, size })).toEqual(byEvents(lines, sets, options));
  return {
    said: results.map(
      ({ candidate }) => `${candidate.effect}${candidate.indeterminate ? "?" : ""}`,
    ),
    forgotten: walk.runs.candidate.forgotten,
  };
}

const END: Step = { type: "session_end", day: 1 };

describe("silence", () => {
  it.each([
    ["a label", ["read", "send"]],
    ["a counter", ["pay", "pay"]],
    ["a suspension", ["suspend", "send"]],
    ["a termination", ["terminate", "send"]],
    ["a blocked tool", ["block", "block"]],
  ] as const)("design 5.4: ends nothing: %s stays", (_, [first, second]) => {
    for (const days of [0, 1, 1.01, 3, 400])
      expect(
        decided([
          { name: first, day: 0 },
          { name: second, day: days, args: { amount: first === "block" ? 1 : amount } },
        ]).said[1],
      ).toBe("deny");
  });

  it("design 5.4: ends nothing: a value stays", () => {
    expect(
      decided([
        { name: "buy", day: 0 },
        { name: "look", day: 0 },
        { name: "buy", day: 5 },
      ]).said,
    ).toEqual(["deny", "allow", "allow"]);
  });

  it("design 5.4: what was before events without a time stays too", () => {
    expect(
      decided([
        { name: "read", day: undefined },
        { name: "send", day: undefined },
        { name: "send", day: 9 },
      ]).said,
    ).toEqual(["allow", "deny", "deny"]);
  });

  it("design 2.5: bounds of a manifest count over it", () => {
    const steps = [0, 2, 4].map((day) => ({ day }));
    expect(decided(steps, { text: BOUNDS.replace("BOUND", "max_calls: 2") }).said).toEqual([
      "allow",
      "allow",
      "deny",
    ]);
    expect(decided(steps, { text: BOUNDS.replace("BOUND", "max_duration: 3d") }).said).toEqual([
      "allow",
      "allow",
      "deny",
    ]);
  });

  it("design 5.4: an end event ends a session, its suspension and its bounds, but no termination", () => {
    const after = (name: string, then = "send"): string =>
      decided([{ name, day: 0 }, END, { name: then, day: 2, args: { amount: 1 } }]).said[1] ?? "";
    expect([
      after("read"),
      after("suspend"),
      after("pay", "pay"),
      after("block", "block"),
      after("terminate"),
    ]).toEqual(["allow", "allow", "allow", "allow", "deny"]);
    const again = decided([
      { name: "terminate", day: 0 },
      END,
      { ...END, day: 2 },
      { name: "read", day: 3 },
      { name: "read", day: 3, session: "other" },
    ]).said;
    expect(again).toEqual(["deny", "deny", "allow"]);
    for (const bound of ["max_calls: 1", "max_duration: 1d"])
      expect(
        decided([{ day: 0 }, END, { day: 2 }], { text: BOUNDS.replace("BOUND", bound) }).said,
      ).toEqual(["allow", "allow"]);
  });
});

describe("--idle", () => {
  it.each([
    ["a label", ["read", "send"], "deny?"],
    ["a counter", ["pay", "pay"], "deny?"],
    ["a counter whose window has passed", ["pay-lately", "pay-lately"], "allow"],
    ["a counter whose window has not", ["pay-in-a-week", "pay-in-a-week"], "deny?"],
    ["values", ["look", "buy"], "deny?"],
    ["a suspension", ["suspend", "send"], "deny?"],
    ["a blocked tool", ["block", "block"], "deny?"],
  ] as const)(
    "design 5.4: what it forgets is unknown, not empty: %s",
    (_, [first, second], expected) => {
      const steps = [
        { name: first, day: 0 },
        { name: second, day: 2, args: { amount: first === "block" ? 1 : amount, order: "1" } },
      ];
      const text = ["suspend", "block"].includes(first) ? POLICY : CALM;
      expect(decided(steps, { text, idle: DAY })).toEqual({
        said: [expect.any(String), expected],
        forgotten: 1,
      });
      expect(decided(steps, { idle: 2 * DAY }).forgotten).toBe(0);
    },
  );

  it("design 5.4: is told, and only of sessions that went on and had left something", () => {
    const steps = [
      { name: "read", day: 0 },
      { name: "other", day: 0, session: "empty" },
      { name: "read", day: 0, session: "gone" },
      { name: "send", day: 2 },
      { name: "send", day: 2, session: "empty" },
    ];
    expect(decided(steps, { idle: DAY })).toEqual({
      said: ["allow", "allow", "allow", "deny?", "allow"],
      forgotten: 1,
    });
  });

  it("design 5.4: forgets no termination", () => {
    expect(
      decided(
        [
          { name: "terminate", day: 0 },
          { name: "read", day: 9 },
        ],
        { idle: DAY },
      ).said,
    ).toEqual(["deny", "deny"]);
  });

  it("design 5.3: what is set afterwards is known again", () => {
    const steps = [
      { name: "read", day: 0 },
      { name: "send", day: 2 },
      { name: "read", day: 2 },
      { name: "send", day: 2 },
    ];
    expect(decided(steps, { text: CALM, idle: DAY }).said).toEqual([
      "allow",
      "deny?",
      "allow",
      "deny",
    ]);
  });

  it("design 2.5: leaves bounds unknown", () => {
    for (const bound of ["max_calls: 5", "max_duration: 30d"])
      expect(
        decided([{ day: 0 }, { day: 2 }], { text: BOUNDS.replace("BOUND", bound), idle: DAY }).said,
      ).toEqual(["allow", "deny?"]);
  });

  it("design 5.4: an end event ends what was forgotten as well", () => {
    expect(
      decided(
        [
          { name: "read", day: 0 },
          { ...END, day: 2 },
          { name: "send", day: 2 },
        ],
        { idle: DAY },
      ).said,
    ).toEqual(["allow", "allow"]);
  });
});
