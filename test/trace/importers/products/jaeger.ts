import type { Row } from "../chat-formats/row.ts";
import {
  AGENT,
  base64,
  listed,
  mcpStep,
  micros,
  nanos,
  PAID,
  PAY,
  reversed,
  ROOT,
  SECOND,
  type Step,
  secondsAfter,
  toolStep,
  TRACE,
} from "./trace.ts";

const typeOf = (value: unknown): string =>
  ({ number: "int64", boolean: "bool" })[String(typeof value)] ?? "string";
const tags = (attributes: Step["attributes"]): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, type: typeOf(value), value }));
const span = ({ id, above, name, attributes, failed, at }: Step, more: object = {}): object => ({
  traceID: TRACE,
  spanID: id,
  flags: 1,
  operationName: name,
  references: above === undefined ? [] : [{ refType: "CHILD_OF", traceID: TRACE, spanID: above }],
  startTime: micros(at),
  duration: 5,
  tags: [...tags(attributes), ...(failed === true ? tags({ error: true }) : [])],
  logs: [],
  processID: "p1",
  warnings: null,
  ...more,
});
const processes = { p1: { serviceName: "desk", tags: [] } };
const api = (...spans: object[]): readonly unknown[] => [
  { data: [{ traceID: TRACE, spans, processes }], total: 0, limit: 0, offset: 0, errors: null },
];
/** A span as its store keeps it: every tag's value is a text. */
const stored = (step: Step): object => ({
  ...span(step),
  tags: tags({ ...step.attributes, ...(step.failed === true && { error: true }) }).map((tag) => ({
    ...tag,
    value: String(Object(tag).value),
  })),
  processID: undefined,
  process: { serviceName: "desk", tags: [] },
  startTimeMillis: micros(step.at) / 1000,
});
/** A span as the protocol's JSON writes it: ids in base64, values by their type. */
const proto = (step: Step): object => ({
  traceId: base64(TRACE),
  spanId: base64(step.id),
  operationName: step.name,
  ...(step.above !== undefined && {
    references: [{ traceId: base64(TRACE), spanId: base64(step.above), refType: "CHILD_OF" }],
  }),
  startTime: secondsAfter(step.at),
  duration: "0.005s",
  tags: [
    ...Object.entries(step.attributes).map(([key, vStr]) => ({ key, vStr })),
    ...(step.failed === true ? [{ key: "error", vType: "BOOL", vBool: true }] : []),
  ],
  process: { serviceName: "desk" },
});

/** Jaeger: the UI's model, a span of its stores, the protocol's JSON (1.60 to 2.10). */
export const JAEGER: readonly Row[] = [
  { of: "the API's answer", content: api(span(AGENT), span(PAY)), calls: PAID },
  {
    of: "the older parentSpanID",
    content: api(span(AGENT), span(PAY, { references: undefined, parentSpanID: ROOT })),
    calls: PAID,
  },
  {
    of: "members in the other order",
    content: api(reversed(span(PAY)), reversed(span(AGENT))).map((value) =>
      reversed(Object(value)),
    ),
    calls: PAID,
  },
  {
    of: "the parent among references to other traces",
    content: api(
      span(AGENT),
      span(PAY, {
        references: [
          { refType: "FOLLOWS_FROM", traceID: "ff".repeat(16), spanID: "ff".repeat(8) },
          { refType: "CHILD_OF", traceID: TRACE, spanID: ROOT },
        ],
      }),
    ),
    calls: PAID,
  },
  {
    of: "a failure that only the status of OpenTelemetry tells",
    content: api(
      span(AGENT),
      span({
        ...PAY,
        failed: false,
        attributes: { ...PAY.attributes, "otel.status_code": "ERROR" },
      }),
    ),
    calls: PAID,
  },
  {
    of: "two traces, whose processes have the same id",
    content: [
      {
        data: ["desk", "shop"].map((serviceName, index) => ({
          traceID: `${index}`.repeat(32),
          spans: [
            { ...span(toolStep("pay", "{}")), traceID: `${index}`.repeat(32), references: [] },
          ],
          processes: { p1: { serviceName, tags: [] } },
        })),
      },
    ],
    calls: [`[${"0".repeat(32)}] desk: pay {} ok`, `[${"1".repeat(32)}] shop: pay {} ok`],
  },
  {
    of: "arguments in a log of the span",
    content: api(
      span(AGENT),
      span(toolStep("pay"), {
        logs: [
          {
            timestamp: micros(1),
            fields: tags({ event: "gen_ai.tool.message", content: '{"to": "Łódź 🚀"}' }),
          },
        ],
      }),
    ),
    calls: ['[s-1] travel: for ann pay {"to":"Łódź 🚀"} ok'],
  },
  {
    of: "the request of an MCP server's tool, beside a tool without arguments",
    content: api(span(AGENT), span(toolStep("pay")), span(mcpStep("search", "files.example"))),
    calls: [
      "[s-1] travel: for ann pay ok",
      "[s-1] travel: for ann mcp_request files.example/search {} ok",
    ],
  },
  { of: "spans of a store, a line each", content: [stored(AGENT), stored(PAY)], calls: PAID },
  {
    of: "documents of a search engine, as a dump writes them",
    content: [PAY, AGENT].map((step) => ({
      _index: "jaeger-span-2026-03-02",
      _id: "x",
      _source: stored(step),
    })),
    calls: PAID,
  },
  {
    of: "tags kept as fields, their dots as @",
    content: [AGENT, PAY].map((step) => ({
      ...stored(step),
      tags: [],
      tag: Object.fromEntries(
        Object.entries({ ...step.attributes, ...(step.failed === true && { error: true }) }).map(
          ([key, value]) => [key.replaceAll(".", "@"), value],
        ),
      ),
    })),
    calls: PAID,
  },
  { of: "the protocol's JSON, ids in base64", content: [proto(AGENT), proto(PAY)], calls: PAID },
  {
    of: "the API's third version: OTLP in a result",
    content: [
      {
        result: {
          resourceSpans: [
            {
              scopeSpans: [
                {
                  spans: [AGENT, PAY].map(({ id, above, name, attributes, failed, at }) => ({
                    traceId: TRACE,
                    spanId: id,
                    parentSpanId: above ?? "",
                    name,
                    startTimeUnixNano: nanos(at),
                    attributes: listed(attributes),
                    status: failed === true ? { code: 2 } : {},
                  })),
                },
              ],
            },
          ],
        },
      },
    ],
    calls: PAID,
  },
  {
    of: "a span without its id is counted, if it may be a call",
    content: api(
      span(AGENT),
      span(PAY),
      span(toolStep("pay", "{}", { id: SECOND }), { spanID: undefined }),
    ),
    calls: PAID,
    kinds: ["1 a span that may be a call, without trace id or span id"],
  },
];
