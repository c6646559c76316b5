import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { formatTime } from "../time.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";
import type { Span } from "./span.ts";
import { SpanForest } from "./span-forest.ts";

/**
 * OpenTelemetry spans as OTLP/JSON: GenAI and MCP conventions, OpenInference and their kin
 * (docs/importers/otel.md).
 */
export const otel: Importer = {
  name: "otel",
  title:
    "OpenTelemetry OTLP/JSON and collector files: GenAI and MCP spans, OpenInference, OpenLLMetry, AI SDK",
  recognises,
  convert,
};

function recognises({ text }: ImportSample): boolean {
  return (
    /"resourceSpans"\s*:/.test(text) ||
    /"scopeSpans"\s*:/.test(text) ||
    (/"(gen_ai\.operation\.name|openinference\.span\.kind)"\s*:\s*"/.test(text) &&
      !/"observations"\s*:/.test(text))
  );
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const forest = new SpanForest({ file, options, tally });
  const reader = new OtlpReader(file, tally, (span) => forest.add(span));
  for await (const items of readJson(file, tally)) {
    for (const { value, line } of items) reader.read(value, line);
    yield forest.take();
  }
  yield forest.end();
}

/** Finds the spans in OTLP/JSON values. */
class OtlpReader {
  readonly #file: ImportFile;
  readonly #tally: ImportTally;
  readonly #onSpan: (span: Span) => void;
  #loose = 0;

  constructor(file: ImportFile, tally: ImportTally, onSpan: (span: Span) => void) {
    this.#file = file;
    this.#tally = tally;
    this.#onSpan = onSpan;
  }

  read(value: unknown, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("a value is no object", line);
    const resources = listMember(value, ["resourceSpans", "resource_spans"]);
    if (resources !== undefined)
      for (const resource of resources) this.#readResource(resource, line);
    else if (listMember(value, SCOPES) !== undefined) this.#readResource(value, line);
    else if (listMember(value, ["resourceLogs", "resourceMetrics"]) !== undefined)
      this.#tally.addNote("logs and metrics hold no calls, and are left out");
    else this.#readBare(value, line);
  }

  #readResource(value: Json, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("resource spans are no object", line);
    const resource = attributesOf(objectMember(value, "resource"));
    for (const scope of listMember(value, SCOPES) ?? []) {
      const spans = isJsonObject(scope) ? listMember(scope, ["spans"]) : undefined;
      if (spans === undefined) this.#refuse("a scope has no list of spans", line);
      for (const span of spans ?? []) this.#readSpan(span, resource, line);
    }
  }

  /** A span by itself, or its attributes alone, as tests and debug exporters write them. */
  #readBare(value: JsonObject, line: number): void {
    const context = objectMember(value, "context");
    const attributes = objectMember(value, "attributes");
    if (stringMember(value, "spanId") !== undefined || stringMember(value, "span_id") !== undefined)
      return this.#readSpan(value, {}, line);
    if (context !== undefined && attributes !== undefined)
      return this.#readSpan(
        {
          ...value,
          trace_id: stringMember(context, "trace_id"),
          span_id: stringMember(context, "span_id"),
          parentSpanId: stringMember(value, "parent_id"),
        },
        attributesOf(objectMember(value, "resource")),
        line,
      );
    if (!Object.keys(value).some((key) => /^(gen_ai|openinference|mcp)\./.test(key)))
      return this.#refuse("an object holds no spans", line);
    this.#onSpan({
      trace: this.#file.relative,
      id: `${line}.${this.#loose++}`,
      parent: undefined,
      name: "",
      start: undefined,
      order: "",
      attributes: value,
      resource: {},
      kind: undefined,
      failed: false,
      type: undefined,
      input: undefined,
      output: undefined,
      line,
    });
  }

  #readSpan(value: Json, resource: JsonObject, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("a span is no object", line);
    const [trace, id] = [text(value, ["traceId", "trace_id"]), text(value, ["spanId", "span_id"])];
    if (trace === undefined || id === undefined)
      return this.#refuse("a span has no trace id or span id", line);
    const start = nanoseconds(
      member(value, "startTimeUnixNano") ??
        member(value, "start_time_unix_nano") ??
        member(value, "start_time"),
    );
    const status = objectMember(value, "status");
    const code = member(status, "code") ?? member(status, "status_code");
    this.#onSpan({
      trace: trace.toLowerCase().replace(/^0x/, ""),
      id: id.toLowerCase().replace(/^0x/, ""),
      parent: text(value, ["parentSpanId", "parent_span_id"])?.toLowerCase().replace(/^0x/, ""),
      name: stringMember(value, "name") ?? "",
      start: start?.text,
      order: start?.order ?? "",
      attributes: { ...eventAttributes(value), ...attributesOf(value) },
      resource,
      kind: kindOf(member(value, "kind")),
      failed: code === 2 || code === "STATUS_CODE_ERROR" || code === "ERROR",
      type: undefined,
      input: undefined,
      output: undefined,
      line,
    });
  }

  #refuse(cause: string, line: number): void {
    this.#tally.addUnreadable(cause, this.#file.name, line);
  }
}

