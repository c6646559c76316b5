import type { Json } from "../../request/json.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import type { ImportFile } from "./importer.ts";

/** The shapes of OTLP's messages (opentelemetry-proto 1.11), as far as calls are told by them. */
type Shape = ReadonlyMap<number, Field>;
interface Field {
  readonly name: string;
  readonly kind:
    | "text"
    | "hex"
    | "base64"
    | "varint"
    | "bool"
    | "fixed64"
    | "double"
    | (() => Shape);
  readonly many?: true;
}

const ANY: Shape = new Map<number, Field>([
  [1, { name: "stringValue", kind: "text" }],
  [2, { name: "boolValue", kind: "bool" }],
  [3, { name: "intValue", kind: "varint" }],
  [4, { name: "doubleValue", kind: "double" }],
  [5, { name: "arrayValue", kind: () => listOf(ANY) }],
  [6, { name: "kvlistValue", kind: () => listOf(PAIR) }],
  [7, { name: "bytesValue", kind: "base64" }],
]);
const PAIR: Shape = new Map<number, Field>([
  [1, { name: "key", kind: "text" }],
  [2, { name: "value", kind: () => ANY }],
]);
const RESOURCE: Shape = new Map<number, Field>([
  [1, { name: "attributes", kind: () => PAIR, many: true }],
]);
const SCOPE: Shape = new Map<number, Field>([[1, { name: "name", kind: "text" }]]);
const STATUS: Shape = new Map<number, Field>([[3, { name: "code", kind: "varint" }]]);
const EVENT: Shape = new Map<number, Field>([
  [1, { name: "timeUnixNano", kind: "fixed64" }],
  [2, { name: "name", kind: "text" }],
  [3, { name: "attributes", kind: () => PAIR, many: true }],
]);
const LINK: Shape = new Map<number, Field>([[1, { name: "traceId", kind: "hex" }]]);
const SPAN: Shape = new Map<number, Field>([
  [1, { name: "traceId", kind: "hex" }],
  [2, { name: "spanId", kind: "hex" }],
  [4, { name: "parentSpanId", kind: "hex" }],
  [5, { name: "name", kind: "text" }],
  [6, { name: "kind", kind: "varint" }],
  [7, { name: "startTimeUnixNano", kind: "fixed64" }],
  [8, { name: "endTimeUnixNano", kind: "fixed64" }],
  [9, { name: "attributes", kind: () => PAIR, many: true }],
  [11, { name: "events", kind: () => EVENT, many: true }],
  [13, { name: "links", kind: () => LINK, many: true }],
  [15, { name: "status", kind: () => STATUS }],
]);
const LOG: Shape = new Map<number, Field>([
  [1, { name: "timeUnixNano", kind: "fixed64" }],
  [5, { name: "body", kind: () => ANY }],
  [6, { name: "attributes", kind: () => PAIR, many: true }],
  [11, { name: "observedTimeUnixNano", kind: "fixed64" }],
  [12, { name: "eventName", kind: "text" }],
]);
const TRACES = documentOf("resourceSpans", "scopeSpans", { name: "spans", shape: SPAN });
const LOGS = documentOf("resourceLogs", "scopeLogs", { name: "logRecords", shape: LOG });

function listOf(shape: Shape): Shape {
  return new Map<number, Field>([[1, { name: "values", kind: () => shape, many: true }]]);
}

function documentOf(
  resources: string,
  scopes: string,
  items: { readonly name: string; readonly shape: Shape },
): Shape {
  const scope: Shape = new Map<number, Field>([
    [1, { name: "scope", kind: () => SCOPE }],
    [2, { name: items.name, kind: () => items.shape, many: true }],
  ]);
  const resource: Shape = new Map<number, Field>([
    [1, { name: "resource", kind: () => RESOURCE }],
    [2, { name: scopes, kind: () => scope, many: true }],
  ]);
  return new Map<number, Field>([[1, { name: resources, kind: () => resource, many: true }]]);
}

