import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00.5";
const entry = (more: object = {}): object => ({
  entry_id: "audit_1",
  timestamp: T,
  event_type: "tool_invocation",
  agent_did: "did:mesh:a",
  action: "refund",
  resource: null,
  target_did: null,
  data: { arguments: { amount: 5 } },
  outcome: "success",
  policy_decision: "allow",
  matched_rule: "small",
  previous_hash: "",
  entry_hash: "",
  trace_id: null,
  session_id: null,
  ...more,
});
const cloud = (type: string, data: object = {}): object => ({
  specversion: "1.0",
  id: "audit_2",
  type: `ai.agentmesh.${type}`,
  source: "did:mesh:a",
  time: `${T}Z`,
  datacontenttype: "application/json",
  data: { action: "refund", outcome: "success", policy_decision: "allow", ...data },
});
const refused = (of: string, more: object): Variant => ({
  of,
  content: [entry(more)],
  calls: [{ decision: { effect: "deny", pdp: "agt" } }],
  lacks: ["outcome"],
});

/** Audit logs of the Agent Governance Toolkit, 2 to 5. */
export const AGT_VARIANTS: readonly Variant[] = [
  {
    of: "a call",
    content: [entry()],
    calls: [
      {
        id: "audit_1",
        time: `${T}Z`,
        subject: { type: "agent", id: "did:mesh:a" },
        action: { kind: "tool_call", name: "refund" },
        args: { amount: 5 },
        decision: { effect: "allow", rule: "small", pdp: "agt" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "an export",
    content: JSON.stringify({
      exported_at: T,
      merkle_root: null,
      entry_count: 2,
      entries: [entry(), entry({ entry_id: "b" })],
    }),
    calls: [{ id: "audit_1" }, { id: "b" }],
  },
  {
    of: "a CloudEvent",
    content: [cloud("tool.invoked", { arguments: { amount: 5 } })],
    calls: [
      {
        id: "audit_2",
        time: `${T}Z`,
        subject: { id: "did:mesh:a" },
        action: { name: "refund" },
        args: { amount: 5 },
        decision: { effect: "allow" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a CloudEvent of a call that was blocked",
    content: [cloud("tool.blocked", { outcome: "denied", policy_decision: "deny" })],
    calls: [{ decision: { effect: "deny" } }],
    lacks: ["outcome"],
  },
  refused("a call that was blocked", { event_type: "tool_blocked", policy_decision: null }),
  refused("a violation", { event_type: "policy_violation", outcome: "denied" }),
  refused("an outcome that says denied", { outcome: "denied", policy_decision: null }),
  refused("a decision that says DENY", { policy_decision: "DENY" }),
  refused("an evaluation that denies", {
    event_type: "policy_evaluation",
    policy_decision: "deny",
  }),
  {
    of: "an evaluation that asks for approval",
    content: [entry({ event_type: "policy_evaluation", policy_decision: "require_approval" })],
    calls: [{ decision: { effect: "require_approval" } }],
    lacks: ["outcome"],
  },
  {
    of: "an evaluation that allows is told by the call",
    content: [entry({ event_type: "policy_evaluation" }), entry()],
    calls: [{ id: "audit_1" }],
  },
  {
    of: "handshakes and scores are no calls",
    content: ["trust_handshake", "trust_score_updated", "agent_registered", "tool_invocation"].map(
      (event_type) => entry({ event_type }),
    ),
    calls: [{ id: "audit_1" }],
  },
  {
    of: "a failure",
    content: [entry({ outcome: "failure" })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "an error",
    content: [entry({ outcome: "error", policy_decision: null })],
    calls: [{ outcome: { status: "error" } }],
    lacks: ["decision"],
  },
  {
    of: "a tool that the data names",
    content: [entry({ action: "execute", data: { tool_name: "refund", args: { n: 1 } } })],
    calls: [{ action: { name: "refund" }, args: { n: 1 } }],
  },
  {
    of: "parameters",
    content: [entry({ data: { tool: "refund", parameters: { n: 1 } } })],
    calls: [{ action: { name: "refund" }, args: { n: 1 } }],
  },
  { of: "no data", content: [entry({ data: {} })], calls: [{ id: "audit_1" }], lacks: ["args"] },
  {
    of: "a resource",
    content: [entry({ resource: "/orders/4711" })],
    calls: [{ resource: { id: "/orders/4711" } }],
  },
  {
    of: "a session and a trace",
    content: [entry({ session_id: "s", trace_id: "t" })],
    calls: [{ session: "s", context: { trace: "t" } }],
  },
  {
    of: "a time with its zone",
    content: [entry({ timestamp: "2026-01-02T10:00:00+01:00" })],
    calls: [{ time: "2026-01-02T10:00:00+01:00" }],
  },
];
