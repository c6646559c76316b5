import type { Variant } from "../import-all.ts";

type Attributes = { readonly [name: string]: unknown };

function any(value: unknown): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
  return {
    kvlistValue: {
      values: Object.entries(Object(value)).map(([key, inner]) => ({ key, value: any(inner) })),
    },
  };
}

const attributes = (of: Attributes): object[] =>
  Object.entries(of).map(([key, value]) => ({ key, value: any(value) }));
let time = 1_788_256_800_000_000_000n;
/** A span with such attributes. */
export const span = (spanId: string, of: Attributes, more: object = {}): object => ({
  traceId: "T1",
  spanId,
  name: "span",
  kind: 1,
  startTimeUnixNano: String((time += 1_000_000n)),
  endTimeUnixNano: String(time + 500_000n),
  attributes: attributes(of),
  status: { code: 0 },
  ...more,
});
/** A document of spans. */
export const otlp = (spans: readonly object[], resource: Attributes = {}): object => ({
  resourceSpans: [
    {
      resource: { attributes: attributes(resource) },
      scopeSpans: [{ scope: { name: "x" }, spans }],
    },
  ],
});
/** The attributes of a tool's span. */
export const tool = (name: string, args?: unknown, more: Attributes = {}): Attributes => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": name,
  ...(args !== undefined && { "gen_ai.tool.call.arguments": args }),
  ...more,
});

