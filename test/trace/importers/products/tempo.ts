import type { Row } from "../chat-formats/row.ts";
import {
  AGENT,
  base64,
  LEAF,
  listed,
  mcpStep,
  nanos,
  PAID,
  PAY,
  reversed,
  SECOND,
  type Step,
  toolStep,
  TRACE,
} from "./trace.ts";

const span = ({ id, above, name, attributes, failed, at }: Step, more: object = {}): object => ({
  traceId: base64(TRACE),
  spanId: base64(id),
  ...(above !== undefined && { parentSpanId: base64(above) }),
  name,
  kind: "SPAN_KIND_INTERNAL",
  startTimeUnixNano: nanos(at),
  endTimeUnixNano: nanos(at + 1),
  attributes: listed(attributes),
  status: failed === true ? { code: "STATUS_CODE_ERROR", message: "declined" } : {},
  ...more,
});
const resource = { attributes: listed({ "service.name": "desk" }) };
const batch = (...spans: object[]): object => ({ resource, scopeSpans: [{ scope: {}, spans }] });
/** A span of a search's answer: only what the query selected is among its attributes. */
const found = ({ id, name, attributes, failed, at }: Step): object => ({
  spanID: id,
  name,
  startTimeUnixNano: nanos(at),
  durationNanos: "5",
  attributes: listed({ ...attributes, ...(failed === true && { status: "error" }) }),
});
const search = (more: (spans: object[]) => object): readonly unknown[] => [
  {
    traces: [
      {
        traceID: TRACE,
        rootServiceName: "desk",
        rootTraceName: AGENT.name,
        startTimeUnixNano: nanos(0),
        durationMs: 557,
        ...more([found(AGENT), found(PAY)]),
      },
    ],
    metrics: { totalBlocks: 13 },
  },
];

/** Tempo's API of traces, versions 1 and 2, and its search (2.4 to 2.9). */
export const TEMPO: readonly Row[] = [
  {
    of: "a trace of the API",
    content: [{ batches: [batch(span(AGENT), span(PAY))] }],
    calls: PAID,
  },
  {
    of: "a trace of the API's second version",
    content: [{ trace: { resourceSpans: [batch(span(AGENT), span(PAY))] } }],
    calls: PAID,
  },
  {
    of: "a part of a trace, with why",
    content: [
      {
        message: "trace exceeds max size",
        status: "PARTIAL",
        trace: { resourceSpans: [batch(span(PAY))] },
        metrics: { inspectedBytes: "1" },
      },
    ],
    calls: [`[${base64(TRACE)}] desk: pay {"amount":5} error`],
  },
  {
    of: "the older name of scopes",
    content: [
      {
        batches: [{ resource, instrumentationLibrarySpans: [{ spans: [span(AGENT), span(PAY)] }] }],
      },
    ],
    calls: PAID,
  },
  {
    of: "batches of several services",
    content: [
      {
        batches: [
          batch(span(PAY)),
          { ...batch(span(AGENT)), resource: { attributes: listed({ "service.name": "front" }) } },
        ],
      },
    ],
    calls: PAID,
  },
  {
    of: "members in the other order",
    content: [{ batches: [reversed(batch(reversed(span(PAY)), reversed(span(AGENT))))] }],
    calls: PAID,
  },
  {
    of: "ids in hexadecimal, as Grafana saves a trace",
    content: [
      {
        batches: [
          batch(
            ...[AGENT, PAY].map((step) => ({
              ...span(step),
              traceId: TRACE,
              spanId: step.id,
              parentSpanId: step.above ?? "",
            })),
          ),
        ],
      },
    ],
    calls: PAID,
  },
  {
    of: "arguments as a map of lists, numbers and truth values",
    content: [
      {
        batches: [
          batch(span(AGENT), span(toolStep("pay", { to: ["a", "b"], n: 5, r: 1.5, now: true }))),
        ],
      },
    ],
    calls: ['[s-1] travel: for ann pay {"to":["a","b"],"n":5,"r":1.5,"now":true} ok'],
  },
  {
    of: "arguments in an event of the span",
    content: [
      {
        batches: [
          batch(
            span(AGENT),
            span(toolStep("pay"), {
              events: [
                { name: "gen_ai.tool.message", attributes: listed({ content: '{"amount": 5}' }) },
              ],
            }),
          ),
        ],
      },
    ],
    calls: ['[s-1] travel: for ann pay {"amount":5} ok'],
  },
  {
    of: "traces one after the other, a line each, with an MCP request",
    content: [
      { batches: [batch(span(AGENT), span(PAY))] },
      { batches: [batch(span({ ...mcpStep("search", "files.example"), id: SECOND }))] },
    ],
    calls: [...PAID, "[s-1] travel: for ann mcp_request files.example/search {} ok"],
  },
  {
    of: "a search's answer",
    content: search((spans) => ({ spanSets: [{ spans, matched: 2 }] })),
    calls: ['[s-1] for ann pay {"amount":5} error'],
  },
  {
    of: "a search's answer that has the spans twice",
    content: search((spans) => ({
      spanSet: { spans, matched: 2 },
      spanSets: [{ spans, matched: 2 }],
    })),
    calls: ['[s-1] for ann pay {"amount":5} error'],
  },
  {
    of: "an empty trace beside one that is not",
    content: [
      { batches: [] },
      { batches: [batch(span(AGENT), span(PAY, { spanId: base64(LEAF) }))] },
    ],
    calls: PAID,
    causes: ["an object contains no spans"],
  },
];