/** Thrown where bytes are no message of the shape. */
class MismatchError extends Error {}

const DEEPEST = 64;
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
const TEXT = new TextDecoder("utf-8", { fatal: false });

/** Reads one message; unknown fields are passed over, as protobuf has it. */
class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#end = end;
  }

  read(shape: Shape, depth = 0): { [name: string]: Json } {
    if (depth > DEEPEST) throw new MismatchError("too deep");
    const found: { [name: string]: Json } = {};
    const lists = new Map<string, Json[]>();
    while (this.#at < this.#end) {
      const tag = Number(this.#varint());
      const field = shape.get(tag >>> 3);
      if (field === undefined) {
        this.#skip(tag & 7);
        continue;
      }
      const value = this.#value(field, tag & 7, depth);
      if (field.many !== true) found[field.name] = value;
      else {
        const list = lists.get(field.name);
        if (list === undefined) lists.set(field.name, [value]);
        else list.push(value);
      }
    }
    return { ...found, ...Object.fromEntries(lists) };
  }

  #value({ kind }: Field, wire: number, depth: number): Json {
    if (typeof kind === "function") {
      const [start, end] = this.#span(wire);
      return new MessageReader(this.#bytes, start, end).read(kind(), depth + 1);
    }
    if (kind === "varint" || kind === "bool") {
      if (wire !== VARINT) throw new MismatchError(kind);
      const number = BigInt.asIntN(64, this.#varint());
      if (kind === "bool") return number !== 0n;
      return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
    }
    if (kind === "fixed64" || kind === "double") {
      if (wire !== FIXED64) throw new MismatchError(kind);
      const at = this.#take(8);
      return kind === "double"
        ? this.#view.getFloat64(at, true)
        : String(this.#view.getBigUint64(at, true));
    }
    const [start, end] = this.#span(wire);
    const part = this.#bytes.subarray(start, end);
    if (kind === "text") return TEXT.decode(part);
    const bytes = [...part];
    return kind === "hex"
      ? bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")
      : btoa(String.fromCharCode(...bytes.slice(0, 4096)));
  }

  #skip(wire: number): void {
    if (wire === VARINT) this.#varint();
    else if (wire === FIXED64) this.#take(8);
    else if (wire === FIXED32) this.#take(4);
    else this.#span(wire);
  }

  #span(wire: number): readonly [number, number] {
    if (wire !== BYTES) throw new MismatchError("no bytes");
    const length = Number(this.#varint());
    const start = this.#take(length);
    return [start, start + length];
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#end) throw new MismatchError("cut off");
    this.#at += length;
    return at;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new MismatchError("no number");
  }
}

/** How long a file of messages may be, in bytes: it is read whole. */
const LONGEST = 512 * 1024 * 1024;

/**
 * The messages of an OTLP/protobuf file as OTLP/JSON has them: one, or as the collector's file
 * exporter writes them, each behind its length. What is no such message is a `TraceError`.
 */
export async function readOtlpProtobuf(file: ImportFile): Promise<readonly Json[]> {
  const bytes = await allBytes(file);
  const framed = frames(bytes);
  try {
    return (framed ?? [bytes]).map(messageOf);
  } catch (error) {
    if (!(error instanceof MismatchError)) throw error;
    throw new TraceError(
      `cannot read \`${file.name}\`: it is binary, but not protobuf with OTLP traces or logs`,
    );
  }
}

function messageOf(bytes: Uint8Array): Json {
  try {
    return new MessageReader(bytes).read(TRACES);
  } catch (error) {
    if (!(error instanceof MismatchError)) throw error;
    return new MessageReader(bytes).read(LOGS);
  }
}

/** The messages that stand behind their lengths; undefined where the file is not written so. */
function frames(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const length = view.getUint32(at);
    if (length === 0 || at + 4 + length > bytes.length) return undefined;
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

async function allBytes(file: ImportFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.open()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST)
      throw new TraceError(
        `cannot read \`${file.name}\`: the maximum for protobuf is ${LONGEST} bytes`,
      );
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