const SCOPES = ["scopeSpans", "instrumentationLibrarySpans", "scope_spans"] as const;

function listMember(value: JsonObject, names: readonly string[]): readonly Json[] | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (Array.isArray(found)) return found;
  }
  return undefined;
}

function text(value: JsonObject, names: readonly string[]): string | undefined {
  return names
    .map((name) => stringMember(value, name))
    .find((found) => found !== undefined && found !== "");
}

function kindOf(kind: Json | undefined): number | undefined {
  if (typeof kind === "number") return kind;
  return typeof kind === "string" && /SERVER$/.test(kind) ? 2 : undefined;
}

/** Attributes as OTLP lists them (`{key, value}`), or as a plain object. */
function attributesOf(holder: JsonObject | undefined): JsonObject {
  const written = member(holder, "attributes");
  if (isJsonObject(written)) return written;
  if (!Array.isArray(written)) return {};
  const entries = written.flatMap((item) => {
    const key = isJsonObject(item) ? stringMember(item, "key") : undefined;
    return key === undefined || !isJsonObject(item)
      ? []
      : [[key, anyValue(member(item, "value"))] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * WHY: some frameworks write arguments and results as events of the span (`gen_ai.tool.message`,
 * `gen_ai.choice`).
 */
function eventAttributes(span: JsonObject): JsonObject {
  const events = member(span, "events");
  const found: { [key: string]: Json | undefined } = {};
  for (const event of Array.isArray(events) ? events.filter(isJsonObject) : []) {
    const name = stringMember(event, "name");
    const attributes = attributesOf(event);
    if (name === "gen_ai.tool.message")
      found["gen_ai.tool.message"] = { content: member(attributes, "content") };
    else if (name === "gen_ai.choice")
      found["gen_ai.tool.output"] = member(attributes, "message") ?? member(attributes, "content");
    else if (name === "exception") found["exception.type"] = member(attributes, "exception.type");
    else if (name === "gen_ai.client.inference.operation.details") Object.assign(found, attributes);
  }
  return found;
}

/** An OTLP AnyValue as plain JSON; integers beyond 2^53 stay text. */
function anyValue(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value)) return value;
  const list = member(objectMember(value, "arrayValue"), "values");
  if (Array.isArray(list)) return list.map((item) => anyValue(item) ?? null);
  const map = objectMember(value, "kvlistValue");
  if (map !== undefined) return attributesOf({ attributes: member(map, "values") });
  const whole = member(value, "intValue");
  if (typeof whole === "string") return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  return (
    member(value, "stringValue") ??
    member(value, "boolValue") ??
    whole ??
    member(value, "doubleValue") ??
    member(value, "bytesValue")
  );
}

/**
 * Nanoseconds since 1970 (digits, since they exceed what a number holds) or RFC 3339 text; zero is
 * no time.
 */
function nanoseconds(
  written: Json | undefined,
): { readonly text: string; readonly order: string } | undefined {
  if (typeof written === "string" && /^\d{4}-/.test(written))
    return { text: written, order: written };
  const digits = typeof written === "number" ? String(Math.round(written)) : written;
  if (typeof digits !== "string" || !/^\d{1,20}$/.test(digits) || /^0+$/.test(digits))
    return undefined;
  const nanos = BigInt(digits);
  const milliseconds = Number(nanos / 1_000_000n);
  if (milliseconds > 8.64e15) return undefined;
  const fraction = String(nanos % 1_000_000_000n).padStart(9, "0");
  return {
    text: formatTime(milliseconds).replace(/\.\d+Z$/, `.${fraction}Z`),
    order: digits.padStart(20, "0"),
  };
}
