import { expect, test } from "vitest";
import { decide, loadPolicies } from "../../../src/index.ts";
import { isJsonObject, member, stringMember } from "../../../src/request/json.ts";
import type { JsonObject } from "../../../src/request/json.ts";
import { langfuse } from "../../../src/trace/importers/langfuse.ts";
import { openaiAgents } from "../../../src/trace/importers/openai-agents.ts";
import { otel } from "../../../src/trace/importers/otel.ts";
import type { Importer } from "../../../src/trace/importers/importer.ts";
import { importVariant } from "./import-all.ts";
import { otlp, span, tool } from "./variants/otel.ts";

/** Whom the spans name above the agent of each call: the root of a trace excludes all others. */
interface Row {
  readonly of: string;
  readonly content: readonly unknown[];
  /** `agent tool delegation`, in the order of time; `?` for an unrecorded delegation. */
  readonly calls: readonly string[];
  readonly importer?: Importer;
}

const under = (parentSpanId: string, more: object = {}): object => ({ parentSpanId, ...more });
const run = (name: string): { readonly [name: string]: unknown } => ({
  "gen_ai.operation.name": "invoke_agent",
  "gen_ai.agent.name": name,
});
const PAY = tool("pay", "{}");
const document = (spans: readonly object[], resource: object, scope = "x"): object => ({
  resourceSpans: [
    {
      resource: {
        attributes: Object.entries(resource).map(([key, value]) => ({
          key,
          value: { stringValue: value },
        })),
      },
      scopeSpans: [{ scope: { name: scope }, spans }],
    },
  ],
});
const langsmith = (id: string, name: string, more: object): object => ({
  id,
  trace_id: "r1",
  name,
  run_type: "chain",
  start_time: `2026-03-02T09:00:0${id.slice(1)}`,
  end_time: `2026-03-02T09:00:0${id.slice(1)}.5`,
  ...more,
});
const agents = (id: string, parent: string | null, data: object): object => ({
  object: "trace.span",
  id,
  trace_id: "t",
  parent_id: parent,
  started_at: `2026-03-02T09:00:0${id.slice(1)}Z`,
  ended_at: `2026-03-02T09:00:0${id.slice(1)}.5Z`,
  span_data: data,
  error: null,
});
const observation = (id: string, parent: string | null, more: object): object => ({
  id,
  traceId: "t",
  parentObservationId: parent,
  startTime: `2026-03-02T09:00:0${id.slice(1)}Z`,
  ...more,
});
const aRun = (name: string): object => ({
  name,
  type: "AGENT",
  metadata: { "gen_ai.agent.name": name },
});

