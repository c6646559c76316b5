import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const call = (more: object = {}): object => ({
  timestamp: T,
  toolName: "refund",
  arguments: { amount: 5 },
  decision: "allow",
  ...more,
});
const said = (decision: string, effect: string): Variant => ({
  of: `the decision ${decision}`,
  content: [call(), call({ decision, ruleId: "r" })],
  calls: [{}, { decision: { effect, rule: "r", pdp: "veto" } }],
});
const without = (name: string, of: string, lacks: string): Variant => ({
  of,
  content: [call({ sessionId: "s", agentId: "bot", userId: "ann", [name]: undefined })],
  calls: [{ session: "s" }],
  lacks: [lacks],
});
const under = (names: object, expected: object): Variant => ({
  of: `the names ${Object.keys(names).join(", ")}`,
  content: [{ timestamp: T, decision: "deny", ...names }],
  calls: [expected],
});

/** The log that Veto replays, with all the names that it takes. */
export const VETO_VARIANTS: readonly Variant[] = [
  {
    of: "a call",
    content: [call({ sessionId: "s", agentId: "bot", userId: "ann", role: "desk" })],
    calls: [
      {
        time: T,
        session: "s",
        subject: { type: "agent", id: "bot" },
        action: { kind: "tool_call", name: "refund" },
        args: { amount: 5 },
        context: { role: "desk", on_behalf_of: { type: "human", id: "ann" } },
        decision: { effect: "allow", pdp: "veto" },
      },
    ],
  },
  {
    of: "several calls",
    content: [call(), call({ toolName: "mail" })],
    calls: [{}, { action: { name: "mail" } }],
  },
  {
    of: "a list",
    content: JSON.stringify([call(), call()], null, 1),
    calls: [{}, {}],
  },
  said("deny", "deny"),
  said("block", "deny"),
  said("require_approval", "require_approval"),
  {
    of: "a decision that is not known is none",
    content: [call(), call({ decision: "warn" })],
    calls: [{ decision: { effect: "allow" } }, { action: { name: "refund" } }],
  },
  {
    of: "no decision",
    content: [call(), call({ decision: undefined })],
    calls: [{ decision: { effect: "allow" } }, { action: { name: "refund" } }],
  },
  without("timestamp", "no time", "time"),
  without("agentId", "no agent", "subject"),
  without("userId", "no user", "context.on_behalf_of"),
  under({ tool_name: "a", arguments: { n: 1 } }, { action: { name: "a" }, args: { n: 1 } }),
  under({ tool: "a", arguments: {} }, { action: { name: "a" }, args: {} }),
  under({ toolName: "a", args: { n: 1 } }, { args: { n: 1 } }),
  under({ tool: "a", args: {}, session_id: "s" }, { session: "s" }),
  under({ tool: "a", args: {}, agent_id: "b" }, { subject: { type: "agent", id: "b" } }),
  under({ tool: "a", args: {}, user_id: "u" }, { context: { on_behalf_of: { id: "u" } } }),
  under({ tool: "a", args: {}, rule_id: "r" }, { decision: { effect: "deny", rule: "r" } }),
  {
    of: "members of one's own",
    content: [call({ custom: { tenant: "eu" } })],
    calls: [{ context: { custom: { tenant: "eu" } } }],
  },
  {
    of: "an id",
    content: [call({ id: "v-1" })],
    calls: [{ id: "v-1" }],
  },
  {
    of: "a time in milliseconds",
    content: [call({ timestamp: Date.parse(T) })],
    calls: [{ time: "2026-01-02T10:00:00.000Z" }],
  },
];
