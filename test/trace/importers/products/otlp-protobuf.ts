import type { Row } from "../chat-formats/row.ts";
import {
  AGENT,
  LEAF,
  mcpStep,
  nanos,
  PAID,
  PAY,
  ROOT,
  type Step,
  toolStep,
  TRACE,
} from "./trace.ts";

type Bytes = readonly number[];

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const bytes = (field: number, content: Bytes): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const wide = (field: number, write: (buffer: Buffer) => void): number[] => {
  const buffer = Buffer.alloc(8);
  write(buffer);
  return [...varint(field * 8 + 1), ...buffer];
};
const fixed = (field: number, value: string): number[] =>
  wide(field, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
const hex = (field: number, value: string): number[] =>
  bytes(field, [...Buffer.from(value, "hex")]);

function anyValue(value: unknown): Bytes {
  if (typeof value === "string") return text(1, value);
  if (typeof value === "boolean") return number(2, value ? 1 : 0);
  if (typeof value === "number")
    return Number.isInteger(value)
      ? number(3, value)
      : wide(4, (buffer) => buffer.writeDoubleLE(value));
  if (value instanceof Uint8Array) return bytes(7, [...value]);
  if (Array.isArray(value))
    return bytes(
      5,
      value.flatMap((each) => bytes(1, anyValue(each))),
    );
  return bytes(6, pairs(1, { ...Object(value) }));
}

function pairs(field: number, attributes: Step["attributes"]): number[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    bytes(field, [...text(1, key), ...bytes(2, anyValue(value))]),
  );
}

/** A span as the protocol writes it; `more` stands at its end. */
function span({ id, above, name, attributes, failed, at }: Step, more: Bytes = []): number[] {
  return [
    ...hex(1, TRACE),
    ...hex(2, id),
    ...(above === undefined ? [] : hex(4, above)),
    ...text(5, name),
    ...number(6, 1),
    ...fixed(7, nanos(at)),
    ...fixed(8, nanos(at + 1)),
    ...pairs(9, attributes),
    ...more,
    ...(failed === true ? bytes(15, [...text(2, "declined"), ...number(3, 2)]) : []),
  ];
}

const resource = (service: string): number[] => bytes(1, pairs(1, { "service.name": service }));
const scope = bytes(1, text(1, "instrumentation"));

/** An export request with these spans, or log records, of one resource and scope. */
function request(items: readonly Bytes[], about: Bytes = resource("desk")): number[] {
  return bytes(1, [...about, ...bytes(2, [...scope, ...items.flatMap((item) => bytes(2, item))])]);
}

/** A message behind its length, as the collector's exporter of files writes them. */
function framed(message: Bytes): number[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return [...length, ...message];
}

function record(event: string, attributes: Step["attributes"]): number[] {
  return [
    ...fixed(1, nanos(1)),
    ...number(2, 9),
    ...bytes(5, anyValue(event)),
    ...pairs(6, attributes),
  ];
}

const LOG = record("claude_code.tool_result", {
  "session.id": "s-1",
  "user.email": "ann",
  tool_name: "Read",
  tool_use_id: "t1",
  success: "true",
});
const LOGGED = "[s-1] claude-code: for ann host/Read ok";
const TRACES = request([span(AGENT), span(PAY)]);
const row = (
  of: string,
  content: Bytes,
  calls: readonly string[],
  more: Partial<Row> = {},
): Row => ({
  of,
  file: "spans.pb",
  content: Uint8Array.from(content),
  calls,
  ...more,
});

/** A message of traces, whose parts other tests cut off. */
export const OTLP_MESSAGE: Bytes = TRACES;

/** OTLP's protobuf, as one message and as the collector's exporter writes files (1.3 to 1.9). */
export const OTLP_PROTOBUF: readonly Row[] = [
  row("one message of traces", TRACES, PAID),
  row(
    "messages behind their lengths",
    [...framed(request([span(PAY)])), ...framed(request([span(AGENT)]))],
    PAID,
  ),
  row("a message of logs", request([LOG], resource("claude-code")), [LOGGED]),
  row(
    "traces and logs in one file",
    [...framed(TRACES), ...framed(request([LOG], resource("claude-code")))],
    [...PAID, LOGGED],
  ),
  row(
    "arguments as a map: lists, numbers, truth values, maps",
    request([
      span(AGENT),
      span(toolStep("pay", { to: ["ä", "b"], n: 500, r: 1.5, now: true, in: { a: 1 } })),
    ]),
    ['[s-1] travel: for ann pay {"to":["ä","b"],"n":500,"r":1.5,"now":true,"in":{"a":1}} ok'],
  ),
  row("a tool without arguments", request([span(AGENT), span(toolStep("pay"))]), [
    "[s-1] travel: for ann pay ok",
  ]),
  row("an MCP request", request([span(AGENT), span(mcpStep("search", "files.example"))]), [
    "[s-1] travel: for ann mcp_request files.example/search {} ok",
  ]),
  row(
    "arguments in an event of the span",
    request([
      span(AGENT),
      span(
        toolStep("pay"),
        bytes(11, [
          ...fixed(1, nanos(1)),
          ...text(2, "gen_ai.tool.message"),
          ...pairs(3, { content: '{"amount": 5}' }),
        ]),
      ),
    ]),
    ['[s-1] travel: for ann pay {"amount":5} ok'],
  ),
  row(
    "fields that are not known, of each kind, are passed over",
    request([
      span(AGENT, [
        ...number(60, 7),
        ...fixed(61, "9"),
        ...text(62, "x"),
        ...varint(63 * 8 + 5),
        1,
        2,
        3,
        4,
      ]),
      span(PAY),
    ]),
    PAID,
  ),
  row(
    "several resources: who has no agent is the service",
    [
      ...request([span({ ...toolStep("a", "{}"), above: undefined, id: ROOT })], resource("front")),
      ...request([span({ ...toolStep("b", "{}"), above: undefined, id: LEAF })], resource("back")),
    ],
    [`[${TRACE}] front: a {} ok`, `[${TRACE}] back: b {} ok`],
  ),
  row(
    "links, states, flags and counts beside them",
    request([
      span(AGENT, [
        ...text(3, "x=y"),
        ...number(10, 1),
        ...number(12, 1),
        ...bytes(13, [...hex(1, TRACE), ...hex(2, ROOT)]),
        ...number(14, 1),
      ]),
      span(PAY),
    ]),
    PAID,
  ),
  row(
    "no resource, no scope",
    bytes(1, bytes(2, [...bytes(2, span(AGENT)), ...bytes(2, span(PAY))])),
    PAID,
  ),
  row(
    "a long name: its length takes two bytes",
    request([span({ ...AGENT, name: "x".repeat(300) }), span(PAY)]),
    PAID,
  ),
  row(
    "bytes among the attributes",
    request([
      span({ ...AGENT, attributes: { ...AGENT.attributes, blob: Uint8Array.of(1, 2, 255) } }),
      span(PAY),
    ]),
    PAID,
  ),
];
