import type { Variant } from "../import-all.ts";

/** Two spans: an agent's run, and the tool that failed in it. */
const AGENT = {
  "gen_ai.operation.name": "invoke_agent",
  "gen_ai.agent.name": "travel",
  "session.id": "s-1",
  "user.id": "ann",
};
const TOOL = {
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "pay",
  "gen_ai.tool.call.arguments": '{"amount": 5}',
};
const TRACE = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
const [ROOT, LEAF] = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"];
const [AT, LATER] = ["2026-03-02T09:00:00.000Z", "2026-03-02T09:00:01.000Z"];
const NANOS = ["1772442000000000000", "1772442001000000000"];
const MICROS = [1772442000000000, 1772442001000000];
const SPANS = [
  { id: ROOT, parent: undefined, name: "invoke_agent travel", attributes: AGENT, at: 0 },
  { id: LEAF, parent: ROOT, name: "execute_tool pay", attributes: TOOL, at: 1 },
] as const;
type Given = (typeof SPANS)[number];

const CALL = {
  id: `${TRACE}/${LEAF}`,
  session: "s-1",
  subject: { type: "agent", id: "travel" },
  action: { kind: "tool_call", name: "pay" },
  args: { amount: 5 },
  context: { on_behalf_of: { type: "human", id: "ann" } },
  outcome: { status: "error" },
};
const timed = { ...CALL, time: "2026-03-02T09:00:01.000000000Z" };

const pairs = (held: object, text: string): object[] =>
  Object.entries(held).map(([key, value]) => ({ key, value: { [text]: value } }));
