import type { Variant } from "../import-all.ts";

const wire = (type: string, payload: object): object => ({
  timestamp: 1772442000.5,
  message: { type, payload },
});
const head = { type: "metadata", protocol_version: "1.1" };
const call = (name: string, id = "c1", args = '{"a":1}'): object =>
  wire("ToolCall", { type: "function", id, function: { name, arguments: args }, extras: null });
const result = (id = "c1", more: object = {}): object =>
  wire("ToolResult", {
    tool_call_id: id,
    return_value: { is_error: false, output: "x", message: "", display: [], ...more },
  });
const asks = wire("ApprovalRequest", {
  id: "r1",
  tool_call_id: "c1",
  sender: "Shell",
  action: "run",
  description: "x",
});
const answers = (response: string, type = "ApprovalResponse"): object =>
  wire(type, { request_id: "r1", response });
const inner = (event: object, more: object = {}): object =>
  wire("SubagentEvent", { parent_tool_call_id: "c1", subagent_type: "coder", event, ...more });
const ofWire = (record: object): object => Object(record).message;

/** The wire of Kimi CLI. */
export const KIMI_VARIANTS: readonly Variant[] = [
  {
    of: "kimi: a call and its result",
    content: [head, wire("TurnBegin", { user_input: "go" }), call("Shell"), result()],
    calls: [
      {
        id: "log/c1",
        time: "2026-03-02T09:00:00.500Z",
        session: "log",
        subject: { type: "agent", id: "kimi-cli" },
        action: { kind: "tool_call", server: "host", name: "Shell" },
        args: { a: 1 },
        context: { request: "go", delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "kimi: a failed call",
    content: [head, call("ReadFile"), result("c1", { is_error: true })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "kimi: approved by the user",
    content: [head, call("Shell"), asks, answers("approve"), result()],
    calls: [
      {
        decision: { effect: "require_approval", pdp: "kimi-cli" },
        context: { approvals: [{ by: { type: "human" }, decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "kimi: approved for the session, in the words of protocol 1",
    content: [
      head,
      call("Shell"),
      asks,
      answers("approve_for_session", "ApprovalRequestResolved"),
      result(),
    ],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "kimi: rejected by the user",
    content: [head, call("Shell"), asks, answers("reject"), result("c1", { is_error: true })],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ decision: "refused" }] },
        outcome: undefined,
      },
    ],
  },
  {
    of: "kimi: asked and not answered",
    content: [head, call("Shell"), asks],
    calls: [{ decision: { effect: "require_approval", pdp: "kimi-cli" }, outcome: undefined }],
  },
  {
    of: "kimi: words of a rejection are none",
    content: [
      head,
      call("Shell"),
      result("c1", { is_error: true, message: "The tool call is rejected by the user." }),
    ],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "kimi: the status names the servers' tools",
    content: [
      head,
      wire("StatusUpdate", {
        mcp_status: { servers: [{ name: "jira", status: "connected", tools: ["create"] }] },
      }),
      call("create"),
    ],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create" } }],
  },
  {
    of: "kimi: a tool of a server that no status names",
    content: [head, call("create")],
    calls: [{ action: { kind: "tool_call", name: "create" } }],
  },
  {
    of: "kimi: a sub-agent's calls",
    content: [
      head,
      call("Task"),
      inner(ofWire(call("Shell", "c2"))),
      inner(ofWire(result("c2", { is_error: true }))),
      result(),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "Task" }, outcome: { status: "ok" } },
      {
        parent: "log/c1",
        subject: { type: "agent", id: "coder" },
        context: { delegation: ["agent:kimi-cli"] },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "kimi: a sub-agent in the words of older versions",
    content: [
      head,
      call("Task"),
      wire("SubagentEvent", { task_tool_call_id: "c1", event: ofWire(call("Shell", "c2")) }),
    ],
    calls: [{}, { parent: "log/c1", subject: { type: "agent" } }],
  },
  {
    of: "kimi: a sub-agent's sub-agent",
    content: [
      head,
      call("Agent"),
      inner(ofWire(call("Agent", "c2"))),
      inner(
        ofWire(
          wire("SubagentEvent", {
            parent_tool_call_id: "c2",
            subagent_type: "deep",
            event: ofWire(call("Shell", "c3")),
          }),
        ),
      ),
    ],
    calls: [
      {},
      { subject: { id: "coder" } },
      {
        parent: "log/c2",
        subject: { id: "deep" },
        context: { delegation: ["agent:kimi-cli", "agent:coder"] },
      },
    ],
  },
  {
    of: "kimi: a call that the client runs",
    content: [head, wire("ToolCallRequest", { id: "c1", name: "Ext", arguments: "{}" })],
    calls: [{ action: { name: "Ext" }, args: {} }],
  },
];
