import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile } from "./importer.ts";
import { asAttributes, attributesOf, firstObject } from "./span-attributes.ts";
import { mayBeCall } from "./span-kinds.ts";
import {
  aside,
  isSpanRecord,
  isSpanWithoutIds,
  nanoseconds,
  spanOf,
  type SpanPlace,
} from "./span-record.ts";
import { spanIds } from "./span-ids.ts";
import { spanCall } from "./span-tool.ts";
import type { Span } from "./span.ts";

/** A log record, as its decoder gives it. */
export interface LogRecord {
  /** The event's name. */
  readonly name: string;
  readonly time: string | undefined;
  readonly attributes: JsonObject;
  readonly resource: JsonObject;
  readonly line: number;
}

/** Takes what a reader finds. */
export interface SpanSink {
  readonly onSpan: (span: Span) => void;
  readonly onLog: (record: LogRecord) => void;
}

/** How deep spans stand in a document at most. */
const DEEPEST = 12;
const LOGS: ReadonlySet<string> = new Set(["logRecords", "log_records"]);
const METRICS = /^(?:resource_?metrics|scope_?metrics|data_?points)$/i;

/**
 * Finds spans and log records in JSON, in whatever lists and objects an export packs them: OTLP and
 * its kin, Jaeger, Tempo, Zipkin, Datadog, Azure Monitor, Phoenix, LangSmith, rows of a database, what
 * the SDKs print. An object is a span by its own members, so a container needs no name of its own.
 */
export class SpanReader {
  readonly #file: ImportFile;
  readonly #tally: ImportTally;
  readonly #sink: SpanSink;
  #loose = 0;
  #found = 0;

  constructor(file: ImportFile, tally: ImportTally, sink: SpanSink) {
    this.#file = file;
    this.#tally = tally;
    this.#sink = sink;
  }

  read(value: unknown, line: number): void {
    const place = {
      trace: undefined,
      resource: {},
      scope: undefined,
      shared: {},
      processes: undefined,
      line,
    };
    const before = this.#found;
    if (Array.isArray(value)) for (const item of value) this.#visit(item, place, 0);
    else if (isJsonObject(value)) this.#visit(value, place, 0);
    else return this.#refuse("a value is not an object", line);
    if (this.#found === before) this.#refuse("an object contains no spans", line);
  }

  #visit(value: Json | undefined, place: SpanPlace, depth: number): void {
    if (depth > DEEPEST || value === null || typeof value !== "object") return;
    if (Array.isArray(value)) return value.forEach((item) => this.#visit(item, place, depth + 1));
    if (!isJsonObject(value)) return;
    if (isPlainSpan(value)) return this.#readSpan(value, place, depth);
    if (isLogRecord(value)) return this.#readLog(value, place);
    const streamed = lokiRecords(value);
    if (streamed !== undefined) return streamed.forEach((record) => this.#readLog(record, place));
    const rows = tableRows(value);
    if (rows !== undefined) return rows.forEach((row) => this.#visit(row, place, depth + 1));
    if (isSpanRecord(value, place.trace)) return this.#readSpan(value, place, depth);
    if (this.#readLoose(value, place)) return;
    if (isSpanWithoutIds(value)) {
      this.#found++;
      this.#refuseSpan(value, place);
    }
    this.#descend(value, placeIn(value, place), depth);
  }

  #descend(value: JsonObject, place: SpanPlace, depth: number): void {
    for (const [key, held] of Object.entries(value)) {
      if (METRICS.test(key)) this.#skipMetrics();
      else if (key === "spans" && Array.isArray(held)) this.#readSpans(held, place, depth);
      else if (LOGS.has(key) && Array.isArray(held))
        // WHY whatever its members: what stands in a list of log records is one
        held.filter(isJsonObject).forEach((record) => this.#readLog(record, place));
      else if (!ABOUT.has(key)) this.#visit(unpackDocument(key, held), place, depth + 1);
    }
  }

  /** WHY apart: what stands in a list of spans is one, even if it cannot be read. */
  #readSpans(spans: readonly Json[], place: SpanPlace, depth: number): void {
    for (const span of spans) {
      const before = this.#found;
      this.#visit(span, place, depth + 1);
      if (this.#found > before) continue;
      this.#found++;
      if (isJsonObject(span)) this.#refuseSpan(span, place);
      else this.#refuse("a span is not an object", place.line);
    }
  }

  #refuseSpan(span: JsonObject, place: SpanPlace): void {
    const read = spanOf(span, { trace: "", id: "" }, place);
    if (spanCall(read) !== undefined || mayBeCall(read) !== undefined)
      this.#tally.addNotUnderstood(
        "a span that may be a call, without trace id or span id",
        this.#file.name,
        place.line,
      );
    else this.#refuse("a span has no trace id or span id", place.line);
  }

  #readSpan(value: JsonObject, place: SpanPlace, depth: number): void {
    const ids = spanIds(value, place.trace);
    if (ids === undefined) return;
    this.#found++;
    this.#sink.onSpan(spanOf(value, ids, place));
    if (stringMember(value, "run_type") === undefined) return;
    const below = Object.values(value).filter((held) => Array.isArray(held));
    for (const runs of below) this.#visit(runs, { ...place, trace: ids.trace }, depth + 1);
  }

  /** The attributes of a span alone, as tests and debug exporters write them. */
  #readLoose(value: JsonObject, place: SpanPlace): boolean {
    const held = attributesOf(value);
    const found = [value, held].find((one) =>
      Object.keys(one).some((key) => /^(?:gen_ai|openinference|mcp)\./.test(key)),
    );
    if (found === undefined || spanIds(value, place.trace) !== undefined) return false;
    if (found === held) return false;
    this.#found++;
    const id = `${place.line}.${this.#loose++}`;
    this.#sink.onSpan({
      ...spanOf({}, { trace: this.#file.relative, id }, place),
      attributes: found,
    });
    return true;
  }

