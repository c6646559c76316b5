import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00.857219Z";
type Fields = { readonly [name: string]: string | number };
const HTTP: Fields = {
  gateway: "default/g",
  listener: "http",
  route: "r",
  "src.addr": "192.0.2.1:5",
  "http.method": "POST",
  "http.host": "desk",
  "http.path": "/mcp",
  "http.version": "HTTP/1.1",
  "http.status": 200,
};
const TOOL: Fields = {
  ...HTTP,
  protocol: "mcp",
  "mcp.method.name": "tools/call",
  "mcp.target": "pay",
  "gen_ai.tool.name": "refund",
  "mcp.session.id": "s",
};
/** A line as the gateway prints it: words, then names with values, in quotes where they need some. */
const line = (fields: Fields): string =>
  `${T}\tinfo\trequest ${Object.entries(fields)
    .map(
      ([name, value]) => `${name}=${/[\s"]/.test(String(value)) ? JSON.stringify(value) : value}`,
    )
    .join(" ")} duration=8ms\n`;
const json = (fields: object): object => ({ level: "info", time: T, scope: "request", ...fields });
const refused = (reason: string, status = 403): Variant => ({
  of: `the reason ${reason} is a denial`,
  content: line({ ...HTTP, "http.status": status, error: "no way", reason }),
  calls: [{ decision: { effect: "deny", pdp: "agentgateway", rule: reason } }],
  lacks: ["outcome"],
});

/** agentgateway's request log of versions 0.7 to 1.0. */
export const AGENTGATEWAY_VARIANTS: readonly Variant[] = [
  {
    of: "a call of a tool",
    content: line(TOOL),
    calls: [
      {
        time: T,
        session: "s",
        action: { kind: "mcp_request", server: "pay", name: "refund" },
        context: { gateway: "default/g", route: "r", source: "192.0.2.1:5", status: 200 },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a call of a tool, as JSON with the names of older versions",
    content: [
      json({
        ...HTTP,
        "mcp.method": "tools/call",
        "mcp.target": "pay",
        "mcp.resource": "tool",
        "mcp.resource.name": "refund",
        "span.id": "b",
        "trace.id": "t",
      }),
    ],
    calls: [
      {
        id: "b",
        time: T,
        action: { kind: "mcp_request", server: "pay", name: "refund" },
        context: { trace: "t" },
      },
    ],
  },
  {
    of: "what shakes hands and lists calls nothing",
    content: ["initialize", "tools/list", "ping", "tools/call"]
      .map((method) => line({ ...TOOL, "mcp.method.name": method }))
      .join(""),
    calls: [{ action: { name: "refund" } }],
  },
  {
    of: "a resource that is read",
    content: line({ ...TOOL, "mcp.method.name": "resources/read", "gen_ai.tool.name": "file:x" }),
    calls: [
      { action: { kind: "mcp_request", name: "resources/read" }, context: { target: "file:x" } },
    ],
  },
  {
    of: "a prompt",
    content: line({ ...TOOL, "mcp.method.name": "prompts/get" }),
    calls: [{ action: { name: "prompts/get" } }],
  },
  {
    of: "an HTTP request",
    content: line({ ...HTTP, "http.method": "GET", "http.path": "/x?y=1", protocol: "http" }),
    calls: [
      {
        action: { kind: "api_call", server: "desk", name: "GET" },
        resource: { type: "path", id: "/x" },
      },
    ],
  },
  {
    of: "a message to another agent",
    content: line({
      ...HTTP,
      protocol: "a2a",
      "a2a.method": "message/send",
      endpoint: "expert:80",
    }),
    calls: [{ action: { kind: "subagent_invocation", server: "expert:80", name: "message/send" } }],
  },
  {
    of: "a model's answer is no call",
    content: `${line({ ...HTTP, protocol: "llm", "gen_ai.request.model": "m" })}${line(TOOL)}`,
    calls: [{ action: { name: "refund" } }],
  },
  {
    of: "lines that tell of no request",
    content: `${T}\tinfo\tapp serving UI at http://x\n${line(TOOL)}`,
    calls: [{ action: { name: "refund" } }],
  },
  refused("Authorization"),
  refused("ExtAuth"),
  refused("JwtAuth", 401),
  refused("APIKey", 401),
  {
    of: "a limit of requests is no decision",
    content: line({ ...HTTP, "http.status": 429, reason: "RateLimit", error: "too many" }),
    calls: [{ outcome: { status: "error" } }],
    lacks: ["decision"],
  },
  {
    of: "a tool that is not there may be one that is hidden: an error, and no decision",
    content: line({
      ...TOOL,
      "http.status": 400,
      error: "mcp: Unknown tool: refund",
      reason: "MCP",
    }),
    calls: [{ outcome: { status: "error" } }],
    lacks: ["decision"],
  },
  {
    of: "an error with status 200",
    content: line({ ...TOOL, error: "upstream closed" }),
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "a token's subject",
    content: line({ ...TOOL, "jwt.sub": "ann" }),
    calls: [{ subject: { id: "ann" } }],
    lacks: ["context.on_behalf_of"],
  },
  {
    of: "a workload that acts for a token's subject",
    content: line({ ...TOOL, "src.identity": "spiffe://mesh/agent", "jwt.sub": "ann" }),
    calls: [{ subject: { id: "spiffe://mesh/agent" }, context: { on_behalf_of: { id: "ann" } } }],
  },
  {
    of: "a value in quotes that looks like a name with a value is a value",
    content: line({ ...TOOL, "user.agent": "x jwt.sub=root y" }),
    calls: [{ action: { name: "refund" } }],
    lacks: ["subject"],
  },
  {
    of: "a name that stands twice is nobody's",
    content: line({ ...TOOL, "jwt.sub": "ann" }).replace("duration", "jwt.sub=root duration"),
    calls: [{ action: { name: "refund" } }],
    lacks: ["subject"],
  },
];
