import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00.000Z";
const observation = (id: string, type: string, more: object = {}): object => ({
  id,
  traceId: "t",
  type,
  name: id,
  startTime: T,
  level: "DEFAULT",
  parentObservationId: null,
  ...more,
});
const tool = (id: string, input: unknown, more: object = {}): object =>
  observation(id, "TOOL", { input, ...more });
const trace = (observations: readonly object[], more: object = {}): object => ({
  trace: { id: "t", name: "run", timestamp: T, ...more },
  observations,
});
const attributes = (of: object): object => ({ metadata: { attributes: of } });

/** Langfuse's exports, its API and its ingestion. */
export const LANGFUSE_VARIANTS: readonly Variant[] = [
  {
    of: "a tool observation",
    content: [trace([tool("search", { q: "x" })], { sessionId: "s", userId: "u" })],
    calls: [
      {
        id: "t/search",
        time: T,
        session: "s",
        action: { kind: "tool_call", name: "search" },
        args: { q: "x" },
        context: { on_behalf_of: { type: "human", id: "u" } },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "input as JSON text",
    content: [trace([tool("search", '{"q":"x"}')])],
    calls: [{ session: "t", args: { q: "x" } }],
  },
  {
    of: "metadata as JSON text",
    content: [
      trace([
        observation("x", "SPAN", {
          metadata: JSON.stringify({
            attributes: {
              "openinference.span.kind": "TOOL",
              "tool.name": "search",
              "input.value": '{"q":1}',
            },
          }),
        }),
      ]),
    ],
    calls: [{ action: { name: "search" }, args: { q: 1 } }],
  },
  {
    of: "an error by its level",
    content: [trace([tool("a", {}, { level: "ERROR", statusMessage: "no" })])],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "only tools are calls",
    content: [
      trace([
        observation("g", "GENERATION"),
        observation("s", "SPAN"),
        observation("e", "EVENT"),
        observation("c", "CHAIN"),
        observation("r", "RETRIEVER"),
      ]),
    ],
    calls: [],
  },
  {
    of: "agent and model from the observations above",
    content: [
      trace([
        observation("a", "AGENT", attributes({ "gen_ai.agent.name": "helper" })),
        observation("g", "GENERATION", { model: "m-1", parentObservationId: "a" }),
        tool("x", {}, { parentObservationId: "a" }),
      ]),
    ],
    calls: [{ subject: { type: "agent", id: "helper" }, context: { model: { name: "m-1" } } }],
  },
  {
    of: "LangGraph: a step whose output is a tool's message, input as Python prints it",
    content: [
      trace([
        observation("Web", "SPAN", {
          input: "{'query': 'x'}",
          output: JSON.stringify({
            type: "tool",
            name: "Web-Search",
            tool_call_id: "c1",
            content: "y",
            status: "success",
          }),
        }),
        observation("tools", "SPAN", {
          output: { messages: [{ type: "tool", name: "Web-Search", tool_call_id: "c1" }] },
        }),
      ]),
    ],
    calls: [{ action: { name: "Web-Search" }, args: { query: "x" } }],
  },
  {
    of: "LangGraph: a failed tool, the thread as session",
    content: [
      trace([
        observation("W", "SPAN", {
          output: { type: "tool", name: "W", tool_call_id: "c1", status: "error" },
          metadata: { thread_id: "th-1", inputs: { q: 1 } },
        }),
      ]),
    ],
    calls: [{ session: "th-1", args: { q: 1 }, outcome: { status: "error" } }],
  },
  {
    of: "Pydantic AI",
    content: [
      trace([
        observation("running tool: pun", "TOOL", {
          input: { topic: "x" },
          ...attributes({ "gen_ai.tool.name": "pun" }),
        }),
      ]),
    ],
    calls: [{ action: { name: "pun" }, args: { topic: "x" } }],
  },
  {
    of: "a name with its operation",
    content: [trace([tool("execute_tool say_hello", {})])],
    calls: [{ action: { name: "say_hello" } }],
  },
  {
    of: "an MCP tool by its name",
    content: [trace([tool("mcp__db__query", { sql: "x" })])],
    calls: [{ action: { kind: "mcp_request", server: "db", name: "query" } }],
  },
  {
    of: "a trace with its observations inside, as the API gives it",
    content: [
      {
        id: "t",
        name: "run",
        sessionId: "s",
        observations: [tool("a", {}, { traceId: undefined })],
      },
    ],
    calls: [{ id: "t/a", session: "s" }],
  },
  {
    of: "a page of observations",
    content: [
      {
        data: [tool("a", {}), tool("b", {}, { startTime: "2026-01-02T10:00:01.000Z" })],
        meta: { page: 1 },
      },
    ],
    calls: [{ id: "t/a" }, { id: "t/b" }],
  },
  {
    of: "lines of observations, with the trace's own",
    content: [tool("a", {}), { id: "t", timestamp: T, name: "run", sessionId: "s" }],
    calls: [{ session: "s" }],
  },
  {
    of: "snake case",
    content: [
      {
        id: "a",
        trace_id: "t",
        type: "TOOL",
        name: "x",
        start_time: T,
        parent_observation_id: null,
        input: { q: 1 },
      },
    ],
    calls: [{ id: "t/a", time: T, args: { q: 1 } }],
  },
  {
    of: "as they were sent",
    content: [
      { id: "1", type: "trace-create", timestamp: T, body: { id: "t", sessionId: "s" } },
      {
        id: "2",
        type: "tool-create",
        timestamp: T,
        body: { id: "a", traceId: "t", name: "x", input: {} },
      },
      { id: "3", type: "span-update", body: { id: "a" } },
    ],
    calls: [{ id: "t/a", session: "s" }],
  },
  {
    of: "a batch as it was posted, with an update that tells of the error",
    content: [
      {
        batch: [
          {
            id: "2",
            type: "tool-create",
            timestamp: T,
            body: { id: "a", traceId: "t", name: "x", input: {} },
          },
          {
            id: "3",
            type: "tool-update",
            timestamp: T,
            body: { id: "a", traceId: "t", level: "ERROR", output: "no" },
          },
        ],
        metadata: { sdk_name: "x" },
      },
    ],
    calls: [{ id: "t/a", outcome: { status: "error" } }],
  },
  {
    of: "a whole list of traces",
    content: JSON.stringify(
      [
        trace([tool("a", {})]),
        { trace: { id: "t2", sessionId: "s2" }, observations: [tool("b", {}, { traceId: "t2" })] },
      ],
      undefined,
      1,
    ),
    calls: [{ id: "t/a" }, { id: "t2/b", session: "s2" }],
  },
  {
    of: "an observation that stands twice",
    content: [tool("a", {}), tool("a", {})],
    calls: [{ id: "t/a" }],
  },
  {
    of: "arguments that are no object, and none",
    content: [trace([tool("a", "just words"), tool("b", null), tool("c", [1])])],
    calls: [{ action: { name: "a" } }, { action: { name: "b" } }, { action: { name: "c" } }],
    causes: ["a tool call's arguments are not JSON", "a tool call's arguments are not an object"],
  },
  {
    of: "other things are counted",
    content: [5, { x: 1 }, { observations: [7] }],
    calls: [],
    causes: [
      "a value is not an object",
      "an object is neither a trace nor an observation",
      "an observation is not an object",
    ],
  },
];
