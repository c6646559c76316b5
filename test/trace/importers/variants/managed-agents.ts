import type { Variant } from "../import-all.ts";

const T = "2026-07-06T10:00:00.000000Z";
/** An event of a session. */
export const event = (type: string, id: string, more: object = {}): object => ({
  type,
  id,
  processed_at: T,
  ...more,
});
const use = (id: string, more: object = {}): object =>
  event("agent.tool_use", id, { name: "bash", input: { command: "date" }, ...more });
const mcpUse = (id: string, more: object = {}): object =>
  event("agent.mcp_tool_use", id, {
    name: "search",
    mcp_server_name: "exa",
    input: { q: "x" },
    ...more,
  });
const result = (id: string, more: object = {}): object =>
  event("agent.tool_result", `r-${id}`, {
    tool_use_id: id,
    is_error: false,
    content: [{ type: "text", text: "out" }],
    ...more,
  });
const session = {
  type: "session",
  id: "sesn",
  agent: { id: "agent_1", name: "Coder", model: { id: "m-1" } },
};
const stream = (value: object): unknown => ["client.beta.sessions.events.stream", value];

/** Events of the Managed Agents API. */
export const MANAGED_AGENTS_VARIANTS: readonly Variant[] = [
  {
    of: "a recording: session, call, result",
    content: [
      ["client.beta.sessions.create", session],
      stream(use("e1", { evaluated_permission: "allow" })),
      stream(result("e1")),
    ],
    calls: [
      {
        id: "sesn/e1",
        time: T,
        session: "sesn",
        subject: { type: "agent", id: "agent_1", name: "Coder" },
        action: { kind: "tool_call", server: "host", name: "bash" },
        args: { command: "date" },
        context: { model: { name: "m-1" }, delegation: [] },
        decision: { effect: "allow", pdp: "managed-agents" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "events alone: the file is the session",
    content: [use("e1"), result("e1")],
    calls: [{ id: "log/e1", session: "log" }],
  },
  {
    of: "a page of events",
    content: [{ data: [use("e1"), result("e1", { is_error: true })], next_page: null }],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "a session's document, then its events",
    content: [session, use("e1")],
    calls: [{ session: "sesn", subject: { id: "agent_1" } }],
  },
  {
    of: "an MCP call",
    content: [
      mcpUse("e1"),
      event("agent.mcp_tool_result", "r", { mcp_tool_use_id: "e1", is_error: false }),
    ],
    calls: [
      { action: { kind: "mcp_request", server: "exa", name: "search" }, outcome: { status: "ok" } },
    ],
  },
  {
    of: "a custom tool, answered by the client",
    content: [
      event("agent.custom_tool_use", "e1", { name: "lookup", input: {} }),
      [
        "client.beta.sessions.events.send",
        [
          "sesn",
          { events: [{ type: "user.custom_tool_result", custom_tool_use_id: "e1", content: [] }] },
        ],
      ],
    ],
    calls: [{ action: { kind: "tool_call", name: "lookup" }, outcome: { status: "ok" } }],
  },
  {
    of: "a prompt that was granted is an approval",
    content: [
      mcpUse("e1", { evaluated_permission: "ask" }),
      event("user.tool_confirmation", "c1", { tool_use_id: "e1", result: "allow" }),
      event("agent.mcp_tool_result", "r", { mcp_tool_use_id: "e1" }),
    ],
    calls: [
      {
        decision: { effect: "require_approval" },
        context: { approvals: [{ id: "c1", by: { type: "human" }, decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "who answered, where the operator says it",
    options: { approver: { type: "human", id: "omar" } },
    content: [
      use("e1", { evaluated_permission: "ask" }),
      event("user.tool_confirmation", "c1", { tool_use_id: "e1", result: "allow" }),
    ],
    calls: [{ context: { approvals: [{ by: "human:omar" }] } }],
  },
  {
    of: "a refusal is a recorded deny, and did not run",
    content: [
      mcpUse("e1", { evaluated_permission: "ask" }),
      event("user.tool_confirmation", "c1", {
        tool_use_id: "e1",
        result: "deny",
        deny_message: "no",
      }),
      event("agent.mcp_tool_result", "r", { mcp_tool_use_id: "e1", is_error: true }),
    ],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ decision: "refused" }] },
      },
    ],
  },
  {
    of: "a prompt that nobody answered",
    content: [use("e1", { evaluated_permission: "ask" })],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "a permission policy that denies",
    content: [use("e1", { evaluated_permission: "deny" }), result("e1", { is_error: true })],
    calls: [{ decision: { effect: "deny", pdp: "managed-agents" } }],
  },
  {
    of: "the user's words, sent and streamed, are one prompt",
    content: [
      [
        "client.beta.sessions.events.send",
        ["sesn", { events: [{ type: "user.message", content: [{ type: "text", text: "go" }] }] }],
      ],
      stream(event("user.message", "m1", { content: [{ type: "text", text: "go" }] })),
      stream(use("e1")),
    ],
    calls: [{ session: "sesn", context: { request: "go" } }],
  },
  {
    of: "a stream that was taken up again repeats events",
    content: [use("e1"), result("e1"), use("e1"), result("e1")],
    calls: [{ id: "log/e1", outcome: { status: "ok" } }],
  },
  {
    of: "threads: a sub-agent acts under the session's agent",
    content: [
      session,
      event("session.thread_status_running", "s1", {
        session_thread_id: "th0",
        agent_name: "Coder",
      }),
      event("session.thread_created", "s2", { session_thread_id: "th1", agent_name: "Reviewer" }),
      use("e1", { session_thread_id: "th1" }),
      use("e2", { session_thread_id: "th0" }),
    ],
    calls: [
      { subject: { type: "agent", id: "Reviewer" }, context: { delegation: ["agent:agent_1"] } },
      { subject: { id: "agent_1" }, context: { delegation: [] } },
    ],
  },
  {
    of: "events that name their session",
    content: [use("e1", { session_id: "s1" }), use("e2", { session_id: "s2" })],
    calls: [{ session: "s1" }, { session: "s2" }],
  },
  {
    of: "two sessions in one recording",
    content: [
      ["client.beta.sessions.create", session],
      stream(use("e1")),
      ["client.beta.sessions.create", { ...session, id: "other" }],
      stream(use("e2")),
    ],
    calls: [{ session: "sesn" }, { session: "other" }],
  },
  {
    of: "events of other kinds say nothing of calls",
    content: [
      event("session.status_running", "a"),
      event("span.model_request_start", "b"),
      event("agent.thinking", "c"),
      event("session.error", "d"),
    ],
    calls: [],
  },
  {
    of: "queued events have no time yet",
    content: [use("e1", { processed_at: null })],
    calls: [{ id: "log/e1" }],
  },
  {
    of: "flags beat the format",
    options: { subject: { type: "agent", id: "x" }, server: "y", model: "z" },
    content: [session, use("e1")],
    calls: [{ subject: { id: "x" }, action: { server: "y" }, context: { model: { name: "z" } } }],
  },
  {
    of: "what cannot be read is counted",
    content: [7, { x: 1 }, use("e1", { name: undefined, input: "broken" }), result("zz")],
    calls: [{ id: "log/e1" }],
    causes: [
      "a result belongs to no call",
      "a tool call has no name",
      "a tool call's arguments are not JSON",
      "a value is not an event",
      "an object is not an event",
    ],
  },
];
