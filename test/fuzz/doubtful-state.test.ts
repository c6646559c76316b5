import { describe, expect, it } from "vitest";
import type { Event } from "../reference/request.ts";
import type { Decision } from "../reference/decision.ts";
import { BASE_TIME } from "./conditions.ts";
import { agreed, policy } from "./written.ts";

const HOUR = 3_600_000;
const RULES = [
  "{ id: look, effect: allow, actions: [crm/lookup] }",
  '{ id: fresh, effect: allow, actions: [crm/open], when: "!(args.order in session.values.seen)" }',
  "{ id: again, effect: allow, actions: [crm/reopen], when: args.order in session.values.seen }",
  '{ id: label, effect: allow, actions: [crm/label], when: "!(args.order in session.labels)" }',
];

const call = (
  name: string,
  order: string | number | undefined,
  more: Partial<Event> = {},
): Event => ({
  session: "s",
  time: BASE_TIME,
  subject: { type: "agent", id: "a1" },
  action: { kind: "tool_call", server: "crm", name },
  args: order === undefined ? {} : { order },
  context: {},
  complete: ["context"],
  ...more,
});
const look = (order: string | number | undefined, more: Partial<Event> = {}): Event =>
  call("lookup", order, more);
const untimed = ({ time: _time, ...event }: Event): Event => event;
const ran = (order: string): Event => look(order, { outcome: { status: "ok" } });

/** The last call's decision in a word, after the others; `values`: how the list `seen` is kept. */
function last(values: string, events: readonly Event[]): string {
  const session =
    `session: { values: [{ name: seen, add: args.order, when: "action.name == 'lookup'", ` +
    `${values} }], labels: [{ name: o1, when: "action.name == 'lookup'", on: completed }, { ` +
    "name: o3, when: args.order == 'o3' }] }";
  const decision: Decision | undefined = agreed([policy(RULES, session)], events).at(-1);
  return decision?.indeterminate === true
    ? `unknown: ${decision.missing.map(({ attribute }) => attribute).join(" ")}`
    : String(decision?.effect);
}

const UNKNOWN = "unknown: session.values.seen";

describe("design 5.3: one value that may have been set leaves what is known not to be set known", () => {
  const COMPLETED = "on: completed";
  it.each([
    ["another value is not in the list", COMPLETED, [look("o1"), call("open", "o2")], "allow"],
    ["nor is it surely not", COMPLETED, [look("o1"), call("reopen", "o2")], "deny"],
    ["the value itself may be", COMPLETED, [look("o1"), call("open", "o1")], UNKNOWN],
    ["or may not be", COMPLETED, [look("o1"), call("reopen", "o1")], UNKNOWN],
    [
      "set for sure later, it is",
      COMPLETED,
      [look("o1"), ran("o1"), call("reopen", "o1")],
      "allow",
    ],
    [
      "set for sure before, it stays",
      COMPLETED,
      [ran("o1"), look("o1"), call("reopen", "o1")],
      "allow",
    ],
    [
      "several that may be",
      COMPLETED,
      [look("o1"), look("o2"), ran("o3"), call("open", "o4")],
      "allow",
    ],
    ["a number is the one that it equals", COMPLETED, [look(1), call("open", 1.0)], UNKNOWN],
    ["a number is no text", COMPLETED, [look(1), call("open", "1")], "allow"],
    [
      "of an unrecorded value anything may be there",
      COMPLETED,
      [look("o1", { unrecorded: ["args.order"] }), call("open", "o2")],
      UNKNOWN,
    ],
    ["so of one that is an error", COMPLETED, [look(undefined), call("open", "o2")], UNKNOWN],
    [
      "a call that may have run",
      "on: permitted",
      [look("o1", { unrecorded: ["action.name"] }), call("open", "o2")],
      "allow",
    ],
    ["a full list", `${COMPLETED}, max: 1`, [look("o1"), call("open", "o2")], UNKNOWN],
    ["a list with room", `${COMPLETED}, max: 2`, [look("o1"), call("open", "o2")], "allow"],
    [
      "at its window's end",
      `${COMPLETED}, within: 1h`,
      [look("o1"), call("open", "o1", { time: BASE_TIME + HOUR })],
      UNKNOWN,
    ],
    [
      "after its window",
      `${COMPLETED}, within: 1h`,
      [look("o1"), call("open", "o1", { time: BASE_TIME + HOUR + 1 })],
      "allow",
    ],
    [
      "a lookup without time, in a window",
      `on: permitted, within: 1h`,
      [untimed(look("o1")), call("open", "o2")],
      "allow",
    ],
    [
      "a lookup without time, in a window, and its value",
      `on: permitted, within: 1h`,
      [untimed(look("o1")), call("open", "o1")],
      UNKNOWN,
    ],
    ["labels by name: another", COMPLETED, [look("o1"), call("label", "o3")], "allow"],
    [
      "labels by name: the one",
      COMPLETED,
      [look("o1"), call("label", "o1")],
      "unknown: session.labels.o1",
    ],
  ] as const)("%s", (_, values, events, wanted) => {
    expect(last(values, events)).toBe(wanted);
  });

  it.each(["context.signals.injection < 0.5", "args.nothing == 1"])(
    "where %s is unknown or an error",
    (when) => {
      const text = policy(
        RULES.slice(0, 3),
        `session: { values: [{ name: seen, add: args.order, when: "${when}" }] }`,
      );
      const decisions = agreed(
        [text],
        [look("o1", { complete: [] }), call("open", "o2"), call("open", "o1")],
      );
      expect(decisions.map(({ indeterminate }) => indeterminate)).toEqual([false, false, true]);
    },
  );
});

describe("design 5.3: a bad amount in a windowed counter is forgotten with its window", () => {
  const set = (within: string): string =>
    policy(
      [
        "{ id: pay, effect: allow, actions: [bank/pay], when: session.counters.spent <= 100.0 }",
        "{ id: try, effect: allow, actions: [bank/try] }",
      ],
      `session: { counters: [{ name: spent, add: args.amount, on: attempted${within}, when: ` +
        `"action.name == 'try'" }] }`,
    );
  const pay = (amount: unknown, more: Partial<Event> = {}): Event =>
    call("pay", undefined, {
      action: { kind: "tool_call", server: "bank", name: "pay" },
      args: { amount: amount as number },
      ...more,
    });
  const tried = (amount: unknown, more: Partial<Event> = {}): Event => ({
    ...pay(amount, more),
    action: { kind: "tool_call", server: "bank", name: "try" },
  });
  it.each([[-5], ["50"], [undefined], [true], [null], [[1]]])("%j", (bad) => {
    const at = (after: number): Event => pay(1, { time: BASE_TIME + after });
    const decided = (within: string): readonly string[] =>
      agreed([set(within)], [tried(40), tried(bad), at(0), at(HOUR), at(HOUR + 1)])
        .slice(2)
        .map(({ effect, indeterminate }) => (indeterminate ? "unknown" : effect));
    expect(decided(", within: 1h")).toEqual(["unknown", "unknown", "allow"]);
    expect(decided("")).toEqual(["unknown", "unknown", "unknown"]);
  });

  it("one that was tried at an unknown time is never forgotten", () => {
    const events = [untimed(tried(-5)), pay(1, { time: BASE_TIME + 10 * HOUR })];
    expect(agreed([set(", within: 1h")], events)[1]).toMatchObject({
      effect: "deny",
      indeterminate: true,
    });
  });
});
