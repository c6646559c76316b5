import type { Row } from "../chat-formats/row.ts";
import {
  LEAF,
  listed,
  micros,
  nanos,
  nested,
  PAID,
  reversed,
  ROOT,
  SECOND,
  secondsAfter,
  TRACE,
} from "./trace.ts";

interface Traced {
  readonly id: string;
  readonly above?: string;
  readonly kind: string;
  readonly name: string;
  readonly at: number;
  readonly failed?: boolean;
  readonly attributes: { readonly [key: string]: unknown };
}

const AGENT: Traced = {
  id: ROOT,
  kind: "AGENT",
  name: "travel",
  at: 0,
  attributes: { "agent.name": "travel", "session.id": "s-1", "user.id": "ann" },
};
const tool = (attributes: object, more: Partial<Traced> = {}): Traced => ({
  id: LEAF,
  above: ROOT,
  kind: "TOOL",
  name: "pay",
  at: 1,
  ...more,
  attributes: { "tool.name": "pay", ...attributes },
});
const PAY = tool(
  { "input.value": '{"amount": 5}', "input.mime_type": "application/json" },
  { failed: true },
);
const marked = ({ kind, attributes }: Traced): Traced["attributes"] => ({
  "openinference.span.kind": kind,
  ...attributes,
});
const span = (one: Traced, attributes: object = marked(one), more: object = {}): object => ({
  id: "U3BhbjoxMg==",
  name: one.name,
  context: { trace_id: TRACE, span_id: one.id },
  span_kind: one.kind,
  parent_id: one.above ?? null,
  start_time: secondsAfter(one.at),
  end_time: secondsAfter(one.at + 1),
  status_code: one.failed === true ? "ERROR" : "OK",
  status_message: "",
  attributes,
  events: [],
  ...more,
});
const page = (...data: object[]): readonly unknown[] => [{ data, next_cursor: null }];
const framed = (one: Traced): object => ({
  name: one.name,
  span_kind: one.kind,
  parent_id: one.above ?? null,
  start_time: micros(one.at) / 1000,
  status_code: one.failed === true ? "ERROR" : "OK",
  "context.trace_id": TRACE,
  "context.span_id": one.id,
  ...Object.fromEntries(
    Object.entries(marked(one)).map(([key, value]) => [`attributes.${key}`, value]),
  ),
});
const otlp = (one: Traced): object => ({
  trace_id: TRACE,
  span_id: one.id,
  parent_span_id: one.above ?? null,
  name: one.name,
  start_time_unix_nano: nanos(one.at),
  attributes: listed(marked(one)),
  status: { code: one.failed === true ? 2 : 1 },
});
const columns = (rows: readonly object[]): object =>
  Object.fromEntries(
    [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => [
      name,
      Object.fromEntries(rows.map((row, index) => [String(index), Object(row)[name] ?? null])),
    ]),
  );

/** Phoenix: its API of spans and its data frames (12.0). */
export const PHOENIX: readonly Row[] = [
  { of: "a page of the API", content: page(span(AGENT), span(PAY)), calls: PAID },
  {
    of: "attributes in objects",
    content: [AGENT, PAY].map((one) => span(one, nested(marked(one)))),
    calls: PAID,
  },
  {
    of: "the latest first, members in the other order",
    content: page(reversed(span(PAY)), reversed(span(AGENT))),
    calls: PAID,
  },
  { of: "the API of spans as OTLP", content: page(otlp(AGENT), otlp(PAY)), calls: PAID },
  { of: "a data frame, a row a line", content: [framed(AGENT), framed(PAY)], calls: PAID },
  { of: "a data frame, rows in a list", content: [[framed(PAY), framed(AGENT)]], calls: PAID },
  {
    of: "a data frame, columns by their names",
    content: [columns([framed(AGENT), framed(PAY)])],
    calls: PAID,
  },
  {
    of: "a data frame, columns, rows and index apart",
    content: [
      {
        columns: Object.keys(framed(PAY)),
        index: [0],
        data: [Object.values(framed(PAY))],
      },
    ],
    calls: [`[${TRACE}] pay {"amount":5} error`],
  },
  {
    of: "a kind that stands beside the attributes alone",
    content: page(span(AGENT, AGENT.attributes), span(PAY, PAY.attributes)),
    calls: PAID,
  },
  {
    of: "an exception among the events",
    content: page(
      span(AGENT),
      span({ ...PAY, failed: false }, undefined, {
        status_code: "UNSET",
        events: [
          {
            name: "exception",
            timestamp: secondsAfter(1),
            attributes: { "exception.type": "ValueError", "exception.message": "declined" },
          },
        ],
      }),
    ),
    calls: PAID,
  },
  {
    of: "a tool's definition is no argument; none, and some in Japanese",
    content: page(
      span(AGENT),
      span(tool({ "tool.parameters": '{"amount": {"type": "number"}}' })),
      span(tool({}, { id: SECOND })),
      span(tool({ "input.value": '{"宛先":"東京"}' }, { id: "1".repeat(16), at: 2 })),
    ),
    calls: [
      "[s-1] travel: for ann pay ok",
      "[s-1] travel: for ann pay ok",
      '[s-1] travel: for ann pay {"宛先":"東京"} ok',
    ],
  },
  {
    of: "steps of other kinds are no calls",
    content: page(
      span(AGENT),
      ...[
        "LLM",
        "CHAIN",
        "RETRIEVER",
        "EMBEDDING",
        "RERANKER",
        "GUARDRAIL",
        "EVALUATOR",
        "PROMPT",
      ].map((kind, index) =>
        span({ ...AGENT, kind, id: `${index}`.repeat(16), above: ROOT, attributes: {} }),
      ),
      span(PAY),
    ),
    calls: PAID,
  },
  {
    of: "a step of an unknown kind that has a tool is counted",
    content: page(
      span(AGENT),
      span(PAY),
      span(tool({}, { id: SECOND, kind: "UNKNOWN" }), { "tool.name": "pay" }),
    ),
    calls: PAID,
    kinds: ["1 a span with the attribute `tool.name`"],
  },
];
