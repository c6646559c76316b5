import type { Variant } from "../import-all.ts";

const call = (id: unknown, name: unknown, args?: unknown, more: object = {}): object => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, ...(args !== undefined && { arguments: args }), ...more },
});
/** The answer to a request. */
export const answer = (id: unknown, result: object): object => ({ jsonrpc: "2.0", id, result });
const failure = (id: unknown, code: number): object => ({
  jsonrpc: "2.0",
  id,
  error: { code, message: "no" },
});
const T = "2026-01-02T10:00:00Z";
const meta = {
  _meta: {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "C", version: "1" },
  },
};

/** Sessions of both eras of the Model Context Protocol. */
export const MCP_VARIANTS: readonly Variant[] = [
  {
    of: "a call and its result",
    content: [
      call(1, "refund", { amount: 5 }),
      answer(1, { content: [{ type: "text", text: "done" }] }),
    ],
    calls: [
      {
        id: "log/0",
        session: "log",
        action: { kind: "mcp_request", name: "refund" },
        args: { amount: 5 },
        outcome: { status: "ok" },
      },
    ],
  },
  { of: "arguments left out are none", content: [call(1, "ping_all")], calls: [{ args: {} }] },
  {
    of: "a tool error, and a protocol error",
    content: [
      call(1, "a"),
      call(2, "b"),
      answer(1, { isError: true, content: [] }),
      failure(2, -32602),
    ],
    calls: [{ outcome: { status: "error" } }, { outcome: { status: "error", code: -32602 } }],
  },
  {
    of: "an id is a number or a text, and these are two",
    content: [call(1, "a"), call("1", "b"), answer("1", { isError: true }), answer(1, {})],
    calls: [{ outcome: { status: "ok" } }, { outcome: { status: "error" } }],
  },
  {
    of: "an id used again, once it was answered",
    content: [call(1, "a"), answer(1, {}), call(1, "b"), answer(1, { isError: true })],
    calls: [{ outcome: { status: "ok" } }, { outcome: { status: "error" } }],
  },
  {
    of: "the modern era: who the client says it is, without a session",
    content: [call(1, "a", {}, meta), answer(1, { resultType: "complete", content: [] })],
    calls: [
      {
        context: { mcp: { client: { name: "C" }, protocol: "2026-07-28" } },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "the modern era: input required, then the retry, which is a call again",
    content: [
      call(1, "a"),
      answer(1, { resultType: "input_required", inputRequests: {} }),
      call(2, "a", {}, { requestState: "x", inputResponses: {} }),
      answer(2, { resultType: "complete" }),
    ],
    calls: [{ outcome: { status: "input_required" } }, { outcome: { status: "ok" } }],
  },
  {
    of: "the legacy era: the handshake tells of both sides",
    content: [
      {
        jsonrpc: "2.0",
        id: 0,
        method: "initialize",
        params: { protocolVersion: "2025-06-18", clientInfo: { name: "C" } },
      },
      answer(0, { serverInfo: { name: "S" } }),
      { jsonrpc: "2.0", method: "notifications/initialized" },
      call(1, "a"),
    ],
    calls: [{ context: { mcp: { client: { name: "C" }, server: { name: "S" } } } }],
  },
  {
    of: "another handshake begins another session",
    content: [
      { jsonrpc: "2.0", id: 0, method: "initialize" },
      call(1, "a"),
      { jsonrpc: "2.0", id: 0, method: "initialize" },
      call(1, "b"),
    ],
    calls: [{ session: "log" }, { session: "log/2" }],
  },
  {
    of: "a resource that is read, and a prompt",
    content: [
      { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri: "file:///x" } },
      {
        jsonrpc: "2.0",
        id: 2,
        method: "prompts/get",
        params: { name: "p", arguments: { a: "b" } },
      },
    ],
    calls: [
      {
        action: { name: "resources/read" },
        args: { uri: "file:///x" },
        resource: { type: "mcp_resource", id: "file:///x" },
      },
      { action: { name: "prompts/get" }, args: { name: "p", arguments: { a: "b" } } },
    ],
  },
  {
    of: "other methods, notifications and the server's own requests are no calls",
    content: [
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 2, method: "sampling/createMessage", params: {} },
      { jsonrpc: "2.0", method: "notifications/progress", params: {} },
      answer(2, {}),
      answer(9, {}),
    ],
    calls: [],
  },
  {
    of: "a recorder's line: time, direction, server",
    content: [
      { t: T, dir: "in", server: "billing", message: call(1, "a") },
      { t: T, dir: "out", server: "billing", message: answer(1, {}) },
    ],
    calls: [
      {
        time: T,
        action: { server: "billing" },
        context: { surface: "billing" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a recorder's line with the message as text",
    content: [{ timestamp: 1767348000000, payload: JSON.stringify(call(1, "a")) }],
    calls: [{ time: "2026-01-02T10:00:00.000Z", action: { name: "a" } }],
  },
  {
    of: "HTTP: request and response, session by its header",
    content: [
      {
        time: T,
        request: { headers: { "Mcp-Session-Id": "m-1" }, body: call(1, "a") },
        response: { status: 200, body: answer(1, {}) },
      },
    ],
    calls: [{ session: "m-1", time: T, outcome: { status: "ok" } }],
  },
  {
    of: "HTTP: the answer as an event stream",
    content: [
      {
        request: { headers: { "mcp-session-id": ["m-2"] }, body: JSON.stringify(call(1, "a")) },
        response: {
          body: `: hi\n\nevent: message\ndata: ${JSON.stringify(answer(1, { isError: true }))}\n\n`,
        },
      },
    ],
    calls: [{ session: "m-2", outcome: { status: "error" } }],
  },
  {
    of: "HTTP: the token's subject is whom the agent acts for",
    content: [{ claims: { sub: "ann", client_id: "x" }, request: { body: call(1, "a") } }],
    calls: [{ context: { on_behalf_of: { type: "human", id: "ann" } } }],
  },
  {
    of: "a batch of the older revisions",
    content: JSON.stringify([call(1, "a"), call(2, "b")]),
    calls: [{ action: { name: "a" } }, { action: { name: "b" } }],
  },
  {
    of: "a denial that a proxy of this tool wrote",
    content: [
      call(1, "a"),
      answer(1, {
        isError: true,
        _meta: { "dev.agentz/decision": "deny", "dev.agentz/rule": "p/r" },
      }),
    ],
    calls: [{ decision: { effect: "deny", rule: "p/r", pdp: "mcp-proxy" } }],
  },
  {
    of: "flags",
    options: { subject: { type: "agent", id: "x" }, server: "crm", model: "m" },
    content: [call(1, "a")],
    calls: [{ subject: { id: "x" }, action: { server: "crm" }, context: { model: { name: "m" } } }],
  },
  {
    of: "what is no message is counted",
    content: [{ resultType: "complete", content: [] }, { hello: 1 }, 5, call(1, 7, [1])],
    calls: [{ action: { kind: "mcp_request" } }],
    causes: [
      "a result has no request",
      "a tool call has no name",
      "a tool call's arguments are not an object",
      "a value is not a JSON-RPC message",
      "a value is not an object",
    ],
  },
  {
    of: "the log of Claude Desktop",
    content: [
      `${T} [crm] [info] Server started and connected successfully { metadata: undefined }`,
      `${T} [crm] [info] Message from client: ` +
        `${JSON.stringify(call(1, "refund", { note: "} { x" }))} { metadata: undefined }`,
      "Traceback (most recent call last):",
      `${T} [crm] [info] Message from server: ${JSON.stringify(answer(1, { content: [], isError: true }))}`,
    ].join("\n"),
    calls: [
      {
        time: T,
        action: { kind: "mcp_request", server: "crm", name: "refund" },
        args: { note: "} { x" },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "the log of Claude Desktop, before servers had names in it",
    content: `${T} [info] Message from client: ${JSON.stringify(call(1, "refund"))}\n`,
    calls: [{ time: T, action: { name: "refund" } }],
    lacks: ["action.server"],
  },
  {
    of: "the log of VS Code",
    content: [
      `2026-01-02 10:00:00.100 [info] Connection state: Running`,
      `2026-01-02 10:00:00.200 [trace] [editor -> server] ${JSON.stringify(call(1, "refund"))}`,
      `2026-01-02 10:00:00.300 [trace] [server -> editor] ${JSON.stringify(answer(1, { content: [] }))}`,
    ].join("\n"),
    calls: [{ action: { kind: "mcp_request", name: "refund" }, outcome: { status: "ok" } }],
    lacks: ["action.server"],
  },
  {
    of: "a message of a desktop's log that is no JSON",
    content:
      `${T} [crm] [info] Message from client: {"method":"initialize"...}\n${T} [crm] [info] ` +
      `Message from client: ${JSON.stringify(call(1, "refund"))}\n`,
    calls: [{ action: { name: "refund" } }],
    causes: ["a message of an MCP log is not JSON"],
  },
  {
    of: "A2A: a message to another agent, and its task",
    content: [
      {
        jsonrpc: "2.0",
        id: 1,
        method: "message/send",
        params: { message: { role: "user", contextId: "c", messageId: "m", parts: [] } },
      },
      answer(1, { kind: "task", id: "t", contextId: "c", status: { state: "completed" } }),
    ],
    calls: [
      {
        session: "c",
        action: { kind: "subagent_invocation", name: "message/send" },
        args: { message: { role: "user", contextId: "c", messageId: "m", parts: [] } },
        outcome: { status: "ok" },
      },
    ],
  },
  ...(
    [
      ["failed", "error"],
      ["rejected", "error"],
      ["input-required", "input_required"],
      ["TASK_STATE_AUTH_REQUIRED", "input_required"],
      ["working", "ok"],
    ] as const
  ).map(([state, status]) => ({
    of: `A2A: a task that is ${state}`,
    content: [
      { jsonrpc: "2.0", id: 1, method: "SendMessage", params: { message: { parts: [] } } },
      answer(1, { task: { id: "t", status: { state } } }),
    ],
    calls: [{ action: { kind: "subagent_invocation", name: "SendMessage" }, outcome: { status } }],
  })),
  {
    of: "A2A: what looks at a task is no call",
    content: [
      { jsonrpc: "2.0", id: 1, method: "tasks/get", params: { id: "t" } },
      { jsonrpc: "2.0", id: 2, method: "tasks/cancel", params: { id: "t" } },
    ],
    calls: [{ action: { kind: "subagent_invocation", name: "tasks/cancel" }, args: { id: "t" } }],
  },
];
