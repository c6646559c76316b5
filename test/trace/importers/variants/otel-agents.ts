import { expect } from "vitest";
import type { Variant } from "../import-all.ts";
import { otlp, span, tool } from "./otel.ts";

const agent = (name: string, more: object = {}): Record<string, unknown> => ({
  "openinference.span.kind": "AGENT",
  "agent.name": name,
  ...more,
});
const oiTool = (name: string, input?: unknown, more: object = {}): Record<string, unknown> => ({
  "openinference.span.kind": "TOOL",
  "tool.name": name,
  ...(input !== undefined && { "input.value": input }),
  ...more,
});
const under = (parentSpanId: string, more: object = {}): object => ({ parentSpanId, ...more });
const UUID = "01a22361-50e6-73fd-aec6-d571dfe987e1";
const service = { "service.name": "travel-desk" };

const PENDING = {
  ...tool("pay", { a: 1 }),
  "logfire.span_type": "pending_span",
  "logfire.pending_parent_id": "0000000000000000",
};

/** A call that has no such member. */
const without = (name: string): object =>
  expect.not.objectContaining({ [name]: expect.anything() });

/** Who acted, for whom, under whom: how each framework marks it. */
export const OTEL_AGENT_VARIANTS: readonly Variant[] = [
  {
    of: "OpenLLMetry: an id made anew is no name; LangChain's name of the agent is",
    content: [
      otlp([
        span("01", {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.name": "travel_agent",
          "gen_ai.conversation.id": "t-1",
        }),
        span(
          "02",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "travel_agent",
            "gen_ai.agent.id": UUID,
            "traceloop.association.properties.user_id": "u-9",
          },
          under("01"),
        ),
        span("03", tool("ask_visa", '{"country":"PT"}'), under("02")),
        span(
          "04",
          {
            "gen_ai.operation.name": "execute_task",
            "traceloop.association.properties.lc_agent_name": "visa_agent",
          },
          under("03"),
        ),
        span(
          "05",
          tool("lookup_rules", '{"country":"PT"}', {
            "traceloop.association.properties.lc_agent_name": "visa_agent",
          }),
          under("04"),
        ),
      ]),
    ],
    calls: [
      { subject: { id: "travel_agent" }, context: { on_behalf_of: { id: "u-9" } }, session: "t-1" },
      {
        subject: { id: "visa_agent" },
        parent: "t1/03",
        context: { delegation: ["agent:travel_agent"] },
        session: "t-1",
      },
    ],
  },
  {
    of: "an id that lasts is the agent's, a name beside it its name",
    content: [
      otlp([
        span("01", tool("t", "{}", { "gen_ai.agent.id": "asst_5j66", "gen_ai.agent.name": "Ada" })),
      ]),
    ],
    calls: [{ subject: { id: "asst_5j66", name: "Ada" } }],
  },
  {
    of: "AGENT spans of OpenInference name agents, and their metadata agrees",
    content: [
      otlp(
        [
          span("01", {
            "openinference.span.kind": "AGENT",
            "session.id": "t-1",
            metadata: '{"lc_agent_name":"travel_agent","user_id":"u-9"}',
          }),
          span("02", oiTool("ask_visa", '{"country":"PT","days":3}'), under("01")),
          span(
            "03",
            { "openinference.span.kind": "AGENT", metadata: '{"lc_agent_name":"visa_agent"}' },
            under("02"),
          ),
          span("04", oiTool("lookup_rules", '{"country":"PT","days":3}'), under("03")),
        ],
        service,
      ),
    ],
    calls: [
      { subject: { id: "travel_agent" }, context: { on_behalf_of: { id: "u-9" } } },
      { subject: { id: "visa_agent" }, context: { delegation: ["agent:travel_agent"] } },
    ],
  },
  {
    of: "an AGENT span's own name, without the method; names that every agent has are none",
    content: [
      otlp(
        [
          span("01", { "openinference.span.kind": "AGENT" }, { name: "Researcher._execute_core" }),
          span("02", oiTool("a", "{}"), under("01")),
          span(
            "03",
            { "openinference.span.kind": "AGENT" },
            { name: "AgentExecutor", traceId: "T2" },
          ),
          span("04", oiTool("b", "{}"), under("03", { traceId: "T2" })),
        ],
        service,
      ),
    ],
    calls: [{ subject: { id: "Researcher" } }, { subject: { id: "travel-desk" } }],
  },
  {
    of: "where spans name agents otherwise, the name of a workflow's span is none",
    content: [
      otlp([
        span("01", { "openinference.span.kind": "AGENT" }, { name: "Customer desk" }),
        span("02", agent("travel"), under("01")),
        span("03", oiTool("a", "{}"), under("02")),
      ]),
    ],
    calls: [without("context")],
  },
  {
    of: "the process is no agent where any is named",
    content: [
      otlp(
        [
          span("01", agent("travel")),
          span("02", oiTool("a", "{}")),
          span("03", oiTool("b", "{}"), under("01")),
        ],
        service,
      ),
    ],
    calls: [without("subject"), { subject: { id: "travel" } }],
  },
  {
    of: "OpenInference: a hand-off is the invocation of an agent, which runs under who handed over",
    content: [
      otlp([
        span("01", agent("travel", { "graph.node.id": "travel" })),
        span(
          "02",
          { "openinference.span.kind": "TOOL" },
          under("01", { name: "handoff to mailer" }),
        ),
        span(
          "03",
          agent("mailer", { "graph.node.id": "mailer", "graph.node.parent_id": "travel" }),
        ),
        span("04", oiTool("send_mail", '{"to":"a"}'), under("03")),
      ]),
    ],
    calls: [
      {
        subject: { id: "travel" },
        action: { kind: "subagent_invocation", name: "transfer_to_mailer" },
        resource: { type: "agent", id: "mailer" },
      },
      { subject: { id: "mailer" }, parent: "t1/02", context: { delegation: ["agent:travel"] } },
    ],
  },
  {
    of: "the graph of agents, by node ids made anew, without a hand-off's span",
    content: [
      otlp([
        span("01", agent("team", { "graph.node.id": "9f8e7d6c5b4a39281706" })),
        span(
          "02",
          agent("writer", {
            "graph.node.id": "0011223344556677",
            "graph.node.parent_id": "9f8e7d6c5b4a39281706",
          }),
        ),
        span("03", oiTool("write", "{}"), under("02")),
      ]),
    ],
    calls: [{ subject: { id: "writer" }, context: { delegation: ["agent:team"] } }],
  },
  {
    of: "hand-offs one after the other, and back",
    content: [
      otlp([
        span("01", agent("triage")),
        span(
          "02",
          { "openinference.span.kind": "TOOL" },
          under("01", { name: "handoff to billing" }),
        ),
        span("03", agent("billing")),
        span("04", oiTool("refund", '{"n":1}'), under("03")),
        span(
          "05",
          { "openinference.span.kind": "TOOL" },
          under("03", { name: "handoff to triage" }),
        ),
        span("06", agent("triage")),
        span("07", oiTool("close", "{}"), under("06")),
      ]),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "transfer_to_billing" } },
      { subject: { id: "billing" }, context: { delegation: ["agent:triage"] } },
      { action: { kind: "subagent_invocation", name: "transfer_to_triage" } },
      { subject: { id: "triage" }, context: { delegation: ["agent:billing"] }, parent: "t1/05" },
    ],
  },
  {
    of: "LangGraph: a tool that transfers to an agent of the trace is a hand-off; another such tool is none",
    content: [
      otlp([
        span("01", oiTool("transfer_to_mailer", "{}", { metadata: '{"lc_agent_name":"travel"}' })),
        span("02", oiTool("send", '{"to":"a"}', { metadata: '{"lc_agent_name":"mailer"}' })),
        span(
          "03",
          oiTool("transfer_to_account", '{"iban":"x","sum":1}', {
            metadata: '{"lc_agent_name":"mailer"}',
          }),
        ),
      ]),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "transfer_to_mailer" }, args: {} },
      { subject: { id: "mailer" }, context: { delegation: ["agent:travel"] } },
      { action: { kind: "tool_call", name: "transfer_to_account" } },
    ],
  },
  {
    of: "Logfire on OpenAI's agents: functions, their servers, errors and hand-offs",
    content: [
      otlp([
        span(
          "01",
          { "logfire.msg_template": "Agent run: {name!r}", name: "travel" },
          { name: "Agent run: {name!r}" },
        ),
        span(
          "02",
          {
            "logfire.msg_template": "Function: {name}",
            name: "pay",
            input: '{"amount": 12.5}',
            mcp_data: "null",
            "gen_ai.system": "openai",
            error: '{"message":"Error running tool"}',
          },
          under("01", { name: "Function: {name}" }),
        ),
        span(
          "03",
          {
            "logfire.msg_template": "Function: {name}",
            name: "find",
            input: "{}",
            mcp_data: '{"server":"crm"}',
          },
          under("01", { name: "Function: {name}" }),
        ),
        span(
          "04",
          {
            "logfire.msg_template": "Handoff: {from_agent} → {to_agent}",
            from_agent: "travel",
            to_agent: "Mail Desk",
          },
          under("01", { name: "Handoff: {from_agent} → {to_agent}" }),
        ),
        span(
          "05",
          { "logfire.msg_template": "Agent run: {name!r}", name: "Mail Desk" },
          { name: "Agent run: {name!r}" },
        ),
        span(
          "06",
          { "logfire.msg_template": "Function: {name}", name: "send", input: "{}" },
          under("05", { name: "Function: {name}" }),
        ),
      ]),
    ],
    calls: [
      {
        subject: { id: "travel" },
        action: { name: "pay" },
        args: { amount: 12.5 },
        outcome: { status: "error" },
      },
      { action: { kind: "mcp_request", server: "crm", name: "find" } },
      {
        action: { kind: "subagent_invocation", name: "transfer_to_mail_desk" },
        resource: { id: "Mail Desk" },
      },
      { subject: { id: "Mail Desk" }, context: { delegation: ["agent:travel"] } },
    ],
  },
  {
    of: "one user's run is one session, whatever conversation a sub-agent opens",
    content: [
      otlp([
        span("01", {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.name": "support",
          "gen_ai.conversation.id": "conv-A",
        }),
        span("02", tool("ask_expert", '{"q":"x"}'), under("01")),
        span(
          "03",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "expert",
            "gen_ai.conversation.id": "conv-B",
          },
          under("02"),
        ),
        span(
          "04",
          tool("send_mail", '{"to":"x"}', { "gen_ai.conversation.id": "conv-B" }),
          under("03"),
        ),
      ]),
    ],
    calls: [{ session: "conv-A" }, { session: "conv-A", subject: { id: "expert" } }],
  },
  {
    of: "so too where the outermost agent says none: what several sub-agents say is not the run's",
    content: [
      otlp([
        span("01", { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support" }),
        span(
          "02",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "b",
            "gen_ai.conversation.id": "B",
          },
          under("01"),
        ),
        span("03", tool("x", "{}"), under("02")),
        span(
          "04",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "c",
            "gen_ai.conversation.id": "C",
          },
          under("01"),
        ),
        span("05", tool("y", "{}"), under("04")),
      ]),
    ],
    calls: [{ session: "T1".toLowerCase() }, { session: "t1" }],
  },
  {
    of: "two runs below one process' span are two sessions",
    content: [
      otlp([
        span("01", {}),
        span(
          "02",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "a",
            "session.id": "s1",
            "user.id": "ann",
          },
          under("01"),
        ),
        span("03", tool("x", "{}"), under("02")),
        span(
          "04",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "a",
            "session.id": "s2",
            "user.id": "bob",
          },
          under("01"),
        ),
        span("05", tool("y", "{}"), under("04")),
      ]),
    ],
    calls: [
      { session: "s1", context: { on_behalf_of: { id: "ann" } } },
      { session: "s2", context: { on_behalf_of: { id: "bob" } } },
    ],
  },
  {
    of: "the session of a connection to a server is none of the run",
    content: [
      otlp([
        span("01", {
          "mcp.method.name": "tools/call",
          "gen_ai.tool.name": "ask",
          "mcp.session.id": "m-1",
        }),
        span(
          "02",
          {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "a",
            "session.id": "s-1",
          },
          under("01"),
        ),
        span("03", tool("x", "{}"), under("02")),
      ]),
    ],
    calls: [{ session: "s-1" }, { session: "s-1" }],
  },
  {
    of: "LangChain hands a tool of one argument its bare value: the message has its name",
    content: [
      otlp([
        span("01", {
          "openinference.span.kind": "LLM",
          "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c2",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "delete_repo",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments":
            '{"name": "prod"}',
        }),
        span("02", oiTool("delete_repo", "prod")),
        span("03", oiTool("delete_repo", "other")),
      ]),
    ],
    calls: [{ args: { name: "prod" } }, without("args")],
    causes: ["a tool call's arguments are not JSON"],
  },
  {
    of: "the step above has it too; a number, a truth value, a list, text that is JSON itself",
    content: [
      otlp([
        span("01", {
          "openinference.span.kind": "CHAIN",
          "input.value": JSON.stringify(
            [
              ["n", 5],
              ["b", true],
              ["l", ["x"]],
              ["code", '{"a":1}'],
              ["filter", { a: 2 }],
            ].map(([key, value], index) => ({
              name: `t${index}`,
              args: { [String(key)]: value },
              id: `c${index}`,
              type: "tool_call",
            })),
          ),
        }),
        span("02", oiTool("t0", "5"), under("01")),
        span("03", oiTool("t1", "True"), under("01")),
        span("04", oiTool("t2", "['x']"), under("01")),
        span("05", oiTool("t3", '{"a":1}'), under("01")),
        span("06", oiTool("t4", "{'a': 2}"), under("01")),
      ]),
    ],
    calls: [
      { args: { n: 5 } },
      { args: { b: true } },
      { args: { l: ["x"] } },
      { args: { code: '{"a":1}' } },
      { args: { filter: { a: 2 } } },
    ],
  },
  {
    of: "the message of a tool's result names its call, and says whether it failed",
    content: [
      otlp([
        span(
          "01",
          oiTool("t", "{}", {
            "output.value":
              '{"type":"tool","data":{"content":"Error","tool_call_id":"c1","status":"error"}}',
          }),
        ),
        span("02", oiTool("u", "{}", { "output.value": "Error: the user denied it" })),
      ]),
    ],
    calls: [{ outcome: { status: "error" } }, without("decision")],
  },
  {
    of: "BeeAI: a span for each stage of one call",
    content: [
      otlp([
        ...["start", "finish", "success"].map((stage, index) =>
          span(
            `1${index}`,
            {
              "openinference.span.kind": "TOOL",
              target: `tool.search.wiki.${stage}`,
              name: stage,
              ...(stage === "start" && { "tool.parameters": '{"query":"Lisbon"}' }),
            },
            { name: `tool.search.wiki.${stage}-12` },
          ),
        ),
      ]),
    ],
    calls: [
      {
        id: "t1/10",
        action: { name: "search.wiki" },
        args: { query: "Lisbon" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "BeeAI: two calls of one tool, one tried again, one that failed; a start that is missing",
    content: [
      otlp([
        ...["start-1", "error-1", "retry-1", "success-1", "start-2", "error-2"].map(
          (stage, index) =>
            span(
              `1${index}`,
              {
                "openinference.span.kind": "TOOL",
                ...(stage.startsWith("start") && { "tool.parameters": `{"n":${index}}` }),
              },
              { name: `tool.get.${stage}` },
            ),
        ),
        span(
          "20",
          { "openinference.span.kind": "TOOL", target: "tool.put.success" },
          { name: "tool.put.success-9" },
        ),
      ]),
    ],
    calls: [
      { action: { name: "get" }, args: { n: 0 }, outcome: { status: "ok" } },
      { action: { name: "get" }, args: { n: 4 }, outcome: { status: "error" } },
      { action: { name: "put" }, outcome: { status: "ok" } },
    ],
  },
  {
    of: "OpenLLMetry on LangChain: arguments inside what the callback was given",
    content: [
      otlp([
        span(
          "01",
          tool(
            "t",
            JSON.stringify({
              input_str: "{'id': 'b-1'}",
              tags: [],
              metadata: {},
              inputs: { id: "b-1" },
            }),
            {
              "traceloop.span.kind": "tool",
            },
          ),
        ),
        span(
          "02",
          tool("u", JSON.stringify({ input_str: "{'id': 'b-2'}", tags: [] }), {
            "traceloop.span.kind": "tool",
          }),
        ),
      ]),
    ],
    calls: [{ args: { id: "b-1" } }, { args: { id: "b-2" } }],
  },
  {
    of: "Logfire: what it sends at a span's beginning is the span, and is one if nothing follows",
    content: [
      otlp([
        span("bbbbbbbbbbbbbbbb", PENDING, { parentSpanId: "aaaaaaaaaaaaaaaa" }),
        span("aaaaaaaaaaaaaaaa", tool("pay", { a: 1 })),
        span("dddddddddddddddd", PENDING, { parentSpanId: "cccccccccccccccc" }),
      ]),
    ],
    calls: [
      { id: expect.stringMatching(/a$/), action: { name: "pay" }, outcome: { status: "ok" } },
      { id: expect.stringMatching(/c$/), action: { name: "pay" }, outcome: undefined },
    ],
  },
  {
    of: "Logfire on MCP: a request written whole; a handshake is no call",
    content: [
      otlp([
        span("01", { "rpc.system": "jsonrpc", "rpc.method": "initialize", request: "{}" }),
        span("02", {
          "rpc.system": "jsonrpc",
          "rpc.method": "tools/call",
          request: '{"method":"tools/call","params":{"name":"find","arguments":{"q":"x"}}}',
          response: '{"content":[],"isError":true}',
        }),
      ]),
    ],
    calls: [{ action: { kind: "mcp_request", name: "find" }, args: { q: "x" } }],
  },
];