const ROWS: readonly Row[] = [
  {
    of: "the agent's run is the root",
    content: [otlp([span("01", run("desk")), span("02", PAY, under("01"))])],
    calls: ["desk pay []"],
  },
  {
    of: "the root is a request that a server answers",
    content: [
      otlp([
        span("01", {}, { name: "POST /chat", kind: 2 }),
        span("02", run("desk"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["desk pay []"],
  },
  ...["0000000000000000", "AAAAAAAAAAA=", "", null].map((parentSpanId) => ({
    of: `a root whose parent is written as ${JSON.stringify(parentSpanId)}`,
    content: [otlp([span("01", run("desk"), { parentSpanId }), span("02", PAY, under("01"))])],
    calls: ["desk pay []"],
  })),
  {
    of: "the span above is not in the file",
    content: [otlp([span("01", run("desk"), under("99")), span("02", PAY, under("01"))])],
    calls: ["desk pay ?"],
  },
  {
    of: "a server's request whose caller is in another file",
    content: [
      otlp([
        span("01", {}, { name: "POST /chat", kind: 2, parentSpanId: "99", flags: 0x300 }),
        span("02", run("desk"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["desk pay ?"],
  },
  {
    of: "spans in the order in which they end, the root last",
    content: [
      otlp([span("03", PAY, under("02")), span("02", run("desk"), under("01")), span("01", {})]),
    ],
    calls: ["desk pay []"],
  },
  {
    of: "a call's span without any above has no tree",
    content: [otlp([span("01", { ...PAY, "gen_ai.agent.name": "desk" })])],
    calls: ["desk pay ?"],
  },
  {
    of: "spans whose parents a search leaves out",
    content: [
      {
        traces: [
          {
            traceID: "a1",
            spanSets: [
              {
                spans: [
                  { spanID: "01", startTimeUnixNano: "1788256800000000000", attributes: [] },
                  {
                    spanID: "02",
                    startTimeUnixNano: "1788256801000000000",
                    attributes: [
                      { key: "gen_ai.operation.name", value: { stringValue: "execute_tool" } },
                      { key: "gen_ai.tool.name", value: { stringValue: "pay" } },
                      { key: "gen_ai.agent.name", value: { stringValue: "desk" } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    calls: ["desk pay ?"],
  },
  {
    of: "an agent as a tool of one without a name",
    content: [
      otlp([
        span("01", tool("ask_visa", "{}")),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["undefined ask_visa ?", "visa pay ?"],
  },
  {
    of: "an agent as a tool of one with a name, itself at the root",
    content: [
      otlp([
        span("01", { ...tool("ask_visa", "{}"), "gen_ai.agent.name": "desk" }),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["desk ask_visa ?", "visa pay [agent:desk]"],
  },
  {
    of: "an agent behind the server of a protocol of agents",
    content: [
      otlp([
        span("01", { "rpc.system": "jsonrpc", "rpc.method": "message/send" }, { kind: 2 }),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["visa pay ?"],
  },
  ...[
    { name: "a2a.server.request_handlers.DefaultRequestHandler.on_message_send" },
    { name: "POST /a2a/visa" },
  ].map((more) => ({
    of: `an agent behind \`${more.name}\``,
    content: [
      otlp([
        span("01", {}, { kind: 2, ...more }),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["visa pay ?"],
  })),
  {
    of: "the same behind an agent's own request: the agent is above",
    content: [
      otlp([
        span("01", run("desk")),
        span("02", {}, { ...under("01"), kind: 3, name: "a2a.client" }),
        span("03", {}, { ...under("02"), kind: 2, name: "POST /a2a/visa" }),
        span("04", run("visa"), under("03")),
        span("05", PAY, under("04")),
      ]),
    ],
    calls: ["visa pay [agent:desk]"],
  },
  {
    of: "the invocation of an agent that runs in another process",
    content: [
      document([span("01", run("visa"), { kind: 3 })], { "service.name": "desk" }),
      document(
        [
          span("02", {}, { ...under("01"), kind: 2, name: "POST /" }),
          span("03", run("visa"), under("02")),
          span("04", PAY, under("03")),
        ],
        { "service.name": "visa" },
      ),
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "the same in the process of the caller, as most frameworks write it",
    content: [
      document(
        [
          span("01", run("visa"), { kind: "SPAN_KIND_CLIENT" }),
          span("02", run("visa"), under("01")),
          span("03", PAY, under("02")),
        ],
        { "service.name": "desk" },
      ),
    ],
    calls: ["visa pay []"],
  },
  {
    of: "an invocation by an agent's client: both are there",
    content: [
      document([span("01", run("desk")), span("02", run("visa"), { ...under("01"), kind: 3 })], {
        "service.name": "desk",
      }),
      document(
        [
          span("03", {}, { ...under("02"), kind: 2, name: "POST /" }),
          span("04", run("visa"), under("03")),
          span("05", PAY, under("04")),
        ],
        { "service.name": "visa" },
      ),
    ],
    calls: ["visa pay [agent:desk]"],
  },
  {
    of: "a root that names its cause in another trace",
    content: [
      otlp([
        span("01", run("visa"), { links: [{ traceId: "T9", spanId: "77" }] }),
        span("02", PAY, under("01")),
      ]),
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "a root that names another span of its own trace",
    content: [
      otlp([
        span("01", run("desk"), { links: [{ traceId: "t1", spanId: "02" }] }),
        span("02", PAY, under("01")),
      ]),
    ],
    calls: ["desk pay []"],
  },
  {
    of: "an agent above whose run has no lasting name",
    content: [
      otlp([
        span("01", { "openinference.span.kind": "AGENT" }, { name: "" }),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "a run above with a name that every agent has is the same agent's",
    content: [
      otlp([
        span("01", { "openinference.span.kind": "AGENT" }, { name: "AgentExecutor" }),
        span("02", run("visa"), under("01")),
        span("03", PAY, under("02")),
      ]),
    ],
    calls: ["visa pay []"],
  },
  {
    of: "the trace of OpenAI's agents as OpenInference writes it, by the workflow's name",
    content: [
      document(
        [
          span("01", { "openinference.span.kind": "AGENT" }, { name: "Customer desk" }),
          span("02", { "openinference.span.kind": "AGENT", "agent.name": "visa" }, under("01")),
          span("03", PAY, under("02")),
        ],
        {},
        "openinference.instrumentation.openai_agents",
      ),
    ],
    calls: ["visa pay []"],
  },
  {
    of: "a hand-off that does not say to whom: it may be to any agent after it",
    content: [
      otlp([
        span("01", {}),
        span("02", run("desk"), under("01")),
        span("03", PAY, under("02")),
        span("04", { "gen_ai.operation.name": "handoff" }, under("02")),
        span("05", run("visa"), under("01")),
        span("06", PAY, under("05")),
      ]),
    ],
    calls: ["desk pay []", "desk undefined []", "visa pay ?"],
  },
  {
    of: "the graph of agents goes on above",
    content: [
      otlp([
        span("01", {
          "openinference.span.kind": "AGENT",
          "agent.name": "visa",
          "graph.node.id": "visa",
          "graph.node.parent_id": "desk",
        }),
        span("02", PAY, under("01")),
      ]),
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "another agent runs from a root of its own before: it may have called this one",
    content: [
      otlp([
        span("01", run("desk")),
        span("02", PAY, under("01")),
        span("03", run("visa")),
        span("04", PAY, under("03")),
      ]),
    ],
    calls: ["desk pay []", "visa pay ?"],
  },
  {
    of: "two runs of one agent from roots of their own",
    content: [
      otlp([
        span("01", run("desk")),
        span("02", PAY, under("01")),
        span("03", run("desk")),
        span("04", PAY, under("03")),
      ]),
    ],
    calls: ["desk pay []", "desk pay []"],
  },
  {
    of: "a call of the process alone: it may run any number of agents",
    content: [document([span("01", {}), span("02", PAY, under("01"))], { "service.name": "desk" })],
    calls: ["desk pay ?"],
  },
  {
    of: "LangSmith: the root, and runs below it",
    content: [
      langsmith("r1", "desk", { extra: { metadata: { lc_agent_name: "desk" } } }),
      langsmith("r2", "pay", { run_type: "tool", parent_run_id: "r1" }),
    ],
    calls: ["desk pay []"],
  },
  {
    of: "LangSmith: a part of a trace, whose root only the order of its runs tells",
    content: [
      langsmith("r3", "visa", {
        extra: { metadata: { lc_agent_name: "visa" } },
        dotted_order: "20260302T090001000000Zr1.20260302T090003000000Zr3",
      }),
      langsmith("r4", "pay", { run_type: "tool", parent_run_id: "r3" }),
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "LangSmith: runs above each other by the order alone",
    content: [
      langsmith("r1", "desk", { extra: { metadata: { lc_agent_name: "desk" } } }),
      langsmith("r2", "visa", {
        extra: { metadata: { lc_agent_name: "visa" } },
        dotted_order: "20260302T090001000000Zr1.20260302T090002000000Zr2",
      }),
      langsmith("r3", "pay", { run_type: "tool", parent_run_ids: ["r1", "r2"] }),
    ],
    calls: ["visa pay [agent:desk]"],
  },
  {
    of: "Application Insights: the first request is below its operation",
    content: [
      {
        name: "visa",
        id: "01",
        operation_Id: "op1",
        operation_ParentId: "op1",
        timestamp: "2026-03-02T09:00:01Z",
        customDimensions: JSON.stringify(run("visa")),
      },
      {
        name: "pay",
        id: "02",
        operation_Id: "op1",
        operation_ParentId: "01",
        timestamp: "2026-03-02T09:00:02Z",
        customDimensions: JSON.stringify(PAY),
      },
    ],
    calls: ["visa pay []"],
  },
  {
    of: "Jaeger: a root that follows from a span of another trace",
    content: [
      {
        data: [
          {
            traceID: "a1",
            processes: {},
            spans: [
              {
                traceID: "a1",
                spanID: "01",
                operationName: "visa",
                startTime: 1_772_442_000_000_000,
                references: [{ refType: "FOLLOWS_FROM", traceID: "b2", spanID: "77" }],
                tags: Object.entries(run("visa")).map(([key, value]) => ({ key, value })),
              },
              {
                traceID: "a1",
                spanID: "02",
                operationName: "pay",
                startTime: 1_772_442_001_000_000,
                references: [{ refType: "CHILD_OF", traceID: "a1", spanID: "01" }],
                tags: Object.entries(PAY).map(([key, value]) => ({ key, value })),
              },
            ],
          },
        ],
      },
    ],
    calls: ["visa pay ?"],
  },
  {
    of: "Agents SDK: agents one after the other, by the program that runs them",
    importer: openaiAgents,
    content: [
      { object: "trace", id: "t", workflow_name: "research" },
      agents("s1", null, { type: "agent", name: "planner" }),
      agents("s2", "s1", { type: "function", name: "plan", input: "{}" }),
      agents("s3", null, { type: "agent", name: "writer" }),
      agents("s4", "s3", { type: "function", name: "write", input: "{}" }),
    ],
    calls: ["planner plan []", "writer write []"],
  },
  {
    of: "Agents SDK: the span above was exported elsewhere",
    importer: openaiAgents,
    content: [
      { object: "trace", id: "t", workflow_name: "research" },
      agents("s3", "s1", { type: "agent", name: "writer" }),
      agents("s4", "s3", { type: "function", name: "write", input: "{}" }),
    ],
    calls: ["writer write ?"],
  },
  {
    of: "Langfuse: an agent below its trace, and one below it",
    importer: langfuse,
    content: [
      {
        id: "t",
        timestamp: "2026-03-02T09:00:00Z",
        observations: [
          observation("o1", null, aRun("desk")),
          observation("o2", "o1", { type: "TOOL", name: "ask", input: "{}" }),
          observation("o3", "o2", aRun("visa")),
          observation("o4", "o3", { type: "TOOL", name: "look", input: "{}" }),
        ],
      },
    ],
    calls: ["desk ask []", "visa look [agent:desk]"],
  },
  {
    of: "Langfuse: a page of observations without the one above",
    importer: langfuse,
    content: [
      {
        data: [
          observation("o3", "o2", aRun("visa")),
          observation("o4", "o3", { type: "TOOL", name: "look", input: "{}" }),
        ],
      },
    ],
    calls: ["visa look ?"],
  },
];

function shown({ subject, action, context }: JsonObject): string {
  const above = member(isJsonObject(context) ? context : {}, "delegation");
  const [by, name] = [
    stringMember(isJsonObject(subject) ? subject : {}, "id"),
    stringMember(isJsonObject(action) ? action : {}, "name"),
  ];
  return `${by} ${name} ${Array.isArray(above) ? `[${above.join()}]` : "?"}`;
}

test.each(ROWS.map((row) => [row.of, row] as const))("%s", async (of, row) => {
  const { content, calls, importer = otel } = row;
  const found = await importVariant(importer, { of, content, calls: [] });
  expect(found.calls.map(shown)).toEqual(calls);
});

const POLICY = `
apiVersion: agentz/v1
kind: Policy
name: travel
version: 1.0.0
owner: desk
rules:
  - { id: all, effect: allow }
  - { id: alone, effect: deny, actions: [pay], when: context.delegation.size() > 0 }
`;

test("what an agent may do alone is decided where the root of its trace is recorded", async () => {
  const policies = await loadPolicies([{ file: "p.yaml", text: POLICY }]);
  const decided = async (content: readonly unknown[]): Promise<readonly unknown[]> =>
    (await importVariant(otel, { of: "", content, calls: [] })).calls.map((call) => {
      const { effect, indeterminate } = decide(policies, call).decision;
      return { effect, indeterminate };
    });
  const sub = [
    span("02", tool("ask", "{}"), under("01")),
    span("03", run("visa"), under("02")),
    span("04", PAY, under("03")),
  ];
  const whole = [otlp([span("01", run("desk")), span("05", PAY, under("01")), ...sub])];
  expect(await decided(whole)).toEqual([
    { effect: "allow", indeterminate: false },
    { effect: "deny", indeterminate: false },
    { effect: "allow", indeterminate: false },
  ]);
  const cut = [otlp([span("01", run("desk"), under("99")), span("05", PAY, under("01"))])];
  expect(await decided(cut)).toEqual([{ effect: "deny", indeterminate: true }]);
});