  #readLog(value: JsonObject, place: SpanPlace): void {
    this.#found++;
    const attributes = attributesOf(value);
    const time = nanoseconds(
      LOG_TIMES.map((name) => member(value, name)).find((found) => found !== undefined),
    );
    this.#sink.onLog({
      name: eventName(value, attributes),
      time: stringMember(attributes, "event.timestamp") ?? time?.text,
      attributes,
      resource: placeIn(value, place).resource,
      line: place.line,
    });
  }

  #skipMetrics(): void {
    this.#found++;
    this.#tally.addNote("metrics contain no calls, and are left out");
  }

  #refuse(cause: string, line: number): void {
    this.#tally.addUnreadable(cause, this.#file.name, line);
  }
}

/** Members that tell of what stands beside them, and hold no spans. */
const ABOUT: ReadonlySet<string> = new Set([
  "resource",
  "scope",
  "instrumentationScope",
  "instrumentationLibrary",
  "processes",
]);
const LOG_TIMES = [
  "timeUnixNano",
  "time_unix_nano",
  "observedTimeUnixNano",
  "observed_time_unix_nano",
  "timestamp",
  "Timestamp",
  "hrTime",
] as const;
const LOG_MEMBERS = [
  "body",
  "_body",
  "Body",
  "severityNumber",
  "severity_number",
  "severityText",
  "observedTimeUnixNano",
  "eventName",
  "event_name",
] as const;
const SPAN_MEMBERS = ["startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime"];

/** WHY first: most of what stands in a file is a span of OTLP, whatever else it may hold. */
function isPlainSpan({ spanId, traceId, startTimeUnixNano, spans }: JsonObject): boolean {
  return (
    typeof spanId === "string" &&
    typeof traceId === "string" &&
    typeof startTimeUnixNano === "string" &&
    spanId !== "" &&
    traceId !== "" &&
    spans === undefined
  );
}

