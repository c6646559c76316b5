import type { Variant } from "../import-all.ts";

const T = "2026-03-02T09:00:00+00:00";
const trace = (more: object = {}): object => ({
  object: "trace",
  id: "trace_1",
  workflow_name: "w",
  group_id: "thread-1",
  metadata: { user_id: "u-9" },
  ...more,
});
const span = (id: string, parent: string | null, span_data: object, more: object = {}): object => ({
  object: "trace.span",
  id,
  trace_id: "trace_1",
  parent_id: parent,
  started_at: T,
  ended_at: T,
  span_data,
  error: null,
  ...more,
});
const agent = (id: string, name: string, parent: string | null = null): object =>
  span(id, parent, { type: "agent", name, handoffs: [], tools: [], output_type: "str" });
const FAILED = { error: { message: "no", data: {} } };
const tool = (id: string, parent: string, name: string, data: object = {}): object =>
  span(id, parent, { type: "function", name, input: "{}", output: "x", mcp_data: null, ...data });
const failed = (id: string, parent: string, name: string): object => ({
  ...tool(id, parent, name),
  ...FAILED,
});
const handoff = (id: string, parent: string, from: string, to: string): object =>
  span(id, parent, { type: "handoff", from_agent: from, to_agent: to });
const pay = { action: { kind: "tool_call", name: "pay" }, subject: { id: "travel" } };

/** Traces of the OpenAI Agents SDK, as its exporter writes them (0.24, and 0.x of JavaScript). */
export const OPENAI_AGENTS_VARIANTS: readonly Variant[] = [
  {
    of: "a call by its agent, for the user, in the group's session",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay", { input: '{"n":1}' })],
    calls: [
      {
        ...pay,
        id: "trace_1/b",
        time: T,
        session: "thread-1",
        args: { n: 1 },
        context: { on_behalf_of: { type: "human", id: "u-9" } },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a failed call",
    content: [trace(), agent("a", "travel"), failed("b", "a", "pay")],
    calls: [{ ...pay, outcome: { status: "error" } }],
  },
  {
    of: "a result that speaks of an error is none",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay", { output: "Error: no" })],
    calls: [{ ...pay, outcome: { status: "ok" } }],
  },
  {
    of: "a hand-off, and what the other agent does",
    content: [
      trace(),
      agent("a", "travel"),
      handoff("h", "a", "travel", "mailer"),
      agent("c", "mailer"),
      tool("d", "c", "send"),
    ],
    calls: [
      {
        action: { kind: "subagent_invocation", name: "transfer_to_mailer" },
        subject: { id: "travel" },
        resource: { type: "agent", id: "mailer" },
      },
      {
        action: { name: "send" },
        subject: { id: "mailer" },
        context: { delegation: ["agent:travel"] },
      },
    ],
  },
  {
    of: "an agent as a tool: its calls are below the tool's",
    content: [
      trace(),
      agent("a", "travel"),
      tool("b", "a", "ask"),
      agent("c", "visa", "b"),
      tool("d", "c", "look"),
    ],
    calls: [
      { action: { name: "ask" }, subject: { id: "travel" } },
      {
        action: { name: "look" },
        parent: "trace_1/b",
        subject: { id: "visa" },
        context: { delegation: ["agent:travel"] },
      },
    ],
  },
  {
    of: "a tool of an MCP server",
    content: [
      trace(),
      agent("a", "travel"),
      tool("b", "a", "pay", { mcp_data: { server: "bank" } }),
    ],
    calls: [{ action: { kind: "mcp_request", server: "bank", name: "pay" } }],
  },
  {
    of: "without a group the trace is the session",
    content: [
      trace({ group_id: null, metadata: null }),
      agent("a", "travel"),
      tool("b", "a", "pay"),
    ],
    calls: [{ ...pay, session: "trace_1" }],
  },
  {
    of: "a session and a user by other names in the metadata",
    content: [
      trace({ group_id: null, metadata: { session_id: "s", userId: "u" } }),
      agent("a", "travel"),
      tool("b", "a", "pay"),
    ],
    calls: [{ ...pay, session: "s", context: { on_behalf_of: { id: "u" } } }],
  },
  {
    of: "turns and tasks between agent and tool",
    content: [
      trace(),
      agent("a", "travel"),
      span("t", "a", { type: "custom", name: "turn", data: { sdk_span_type: "turn", turn: 1 } }),
      tool("b", "t", "pay"),
    ],
    calls: [pay],
  },
  {
    of: "guardrails, models, lists of tools and speech are no calls",
    content: [
      trace(),
      agent("a", "travel"),
      span("g", "a", { type: "guardrail", name: "g", triggered: false }),
      span("r", "a", { type: "response", response_id: "resp_1" }),
      span("m", "a", { type: "mcp_tools", server: "bank", result: ["pay"] }),
      span("s", "a", { type: "speech", input: "x", output: { data: "", format: "pcm" } }),
      tool("b", "a", "pay"),
    ],
    calls: [pay],
  },
  {
    of: "spans in the order in which they end: the agent's last",
    content: [tool("b", "a", "pay"), agent("a", "travel"), trace()],
    calls: [{ ...pay, session: "thread-1" }],
  },
  {
    of: "a batch as it is sent",
    content: [{ data: [trace(), agent("a", "travel"), tool("b", "a", "pay")] }],
    calls: [pay],
  },
  {
    of: "a list over several lines",
    content: JSON.stringify([trace(), agent("a", "travel"), tool("b", "a", "pay")], undefined, 2),
    calls: [pay],
  },
  {
    of: "input that is left out",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay", { input: null, output: null })],
    calls: [pay],
  },
  {
    of: "input that is no JSON",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay", { input: "{oh" })],
    calls: [pay],
    causes: ["a tool call's arguments are not JSON"],
  },
  {
    of: "a tool without an agent",
    content: [trace(), span("b", null, { type: "function", name: "pay", input: "{}" })],
    calls: [{ action: { name: "pay" }, session: "thread-1" }],
  },
  {
    of: "two traces of one group are one session",
    content: [
      trace(),
      agent("a", "travel"),
      tool("b", "a", "pay"),
      trace({ id: "trace_2" }),
      span("z", null, { type: "function", name: "pay", input: "{}" }, { trace_id: "trace_2" }),
    ],
    calls: [{ session: "thread-1" }, { session: "thread-1", id: "trace_2/z" }],
  },
  {
    of: "flags say what the trace does not",
    options: { subject: { type: "agent", id: "x" }, server: "crm", model: "m" },
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay")],
    calls: [{ subject: { id: "x" }, action: { server: "crm" }, context: { model: { name: "m" } } }],
  },
  {
    of: "a span that is there twice counts once",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay"), tool("b", "a", "pay")],
    calls: [pay],
  },
  {
    of: "a handoff without its target",
    content: [
      trace(),
      agent("a", "travel"),
      span("h", "a", { type: "handoff", from_agent: "travel", to_agent: null }),
    ],
    calls: [{ action: { kind: "subagent_invocation" }, subject: { id: "travel" } }],
    causes: ["a tool call has no name"],
  },
  {
    of: "what cannot be read is counted",
    content: [trace(), agent("a", "travel"), tool("b", "a", "pay"), 5, { x: 1 }],
    calls: [pay],
    causes: ["a value is not an object", "an object is neither a trace nor a span"],
  },
];