/** OTLP/JSON by the GenAI and MCP conventions, OpenInference and their kin. */
export const OTEL_VARIANTS: readonly Variant[] = [
  {
    of: "GenAI: a tool's span with arguments as JSON text",
    content: [
      otlp([
        span(
          "01",
          tool("refund", '{"amount":120}', {
            "gen_ai.agent.id": "a-1",
            "gen_ai.agent.name": "refunder",
            "gen_ai.conversation.id": "c-1",
            "user.id": "ann",
          }),
        ),
      ]),
    ],
    calls: [
      {
        id: "t1/01",
        session: "c-1",
        subject: { type: "agent", id: "a-1", name: "refunder" },
        action: { kind: "tool_call", name: "refund" },
        args: { amount: 120 },
        context: { on_behalf_of: { type: "human", id: "ann" } },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "GenAI: structured arguments",
    content: [otlp([span("01", tool("t", { list: [1, "x"], deep: { yes: true } }))])],
    calls: [{ args: { list: [1, "x"], deep: { yes: true } } }],
  },
  {
    of: "arguments are opt-in: without them they are unrecorded",
    content: [otlp([span("01", tool("t"))])],
    calls: [{ action: { name: "t" } }],
  },
  {
    of: "an error by status, and by error.type",
    content: [
      otlp([
        span("01", tool("a"), { status: { code: 2 } }),
        span("02", tool("b", undefined, { "error.type": "timeout" })),
      ]),
    ],
    calls: [{ outcome: { status: "error" } }, { outcome: { status: "error", error: "timeout" } }],
  },
  {
    of: "agent, session and user come from the spans above, which end later",
    content: [
      otlp([span("02", tool("t"), { parentSpanId: "01" })]),
      otlp([
        span("01", {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.name": "planner",
          "session.id": "s-9",
          "enduser.id": "bob",
          "gen_ai.request.model": "m-1",
        }),
      ]),
    ],
    calls: [
      {
        session: "s-9",
        subject: { id: "planner" },
        context: { on_behalf_of: { id: "bob" }, model: { name: "m-1" } },
      },
    ],
  },
  {
    of: "agents under agents are a delegation, root first",
    content: [
      otlp([
        span("01", { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "boss" }),
        span("02", tool("ask_helper"), { parentSpanId: "01" }),
        span(
          "03",
          { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper" },
          { parentSpanId: "02" },
        ),
        span("04", tool("read"), { parentSpanId: "03" }),
      ]),
    ],
    calls: [
      { subject: { id: "boss" } },
      { subject: { id: "helper" }, parent: "t1/02", context: { delegation: ["agent:boss"] } },
    ],
  },
  {
    of: "the service is the agent where no span names one; an unknown service is none",
    content: [
      otlp([span("01", tool("a"))], { "service.name": "billing-agent" }),
      otlp([span("02", tool("b"), { traceId: "T2" })], { "service.name": "unknown_service:node" }),
    ],
    calls: [{ subject: { id: "billing-agent" } }, { action: { name: "b" } }],
  },
  {
    of: "MCP: client and server tell of one call, under the agent's own span",
    content: [
      otlp([
        span("01", tool("issue", '{"n":1}', { "gen_ai.tool.call.id": "c9" })),
        span(
          "02",
          { "mcp.method.name": "tools/call", "gen_ai.tool.name": "issue", "mcp.session.id": "m-1" },
          { parentSpanId: "01", kind: 3 },
        ),
      ]),
      otlp(
        [
          span(
            "03",
            { "mcp.method.name": "tools/call", "gen_ai.tool.name": "issue" },
            { parentSpanId: "02", kind: 2 },
          ),
        ],
        { "service.name": "tracker" },
      ),
    ],
    calls: [
      {
        id: "t1/01",
        action: { kind: "mcp_request", server: "tracker", name: "issue" },
        args: { n: 1 },
      },
    ],
  },
  {
    of: "MCP alone: a tool error, a resource that is read; lists and pings are no calls",
    content: [
      otlp([
        span(
          "01",
          {
            "mcp.method.name": "tools/call",
            "gen_ai.tool.name": "x",
            "error.type": "tool_error",
            "server.address": "mcp.example",
          },
          { name: "tools/call x", kind: 3 },
        ),
        span(
          "02",
          { "mcp.method.name": "resources/read", "mcp.resource.uri": "file:///a" },
          { kind: 3 },
        ),
        span("03", { "mcp.method.name": "tools/list" }),
        span("04", { "mcp.method.name": "ping" }),
      ]),
    ],
    calls: [
      {
        action: { kind: "mcp_request", server: "mcp.example", name: "x" },
        outcome: { status: "error", error: "tool_error" },
      },
      { action: { name: "resources/read" }, args: { uri: "file:///a" } },
    ],
  },
  {
    of: "OpenInference: TOOL spans hold arguments in input.value",
    content: [
      otlp([
        span("01", { "openinference.span.kind": "AGENT", "agent.name": "weather" }),
        span(
          "02",
          {
            "openinference.span.kind": "TOOL",
            "tool.name": "get",
            "tool.parameters": '{"type":"object"}',
            "input.value": '{"city":"Rome"}',
            "input.mime_type": "application/json",
            "output.value": "sunny",
          },
          { parentSpanId: "01" },
        ),
      ]),
    ],
    calls: [{ subject: { id: "weather" }, action: { name: "get" }, args: { city: "Rome" } }],
  },
  {
    of: "OpenInference: a Python dict as text",
    content: [
      otlp([
        span("01", {
          "openinference.span.kind": "TOOL",
          "tool.name": "get",
          "input.value": "{'q': 'it\\'s', 'n': None, 'ok': True, 'l': [1, 2.5]}",
        }),
      ]),
    ],
    calls: [{ args: { q: "it's", ok: true, l: [1, 2.5] } }],
  },
  {
    of: "OpenLLMetry: the entity's name and input",
    content: [
      otlp([
        span("01", {
          "traceloop.span.kind": "tool",
          "traceloop.entity.name": "search",
          "traceloop.entity.input": '{"args": [], "kwargs": {"q": "x"}}',
          "traceloop.association.properties.session_id": "s-3",
        }),
      ]),
    ],
    calls: [{ session: "s-3", action: { name: "search" }, args: { q: "x" } }],
  },
  {
    of: "Vercel AI SDK",
    content: [
      otlp([
        span("01", {
          "operation.name": "ai.toolCall",
          "ai.operationId": "ai.toolCall",
          "ai.toolCall.name": "getWeather",
          "ai.toolCall.id": "c1",
          "ai.toolCall.args": '{"location":"Oslo"}',
          "ai.telemetry.metadata.sessionId": "s-4",
        }),
        span("02", { "ai.operationId": "ai.generateText" }),
      ]),
    ],
    calls: [{ session: "s-4", action: { name: "getWeather" }, args: { location: "Oslo" } }],
  },
  {
    of: "Google's ADK",
    content: [
      otlp([
        span("01", {}, { name: "agent_run [hello]" }),
        span(
          "02",
          tool("greet", undefined, {
            "gcp.vertex.agent.tool_call_args": '{"who":"x"}',
            "gcp.vertex.agent.session_id": "s-5",
          }),
          { parentSpanId: "01" },
        ),
      ]),
    ],
    calls: [{ subject: { id: "hello" }, session: "s-5", args: { who: "x" } }],
  },
  {
    of: "Pydantic AI: no operation, its own arguments",
    content: [
      otlp([
        span("01", { agent_name: "joker", "gen_ai.agent.name": "joker" }),
        span(
          "02",
          {
            "gen_ai.tool.name": "pun",
            "gen_ai.tool.call.id": "c1",
            tool_arguments: '{"topic":"x"}',
          },
          { parentSpanId: "01", name: "running tool: pun" },
        ),
      ]),
    ],
    calls: [{ subject: { id: "joker" }, action: { name: "pun" }, args: { topic: "x" } }],
  },
  {
    of: "LangSmith wraps the arguments; the name tells the MCP server",
    content: [
      otlp([
        span(
          "01",
          {
            "langsmith.span.kind": "tool",
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.call.arguments": '{"input":{"city":"Rome"}}',
            "langsmith.metadata.session_id": "s-6",
          },
          { name: "mcp__weather__get" },
        ),
      ]),
    ],
    calls: [
      {
        session: "s-6",
        action: { kind: "mcp_request", server: "weather", name: "get" },
        args: { city: "Rome" },
      },
    ],
  },
  {
    of: "Strands: arguments and result are events of the span",
    content: [
      otlp([
        span("01", tool("calc"), {
          events: [
            {
              name: "gen_ai.tool.message",
              attributes: attributes({ role: "tool", content: '{"x":1}', id: "c1" }),
            },
            { name: "gen_ai.choice", attributes: attributes({ message: "2" }) },
          ],
        }),
      ]),
    ],
    calls: [{ args: { x: 1 }, outcome: { status: "ok" } }],
  },
  {
    of: "MLflow, Spring AI, Langfuse's SDK",
    content: [
      otlp([
        span(
          "01",
          { "mlflow.spanType": '"TOOL"', "mlflow.spanInputs": '{"a":1}' },
          { name: "add" },
        ),
        span("02", {
          "spring.ai.kind": "tool_call",
          "spring.ai.tool.definition.name": "sub",
          "spring.ai.tool.call.arguments": '{"b":2}',
        }),
        span(
          "03",
          {
            "langfuse.observation.type": "tool",
            "langfuse.observation.input": '{"c":3}',
            "langfuse.session.id": "s-7",
          },
          { name: "mul" },
        ),
      ]),
    ],
    calls: [
      { action: { name: "add" }, args: { a: 1 } },
      { action: { name: "sub" }, args: { b: 2 } },
      { session: "s-7", action: { name: "mul" }, args: { c: 3 } },
    ],
  },
  {
    of: "memory operations",
    content: [
      otlp([
        span("01", { "gen_ai.operation.name": "search_memory", "gen_ai.memory.store.id": "m" }),
        span("02", { "gen_ai.operation.name": "update_memory" }),
      ]),
    ],
    calls: [
      {
        action: { kind: "memory_read", name: "search_memory" },
        resource: { type: "memory_store", id: "m" },
      },
      { action: { kind: "memory_write" } },
    ],
  },
  {
    of: "no tool spans: calls that messages propose and later answer; those never answered are left out",
    content: [
      otlp([
        span("01", {
          "gen_ai.operation.name": "chat",
          "gen_ai.output.messages": JSON.stringify([
            {
              role: "assistant",
              parts: [
                { type: "tool_call", id: "c1", name: "get", arguments: { q: 1 } },
                { type: "tool_call", id: "c2", name: "never", arguments: {} },
              ],
            },
          ]),
        }),
        span("02", {
          "gen_ai.operation.name": "chat",
          "gen_ai.input.messages": JSON.stringify([
            { role: "tool", parts: [{ type: "tool_call_response", id: "c1", result: "x" }] },
          ]),
        }),
      ]),
    ],
    calls: [{ id: "t1/01/c1", action: { name: "get" }, args: { q: 1 }, outcome: { status: "ok" } }],
  },
  {
    of: "the same from flattened attributes",
    content: [
      otlp([
        span("01", {
          "openinference.span.kind": "LLM",
          "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"q":2}',
        }),
        span("02", {
          "openinference.span.kind": "LLM",
          "llm.input_messages.3.message.role": "tool",
          "llm.input_messages.3.message.tool_call_id": "c1",
        }),
      ]),
    ],
    calls: [{ action: { name: "get" }, args: { q: 2 } }],
  },
  {
    of: "arguments of a span that lacks them, from the message with its call id",
    content: [
      otlp([
        span("01", {
          "gen_ai.operation.name": "chat",
          "gen_ai.output.messages": JSON.stringify([
            {
              role: "assistant",
              parts: [{ type: "tool_call", id: "c1", name: "get", arguments: '{"q":3}' }],
            },
          ]),
        }),
        span("02", tool("get", undefined, { "gen_ai.tool.call.id": "c1" })),
      ]),
    ],
    calls: [{ id: "t1/02", args: { q: 3 } }],
  },
  {
    of:
      "older shapes: instrumentationLibrarySpans, times as numbers, upper-case ids, a span by " +
      "itself, attributes alone",
    content: [
      {
        resourceSpans: [
          {
            instrumentationLibrarySpans: [
              { spans: [{ ...span("AB", tool("a")), startTimeUnixNano: 1788256800000000000 }] },
            ],
          },
        ],
      },
      span("CD", tool("b")),
      { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "c", input: '{"x":1}' },
    ],
    calls: [
      { action: { name: "c" }, args: { x: 1 } },
      { id: "t1/ab", action: { name: "a" } },
      { id: "t1/cd" },
    ],
  },
  {
    of: "what cannot be read is counted; logs and metrics hold no calls",
    content: [
      otlp([span("01", tool("a", "{broken")), { name: "x" }]),
      { resourceMetrics: [] },
      5,
      { other: 1 },
    ],
    calls: [{ action: { name: "a" } }],
    causes: [
      "a span has no trace id or span id",
      "a tool call's arguments are not JSON",
      "a value is not an object",
      "an object contains no spans",
    ],
  },
];