const plainly = (
  of: string,
  make: (span: Given) => object,
  wrap = (spans: object[]): unknown => spans,
): Variant => ({
  of,
  content: JSON.stringify(wrap(SPANS.map(make)), undefined, 1),
  calls: [CALL],
});
const nested = (held: object): object => {
  const root: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of Object.entries(held)) {
    const [first = "", ...rest] = key.split(".");
    root[first] = { ...root[first], [rest.join(".")]: value };
  }
  return root;
};
const camel = ({ id, parent, name, attributes, at }: Given, text = "stringValue"): object => ({
  traceId: TRACE,
  spanId: id,
  ...(parent !== undefined && { parentSpanId: parent }),
  name,
  kind: 1,
  startTimeUnixNano: NANOS[at],
  attributes: pairs(attributes, text),
  status: at === 1 ? { code: 2 } : {},
});
const snake = (span: Given): object => ({
  trace_id: TRACE,
  span_id: span.id,
  parent_span_id: span.parent ?? "",
  name: span.name,
  kind: "SPAN_KIND_INTERNAL",
  start_time_unix_nano: NANOS[span.at],
  attributes: pairs(span.attributes, "string_value"),
  status: { code: span.at === 1 ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET" },
});
const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");
const jaeger = ({ id, parent, name, attributes, at }: Given): object => ({
  traceID: TRACE,
  spanID: id,
  operationName: name,
  references: parent === undefined ? [] : [{ refType: "CHILD_OF", traceID: TRACE, spanID: parent }],
  startTime: MICROS[at],
  duration: 5,
  tags: [
    ...Object.entries(attributes).map(([key, value]) => ({ key, type: "string", value })),
    ...(at === 1 ? [{ key: "error", type: "bool", value: true }] : []),
  ],
  processID: "p1",
  logs: [],
});
const zipkin = ({ id, parent, name, attributes, at }: Given): object => ({
  traceId: TRACE,
  id,
  ...(parent !== undefined && { parentId: parent }),
  name,
  timestamp: MICROS[at],
  localEndpoint: { serviceName: "desk" },
  tags: { ...attributes, ...(at === 1 && { error: "declined" }) },
});
const python = ({ id, parent, name, attributes, at }: Given): object => ({
  name,
  context: { trace_id: `0x${TRACE}`, span_id: `0x${id}`, trace_state: "[]" },
  kind: "SpanKind.INTERNAL",
  parent_id: parent === undefined ? null : `0x${parent}`,
  start_time: at === 1 ? LATER : AT,
  status: { status_code: at === 1 ? "ERROR" : "UNSET" },
  attributes,
  events: [],
  links: [],
  resource: { attributes: { "service.name": "desk" }, schema_url: "" },
});
const azure = ({ id, parent, name, attributes, at }: Given): object => ({
  timestamp: at === 1 ? LATER : AT,
  id,
  name,
  itemType: "dependency",
  success: at === 1 ? "False" : "True",
  operation_Id: TRACE,
  operation_ParentId: parent ?? TRACE,
  customDimensions: JSON.stringify(attributes),
  cloud_RoleName: "desk",
});
const analytics = ({ id, parent, name, attributes, at }: Given): object => ({
  TimeGenerated: at === 1 ? LATER : AT,
  Id: id,
  Name: name,
  Success: at === 0,
  OperationId: TRACE,
  ParentId: parent ?? TRACE,
  Properties: attributes,
  AppRoleName: "desk",
});
const phoenix = ({ id, parent, name, at }: Given, attributes: object): object => ({
  name,
  context: { trace_id: TRACE, span_id: id },
  span_kind: at === 1 ? "TOOL" : "AGENT",
  parent_id: parent ?? null,
  start_time: at === 1 ? LATER : AT,
  status_code: at === 1 ? "ERROR" : "OK",
  attributes,
  events: [],
});
const OI = [
  {
    "openinference.span.kind": "AGENT",
    "agent.name": "travel",
    "session.id": "s-1",
    "user.id": "ann",
  },
  {
    "openinference.span.kind": "TOOL",
    "tool.name": "pay",
    "input.value": '{"amount": 5}',
    "input.mime_type": "application/json",
  },
] as const;
const langsmith = ({ id, parent, at }: Given, more: object = {}): object => ({
  id,
  trace_id: TRACE,
  parent_run_id: parent ?? null,
  name: at === 1 ? "pay" : "travel",
  run_type: at === 1 ? "tool" : "chain",
  start_time: at === 1 ? LATER : AT,
  session_id: "the-project",
  inputs: at === 1 ? { input: "{'amount': 5}" } : { messages: [] },
  outputs: null,
  error: at === 1 ? "ValueError('declined')" : null,
  extra: { metadata: { lc_agent_name: "travel", thread_id: "s-1", user_id: "ann" } },
  ...more,
});
const clickhouse = ({ id, parent, name, attributes, at }: Given): object => ({
  Timestamp: `2026-03-02 09:00:0${at}.000000000`,
  TraceId: TRACE,
  SpanId: id,
  ParentSpanId: parent ?? "",
  SpanName: name,
  SpanKind: "Internal",
  ServiceName: "desk",
  ResourceAttributes: { "service.name": "desk" },
  ScopeName: "x",
  SpanAttributes: attributes,
  StatusCode: at === 1 ? "Error" : "Unset",
});
const datadog = ({ id, parent, name, attributes, at }: Given): object => ({
  trace_id: TRACE,
  span_id: id,
  parent_id: parent ?? "0",
  name,
  resource: name,
  service: "desk",
  start: Number(NANOS[at]),
  duration: 5,
  error: at,
  meta: attributes,
  metrics: {},
});
const llmObs = ({ id, parent, at }: Given, more: object = {}): object => ({
  trace_id: TRACE,
  span_id: id,
  parent_id: parent ?? "undefined",
  name: at === 1 ? "pay" : "travel",
  start_ns: Number(NANOS[at]),
  status: at === 1 ? "error" : "ok",
  session_id: "s-1",
  tags: ["user_id:ann", "env:x"],
  ml_app: "desk",
  meta: {
    "span.kind": at === 1 ? "tool" : "agent",
    input: { value: at === 1 ? '{"amount": 5}' : "go" },
  },
  ...more,
});
const resource = { attributes: pairs({ "service.name": "desk" }, "stringValue") };

/** One trace, as each backend and SDK gives it out. */
export const OTEL_EXPORT_VARIANTS: readonly Variant[] = [
  plainly(
    "OTLP, camelCase",
    (span) => camel(span),
    (spans) => ({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  ),
  plainly("OTLP, the names of the protocol's file", snake, (spans) => ({
    resource_spans: [
      {
        resource: { attributes: pairs({ "service.name": "desk" }, "string_value") },
        scope_spans: [{ scope: { name: "s" }, spans }],
      },
    ],
  })),
  plainly(
    "OTLP with members in the other order",
    (span) => Object.fromEntries(Object.entries(camel(span)).reverse()),
    (spans) => ({
      resourceSpans: [{ scopeSpans: [{ spans, scope: {} }], resource }],
    }),
  ),
  {
    of: "OTLP as protobuf's own JSON, ids in base64",
    content: [
      {
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: SPANS.map((span) => ({
                  ...camel(span),
                  traceId: base64(TRACE),
                  spanId: base64(span.id),
                  ...(span.parent !== undefined && { parentSpanId: base64(span.parent) }),
                })),
              },
            ],
          },
        ],
      },
    ],
    calls: [{ ...CALL, id: `${base64(TRACE)}/${base64(LEAF)}` }],
  },
  plainly(
    "Tempo's API",
    (span) => camel(span),
    (spans) => ({ batches: [{ resource, scopeSpans: [{ scope: {}, spans }] }] }),
  ),
  plainly(
    "Tempo's API, version 2, and older scopes",
    (span) => camel(span),
    (spans) => ({
      trace: { resourceSpans: [{ resource, instrumentationLibrarySpans: [{ spans }] }] },
    }),
  ),
  plainly("Jaeger's API", jaeger, (spans) => ({
    data: [{ traceID: TRACE, spans, processes: { p1: { serviceName: "desk", tags: [] } } }],
    total: 0,
  })),
  plainly(
    "Jaeger's older parentSpanID",
    (span) => ({ ...jaeger(span), references: [], parentSpanID: span.parent ?? "0" }),
    (spans) => ({ data: [{ traceID: TRACE, spans }] }),
  ),
  plainly("Jaeger's spans of a store, one by one", (span) => ({
    ...jaeger(span),
    process: { serviceName: "desk", tags: [] },
  })),
  plainly(
    "Jaeger's API, version 3",
    (span) => camel(span),
    (spans) => ({ result: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] } }),
  ),
  plainly("Zipkin, a trace", zipkin),
  plainly("Zipkin, a list of traces", zipkin, (spans) => [spans]),
  plainly("the console of the Python SDK", python),
  {
    of: "the same, printed one after the other",
    content: SPANS.map((span) => JSON.stringify(python(span), undefined, 4)).join("\n"),
    calls: [CALL],
  },
  plainly("the console of the JavaScript SDK", ({ id, parent, name, attributes, at }) => ({
    resource: { attributes: { "service.name": "desk" } },
    instrumentationScope: { name: "x" },
    traceId: TRACE,
    parentSpanContext: parent === undefined ? undefined : { traceId: TRACE, spanId: parent },
    id,
    name,
    kind: 0,
    timestamp: MICROS[at],
    attributes,
    status: { code: at === 1 ? 2 : 0 },
    events: [],
  })),
  plainly(
    "the JavaScript SDK's spans with pairs of seconds and nanoseconds",
    ({ id, parent, name, attributes, at }) => ({
      name,
      _spanContext: { traceId: TRACE, spanId: id },
      traceId: TRACE,
      spanId: id,
      parentSpanId: parent,
      startTime: [1772442000 + at, 0],
      attributes,
      status: { code: at === 1 ? 2 : 0 },
    }),
  ),
  plainly("Datadog's agent", datadog, (spans) => [spans]),
  plainly(
    "Datadog's API of spans",
    (span) => ({
      id: `x${span.id}`,
      type: "spans",
      attributes: {
        trace_id: TRACE,
        span_id: span.id,
        parent_id: span.parent ?? "0",
        start_timestamp: span.at === 1 ? LATER : AT,
        operation_name: span.name,
        status: span.at === 1 ? "error" : "ok",
        custom: nested(span.attributes),
      },
    }),
    (data) => ({ data, meta: {} }),
  ),
  plainly("Datadog's LLM observability", (span) => llmObs(span)),
  plainly("the same, its kind in an object, arguments as one", (span) =>
    llmObs(span, {
      meta: {
        span: { kind: span.at === 1 ? "tool" : "agent" },
        input: { value: span.at === 1 ? { amount: 5 } : "go" },
      },
    }),
  ),
  plainly("Azure Monitor's rows", azure),
  plainly("Log Analytics' rows", analytics),
  plainly("Azure Monitor's API: columns and rows apart", azure, (rows) => ({
    tables: [
      {
        name: "PrimaryResult",
        columns: Object.keys(rows[0] ?? {}).map((name) => ({ name, type: "string" })),
        rows: rows.map((row) => Object.values(row)),
      },
    ],
  })),
  plainly("Phoenix, attributes in objects", (span) => phoenix(span, nested(OI[span.at]))),
  plainly(
    "Phoenix's API",
    (span) => phoenix(span, OI[span.at]),
    (data) => ({ data, next_cursor: null }),
  ),
  {
    of: "Phoenix's data frame as lines",
    content: SPANS.map((span) => ({
      name: span.name,
      span_kind: span.at === 1 ? "TOOL" : "AGENT",
      parent_id: span.parent ?? null,
      start_time: (MICROS[span.at] ?? 0) / 1000,
      status_code: span.at === 1 ? "ERROR" : "OK",
      "context.trace_id": TRACE,
      "context.span_id": span.id,
      ...Object.fromEntries(
        Object.entries(OI[span.at]).map(([key, value]) => [`attributes.${key}`, value]),
      ),
    })),
    calls: [CALL],
  },
  plainly("LangSmith's runs", (span) => langsmith(span)),
  {
    of: "LangSmith's runs below each other, without a trace's id",
    content: [
      {
        ...langsmith(SPANS[0], {
          trace_id: undefined,
          child_runs: [langsmith(SPANS[1], { trace_id: undefined, inputs: { amount: 5 } })],
        }),
      },
    ],
    calls: [{ ...CALL, id: `${ROOT}/${LEAF}` }],
  },
  plainly("LangSmith's bulk export, JSON in texts", (span) =>
    langsmith(span, {
      inputs: span.at === 1 ? '{"amount": 5}' : "{}",
      extra: JSON.stringify({
        metadata: { lc_agent_name: "travel", thread_id: "s-1", user_id: "ann" },
      }),
    }),
  ),
  plainly("ClickHouse's rows of the collector", clickhouse),
  plainly(
    "Google Cloud Trace",
    ({ id, parent, name, attributes, at }) => ({
      spanId: id,
      name,
      parentSpanId: parent,
      startTime: at === 1 ? LATER : AT,
      labels: { ...attributes, ...(at === 1 && { error: "true" }) },
    }),
    (spans) => ({ projectId: "p", traceId: TRACE, spans }),
  ),
  {
    of: "OTLP whose containers have other names: a span is one by its own members",
    content: [
      { spansOfResources: [{ resource, groups: [{ list: SPANS.map((span) => camel(span)) }] }] },
    ],
    calls: [timed],
  },
];
