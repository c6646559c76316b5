import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const opa = (input: object, result: unknown, more: object = {}): object => ({
  decision_id: "d",
  timestamp: T,
  path: "agents/allow",
  input,
  result,
  ...more,
});
const A = { tool: "x" };

const UNKNOWN = "`decision.effect` has no value: no such overload: a condition is not a boolean";
/** Results that decide in no form that is known. */
const UNKNOWN_RESULTS = [
  { granted: false },
  { status: "denied" },
  { allow: { value: false } },
  { effect: "DENY" },
  { decision: "denied" },
  { result: { granted: false } },
  { result: { allow: "no" } },
  { result: { allow: true, deny: ["x"] } },
  ["a"],
  [],
  {},
  "denied",
  0,
];

/** Decision logs of Open Policy Agent. */
export const OPA_VARIANTS: readonly Variant[] = [
  ...[
    { result: { allow: false } },
    { result: { allowed: false } },
    { response: { allowed: false, status: { message: "no" } } },
    { response: { allow: false } },
  ].map((result) => ({
    of: `a denial in ${JSON.stringify(result)}`,
    content: [opa(A, result), opa(A, JSON.parse(JSON.stringify(result).replace("false", "true")))],
    calls: [{ decision: { effect: "deny" } }, { decision: { effect: "allow" } }],
    causes: [],
  })),
  ...UNKNOWN_RESULTS.map((result) => ({
    of: `no decision that is known: ${JSON.stringify(result)}`,
    content: [opa(A, result)],
    calls: [{ action: { kind: "tool_call", name: "x" } }],
    lacks: ["decision"],
    causes: [UNKNOWN],
  })),
  {
    of: "reasons of a denial under another name are no decision that is known",
    content: [opa(A, ["a"], { path: "agents/deny_reasons" })],
    calls: [{ action: { kind: "tool_call", name: "x" } }],
    lacks: ["decision"],
    causes: [UNKNOWN],
  },
  {
    of: "a boolean result",
    content: [
      opa(
        {
          subject: { type: "agent", id: "a" },
          action: { name: "read" },
          resource: { type: "doc", id: "1" },
        },
        true,
      ),
    ],
    calls: [
      {
        id: "d",
        time: T,
        subject: { type: "agent", id: "a" },
        action: { name: "read" },
        resource: { type: "doc", id: "1" },
        decision: { effect: "allow", rule: "agents/allow" },
      },
    ],
  },
  { of: "a denial", content: [opa(A, false)], calls: [{ decision: { effect: "deny" } }] },
  {
    of: "a result with `allow`",
    content: [opa(A, { allow: true, reasons: [] })],
    calls: [{ decision: { effect: "allow" } }],
  },
  {
    of: "a result with `allowed`",
    content: [opa(A, { allowed: false })],
    calls: [{ decision: { effect: "deny" } }],
  },
  {
    of: "a result with `deny`",
    content: [opa(A, { deny: true })],
    calls: [{ decision: { effect: "deny" } }],
  },
  {
    of: "a result in words",
    content: [opa(A, "true"), opa(A, { effect: "require_approval" })],
    calls: [{ decision: { effect: "allow" } }, { decision: { effect: "require_approval" } }],
  },
  {
    of: "an undefined result says nothing of a decision",
    content: [opa(A, undefined)],
    calls: [{ action: { kind: "tool_call", name: "x" } }],
  },
  {
    of: "subject and resource as text",
    content: [opa({ subject: "ann", action: "read", resource: "doc1" }, true)],
    calls: [{ subject: { id: "ann" }, action: { name: "read" }, resource: { id: "doc1" } }],
  },
  {
    of: "an agent",
    content: [opa({ agent: "bot", tool: "refund", args: { n: 1 } }, true)],
    calls: [
      {
        subject: { type: "agent", id: "bot" },
        action: { kind: "tool_call", name: "refund" },
        args: { n: 1 },
      },
    ],
  },
  {
    of: "an MCP request",
    content: [
      opa(
        { user: "ann", method: "tools/call", params: { name: "refund", arguments: { n: 2 } } },
        true,
      ),
    ],
    calls: [
      { subject: { id: "ann" }, action: { kind: "mcp_request", name: "refund" }, args: { n: 2 } },
    ],
  },
  {
    of: "an HTTP request with its path in parts",
    content: [opa({ user: "bob", method: "GET", path: ["salary", "bob"] }, true)],
    calls: [
      { action: { kind: "api_call", name: "GET" }, resource: { type: "path", id: "/salary/bob" } },
    ],
  },
  {
    of: "Envoy's input",
    content: [opa({ attributes: { request: { http: { method: "POST", path: "/x" } } } }, true)],
    calls: [{ action: { kind: "api_call", name: "POST" }, resource: { type: "path", id: "/x" } }],
  },
  {
    of: "a principal",
    content: [opa({ principal: { type: "service", id: "s" }, action: "x" }, true)],
    calls: [{ subject: { type: "service", id: "s" } }],
  },
  {
    of: "erased and masked values are unrecorded",
    content: [
      opa({ ...A, args: { card: "" }, resource: { id: "x" } }, true, {
        erased: ["/input/args/iban"],
        masked: ["/input/args/card", "/result/x"],
      }),
    ],
    calls: [{ unrecorded: ["args.iban", "args.card"] }],
  },
  {
    of: "bundles, labels and metrics",
    content: [
      opa(A, true, {
        bundles: { authz: { revision: "r1" } },
        labels: { id: "opa-1" },
        metrics: { timer_server_handler_ns: 2_000_000 },
      }),
    ],
    calls: [{ decision: { policy: "authz@r1", pdp: "opa-1", ms: 2 } }],
  },
  {
    of: "the console's lines, with others between",
    content: [
      { level: "info", msg: "Initializing server." },
      {
        ...opa(A, true),
        level: "info",
        msg: "Decision Log",
        type: "openpolicyagent.org/decision_logs",
      },
    ],
    calls: [{ action: { name: "x" } }],
  },
  {
    of: "an upload: a list",
    content: JSON.stringify([opa(A, true), opa(A, false)]),
    calls: [{}, {}],
  },
  {
    of: "a context of its own",
    content: [opa({ ...A, context: { ip: "y" } }, true)],
    calls: [{ context: { ip: "y" } }],
  },
  { of: "a session", content: [opa({ ...A, session_id: "s" }, true)], calls: [{ session: "s" }] },
  {
    of: "no decision in any words that are known is unrecorded",
    content: [opa(A, { violations: [] })],
    calls: [{ id: "d" }],
  },
  ...[
    ["a set of reasons", { deny: ["too much"] }],
    ["an object of reasons", { denied: { amount: "too much" } }],
    ["true", { deny: true }],
    ["a text", { deny: "too much" }],
    ["violations", { violations: [{ msg: "too much" }] }],
    ["a violation", { violation: ["too much"] }],
    ["a count of violations", { violations: 2 }],
  ].map(([what, denial]) => ({
    of: `\`allow\` beside a denial that is ${String(what)} is denied`,
    content: [opa(A, { allow: true, ...Object(denial) })],
    calls: [{ decision: { effect: "deny" } }],
  })),
  ...[{ deny: [] }, { denied: {} }, { deny: false }, { deny: "" }, { violations: 0 }].map(
    (nothing) => ({
      of: `\`allow\` beside ${JSON.stringify(nothing)} is allowed`,
      content: [opa(A, { allow: true, ...nothing })],
      calls: [{ decision: { effect: "allow" } }],
    }),
  ),
  {
    of: "`allowed`, `decision` and `effect` beside a denial are denied too",
    content: [
      opa(A, { allowed: true, deny: ["x"] }),
      opa(A, { decision: true, denied: ["x"] }),
      opa(A, { effect: "allow", violations: ["x"] }),
      opa(A, { allow: false, deny: [] }),
    ],
    calls: [0, 1, 2, 3].map(() => ({ decision: { effect: "deny" } })),
  },
];
