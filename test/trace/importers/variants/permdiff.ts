import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00+00:00";
const call = (more: object = {}): object => ({
  id: "d",
  timestamp: T,
  agent: { id: "bot", version: "1.4.0" },
  principal: { id: "ann", type: "user", attrs: {} },
  tool: { name: "refund", server: "pay-mcp" },
  resource: { type: "order" },
  arguments: { amount: 5 },
  context: { env: "prod", session_id: "s" },
  ...more,
});
const record = (action: object, decision: object = { verdict: "allow" }): object => ({
  schema: "custody.trace.v1",
  workspace: "local",
  session_id: "s",
  source: "claude_code",
  actor: { agent: "coder", user: "ann", host: "w" },
  id: "c",
  ts: T,
  action: {
    type: "exec",
    name: "Bash",
    cwd: "/repo",
    input_redacted: { command: "ls" },
    ...action,
  },
  decision: { policy_hash: "sha256:a", rule_ids: [], latency_us: 1800, ...decision },
});
const done = (type: string, action: object): Variant => ({
  of: `Custody: ${type}`,
  content: [record({ type })],
  calls: [{ action }],
});
const said = (verdict: string, effect: string): Variant => ({
  of: `Custody: the verdict ${verdict} is ${effect}`,
  content: [record({}, { verdict, rule_ids: ["r"] })],
  calls: [{ decision: { effect, rule: "r", policy: "sha256:a", ms: 1.8, pdp: "custody" } }],
});

/** permdiff 0.4's corpus, and `custody.trace.v1`. */
export const PERMDIFF_VARIANTS: readonly Variant[] = [
  {
    of: "a call",
    content: [call()],
    calls: [
      {
        id: "d",
        time: T,
        session: "s",
        subject: { type: "agent", id: "bot", version: "1.4.0" },
        action: { kind: "tool_call", server: "pay-mcp", name: "refund" },
        args: { amount: 5 },
        context: { env: "prod", on_behalf_of: { type: "human", id: "ann" } },
      },
    ],
    lacks: ["decision", "resource", "outcome"],
  },
  { of: "several calls", content: [call(), call({ id: "e" })], calls: [{ id: "d" }, { id: "e" }] },
  {
    of: "a list of calls",
    content: JSON.stringify([call(), call({ id: "e" })], null, 1),
    calls: [{ id: "d" }, { id: "e" }],
  },
  {
    of: "a resource with an id",
    content: [call({ resource: { type: "order", id: "4711" } })],
    calls: [{ resource: { type: "order", id: "4711" } }],
  },
  {
    of: "a principal that is a service",
    content: [call({ principal: { id: "job", type: "service" } })],
    calls: [{ context: { on_behalf_of: { type: "service", id: "job" } } }],
  },
  {
    of: "no server",
    content: [call({ tool: { name: "refund" } })],
    calls: [{ action: { name: "refund" } }],
    lacks: ["action.server"],
  },
  { of: "no session", content: [call({ context: {} })], calls: [{ id: "d" }], lacks: ["session"] },
  {
    of: "no arguments",
    content: [call({ arguments: undefined })],
    calls: [{ id: "d" }],
    lacks: ["args"],
  },
  { of: "empty arguments", content: [call({ arguments: {} })], calls: [{ args: {} }] },
  {
    of: "no time",
    content: [call({ timestamp: undefined })],
    calls: [{ id: "d" }],
    lacks: ["time"],
  },
  {
    of: "Custody: a command",
    content: [record({})],
    calls: [
      {
        id: "c",
        session: "s",
        subject: { type: "agent", id: "coder" },
        action: { kind: "tool_call", server: "host", name: "Bash" },
        args: { command: "ls" },
        context: { cwd: "/repo", workspace: "local", on_behalf_of: { type: "human", id: "ann" } },
      },
    ],
  },
  done("file_write", { kind: "tool_call", server: "host" }),
  done("network", { kind: "tool_call", server: "host" }),
  done("mcp_call", { kind: "mcp_request", name: "Bash" }),
  done("tool_call", { kind: "tool_call", name: "Bash" }),
  said("allow", "allow"),
  said("warn", "allow"),
  said("observe", "allow"),
  said("block", "deny"),
  {
    of: "Custody: a verdict that is not known is no decision",
    content: [record({}, { verdict: "adjudicate" })],
    calls: [{ id: "c" }],
    lacks: ["decision"],
  },
  {
    of: "Custody: a model's answer is no call",
    content: [record({ type: "llm_call", name: "m" }), record({})],
    calls: [{ action: { name: "Bash" } }],
  },
];