function isLogRecord(value: JsonObject): boolean {
  if (SPAN_MEMBERS.some((name) => member(value, name) !== undefined)) return false;
  if (LOG_MEMBERS.some((name) => member(value, name) !== undefined)) return true;
  const attributes = attributesOf(value);
  return EVENT_NAMES.some((name) => stringMember(attributes, name) !== undefined);
}

/** WHY both: Loki's labels have no dots. */
const EVENT_NAMES = ["event.name", "event_name"] as const;

/** The lines of a stream of Loki's: its labels hold for each, beside those of the line itself. */
function lokiRecords(value: JsonObject): readonly JsonObject[] | undefined {
  const [stream, lines] = [objectMember(value, "stream"), member(value, "values")];
  if (stream === undefined || !Array.isArray(lines)) return undefined;
  return lines.flatMap((line) => {
    if (!Array.isArray(line)) return [];
    const [time, body, own] = line;
    const attributes = { ...stream, ...(isJsonObject(own) && own) };
    return [{ timeUnixNano: time, body, attributes }];
  });
}

function eventName(value: JsonObject, attributes: JsonObject): string {
  const body = member(value, "body") ?? member(value, "_body") ?? member(value, "Body");
  const text = isJsonObject(body) ? Object.values(body)[0] : body;
  return (
    EVENT_NAMES.map((name) => stringMember(attributes, name)).find((name) => name !== undefined) ??
    stringMember(value, "eventName") ??
    stringMember(value, "event_name") ??
    (typeof text === "string" ? text : "")
  );
}

/** What an object says of all that stands in it. */
function placeIn(value: JsonObject, place: SpanPlace): SpanPlace {
  const resource = firstObject(value, ["resource", "Resource"]);
  const listed = attributesOf(resource);
  const plain =
    resource === undefined ? asAttributes(member(value, "ResourceAttributes")) : resource;
  const scope = firstObject(value, ["scope", "instrumentationScope", "instrumentationLibrary"]);
  const trace = stringMember(value, "traceID") ?? stringMember(value, "traceId");
  return {
    ...place,
    trace: trace === undefined || trace === "" ? place.trace : trace.toLowerCase(),
    resource: {
      ...place.resource,
      ...(Object.keys(listed).length > 0 || resource === undefined ? listed : plain),
      ...(resource === undefined && plain),
    },
    scope: stringMember(scope, "name") ?? place.scope,
    shared: { ...place.shared, ...aside(value) },
    processes: objectMember(value, "processes") ?? place.processes,
  };
}

/**
 * The rows of a table as objects: Azure Monitor gives columns and rows apart, and so may a data frame.
 */
function tableRows(value: JsonObject): readonly JsonObject[] | undefined {
  const columns = member(value, "columns");
  const rows = member(value, "rows") ?? member(value, "data");
  if (!Array.isArray(columns) || !Array.isArray(rows)) return columnRows(value);
  const names = columns.map((column) =>
    isJsonObject(column) ? (stringMember(column, "name") ?? "") : String(column),
  );
  return rows.flatMap((row) =>
    Array.isArray(row) ? [Object.fromEntries(names.map((name, index) => [name, row[index]]))] : [],
  );
}

/** The rows of a data frame whose columns stand by their names, each with its rows by their index. */
function columnRows(value: JsonObject): readonly JsonObject[] | undefined {
  const ids = objectMember(value, "context.span_id");
  if (ids === undefined) return undefined;
  const columns = Object.entries(value);
  const indexes = columns.flatMap(([, held]) => (isJsonObject(held) ? Object.keys(held) : []));
  return [...new Set(indexes)].map((index) =>
    Object.fromEntries(
      columns.map(([name, held]) => [name, isJsonObject(held) ? member(held, index) : undefined]),
    ),
  );
}

/** WHY: X-Ray and message queues hold documents as text. */
function unpackDocument(key: string, held: Json | undefined): Json | undefined {
  return typeof held === "string" && /^(?:Document|payload|message|Body|data)$/i.test(key)
    ? unpackJson(held)
    : held;
}
