import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { keptDigits } from "../../text/exact-number.ts";
import { formatTime } from "../../text/time.ts";
import { timeText, unpackJson } from "./call-values.ts";
import { attributesOf, eventAttributes, firstObject } from "./span-attributes.ts";
import { hasFailed, isUnfinished } from "./span-outcome.ts";
import { IDENTIFYING, isLinked, parentId, parentOf, spanIds, textId } from "./span-ids.ts";
import { CLIENT, SERVER, type Span } from "./span.ts";

/** What stands about a span in its document. */
export interface SpanPlace {
  readonly trace: string | undefined;
  readonly resource: JsonObject;
  readonly scope: string | undefined;
  /** What a container says of all its spans: Datadog's intake has session and user there. */
  readonly shared: JsonObject;
  /** Jaeger's processes, by their ids. */
  readonly processes: JsonObject | undefined;
  readonly line: number;
}

const NAMES = [
  "name",
  "operationName",
  "SpanName",
  "span_name",
  "operation_name",
  "Name",
  "resource_name",
] as const;
const STARTS = [
  "startTimeUnixNano",
  "start_time_unix_nano",
  "startTime",
  "start_time",
  "start_ns",
  "start",
  "start_timestamp",
  "timestamp",
  "Timestamp",
  "TimeGenerated",
] as const;
const SERVICES = [
  "serviceName",
  "service_name",
  "ServiceName",
  "service",
  "cloud_RoleName",
  "AppRoleName",
] as const;

/** WHY an order: a patch of LangSmith's has neither name nor start. */
const MARKS = [...NAMES, ...STARTS, "dotted_order"] as const;

/** True for what is a span by its members, wherever it stands. */
export function isSpanRecord(value: JsonObject, trace: string | undefined): boolean {
  return (
    spanIds(value, trace) !== undefined &&
    MARKS.some((name) => member(value, name) !== undefined) &&
    !Array.isArray(member(value, "spans"))
  );
}

/** True for what has a part of a span's members, and cannot be one without its ids. */
export function isSpanWithoutIds(value: JsonObject): boolean {
  const has = (name: string): boolean => member(value, name) !== undefined;
  const context = firstObject(value, ["context", "spanContext", "span_context"]);
  const isIdentified = IDENTIFYING.some((name) => has(name) || member(context, name) !== undefined);
  return (
    (isIdentified || has("run_type") || has("span_kind")) &&
    MARKS.some(has) &&
    !["spans", "spanSets"].some((name) => Array.isArray(member(value, name)))
  );
}

/** A span in any of its exports, as the one shape. */
export function spanOf(
  value: JsonObject,
  ids: { trace: string; id: string },
  place: SpanPlace,
): Span {
  const isOtlp = hasOtlpAlone(value) && place.processes === undefined;
  const langsmith = isOtlp ? undefined : langsmithRun(value);
  const start = startOf(value);
  const attributes = merged([
    eventAttributes(value),
    attributesOf(value),
    place.shared,
    ...(isOtlp ? [] : [aside(value), langsmith?.attributes ?? madeBy(value)]),
  ]);
  const step = isOtlp ? NO_STEP : stepValues(value, attributes);
  const above = isOtlp ? parentId(textId(member(value, "parentSpanId"))) : parentOf(value);
  const pending = pendingParent(attributes);
  return {
    trace: ids.trace,
    id: pending === undefined ? ids.id : (above ?? ids.id),
    parent: pending === undefined ? above : parentId(pending),
    unfinished: isUnfinished(value, attributes),
    isLinked: isLinked(value, ids.trace, attributes),
    name: firstString(value, NAMES) ?? "",
    start: start?.text,
    order: start?.order ?? "",
    attributes,
    resource: isOtlp ? place.resource : resourceOf(value, place),
    scope: place.scope ?? scopeOf(value, attributes),
    kind: kindOf(value, attributes),
    failed: hasFailed(value, attributes),
    type: langsmith?.type ?? typeOf(value, attributes),
    input: langsmith?.input ?? step.input,
    output: langsmith?.output ?? step.output,
    line: place.line,
  };
}

/** The members of a span in the JSON of OTLP. */
const OTLP: ReadonlySet<string> = new Set([
  ...["traceId", "spanId", "parentSpanId", "traceState", "flags", "name", "kind"],
  ...["startTimeUnixNano", "endTimeUnixNano", "attributes", "droppedAttributesCount"],
  ...["events", "droppedEventsCount", "links", "droppedLinksCount", "status"],
]);

/**
 * Whether a span has no member that OTLP does not have. WHY: then it need not be asked for what the
 * other exports say in words of their own, which takes half of the time to read it.
 */
function hasOtlpAlone(value: JsonObject): boolean {
  for (const key in value) if (!OTLP.has(key)) return false;
  return true;
}

const NO_STEP: Pick<Span, "input" | "output"> = { input: undefined, output: undefined };

/** Objects as one; what stands later counts. WHY the search: mostly one of them has members. */
function merged(objects: readonly JsonObject[]): JsonObject {
  const [first, ...others] = objects.filter(hasMembers);
  return others.length === 0 ? (first ?? {}) : Object.assign({}, first, ...others);
}

function hasMembers(object: JsonObject): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return true;
  return false;
}

/** A run of LangSmith, whose kind, input and output stand outside its metadata. */
function langsmithRun(
  value: JsonObject,
): (Pick<Span, "type" | "input" | "output"> & { readonly attributes: JsonObject }) | undefined {
  const type = stringMember(value, "run_type");
  if (type === undefined) return undefined;
  const extra = unpackJson(member(value, "extra"));
  const metadata = isJsonObject(extra) ? unpackJson(member(extra, "metadata")) : undefined;
  return {
    type: type.toUpperCase(),
    input: unwrapped(member(value, "inputs"), "input"),
    output: unpackJson(member(value, "outputs")),
    attributes: { metadata, ...objectMember(value, "metadata") },
  };
}

/** WHY: LangChain's runs hold a tool's input as the text or object under one name. */
function unwrapped(written: Json | undefined, name: string): Json | undefined {
  const value = unpackJson(written);
  if (!isJsonObject(value)) return value;
  const inner = member(value, name);
  return inner !== undefined && Object.keys(value).length === 1 ? inner : value;
}

/** Which product a step is of that does not say what kind it is. */
function madeBy(value: JsonObject): JsonObject {
  const isRun = ["parent_run_id", "child_runs", "dotted_order", "inputs", "outputs"].some(
    (name) => member(value, name) !== undefined,
  );
  if (isRun) return { "langsmith.run": true };
  return isDatadogStep(value) ? { "ml_obs.span": true } : {};
}

const STEPS: ReadonlySet<string> = new Set([
  "TOOL",
  "AGENT",
  "LLM",
  "CHAIN",
  "RETRIEVER",
  "RETRIEVAL",
  "EMBEDDING",
  "RERANKER",
  "GUARDRAIL",
  "EVALUATOR",
  "PROMPT",
  "WORKFLOW",
  "TASK",
  "UNKNOWN",
]);

/** What kind of step Phoenix and Datadog say that it is, outside the attributes. */
function typeOf(value: JsonObject, attributes: JsonObject): string | undefined {
  const written =
    stringMember(value, "span_kind") ??
    stringMember(attributes, "span.kind") ??
    stringMember(attributes, "_ml_obs.meta.span.kind") ??
    stringMember(objectMember(attributes, "span"), "kind") ??
    (isDatadogStep(value) ? stringMember(attributes, "kind") : undefined);
  const type = written?.toUpperCase();
  return type !== undefined && STEPS.has(type) && type !== "UNKNOWN" ? type : undefined;
}

function isDatadogStep(value: JsonObject): boolean {
  return member(value, "start_ns") !== undefined || member(value, "ml_app") !== undefined;
}

/** Input and output of a step as Datadog has them, or the output of any run. */
function stepValues(value: JsonObject, attributes: JsonObject): Pick<Span, "input" | "output"> {
  const outputs = unpackJson(member(value, "outputs"));
  if (!isDatadogStep(value)) return { input: undefined, output: outputs };
  const part = (name: string): Json | undefined => {
    const held = member(attributes, name) ?? member(value, name);
    return isJsonObject(held) ? (member(held, "value") ?? member(held, "parameters")) : held;
  };
  return { input: part("input"), output: part("output") ?? outputs };
}

/** WHY: the span that Logfire sends at the start of another is below it, and stands for it. */
function pendingParent(attributes: JsonObject): string | undefined {
  return stringMember(attributes, "logfire.span_type") === "pending_span"
    ? textId(member(attributes, "logfire.pending_parent_id"))
    : undefined;
}

/** What exports write of session and user beside the attributes. */
export function aside(value: JsonObject): JsonObject {
  const found: { [key: string]: Json } = {};
  const put = (name: string, written: Json | undefined): void => {
    if (typeof written === "string" && written !== "") found[name] ??= written;
  };
  put("enduser.id", member(value, "user_AuthenticatedId") ?? member(value, "UserAuthenticatedId"));
  put("user.id", member(value, "user_Id") ?? member(value, "UserId"));
  put("session.id", member(value, "session_Id") ?? member(value, "SessionId"));
  if (!isDatadogStep(value)) return found;
  put("session.id", member(value, "session_id"));
  const tags = member(value, "tags");
  for (const tag of Array.isArray(tags) ? tags : []) {
    const [, name, text] = typeof tag === "string" ? (/^([^:]+):(.+)$/s.exec(tag) ?? []) : [];
    if (name === "session_id") put("session.id", text);
    if (name === "user_id" || name === "user.id" || name === "usr.id") put("user.id", text);
  }
  return found;
}

function resourceOf(value: JsonObject, place: SpanPlace): JsonObject {
  const process = objectMember(
    place.processes,
    stringMember(value, "processID") ?? stringMember(value, "processId") ?? "",
  );
  const own = firstObject(value, ["process", "resource", "ResourceAttributes", "localEndpoint"]);
  const service =
    firstString(value, SERVICES) ?? firstString(process, SERVICES) ?? firstString(own, SERVICES);
  const listed = attributesOf(process ?? own);
  return {
    ...place.resource,
    ...(service !== undefined && { "service.name": service }),
    ...(Object.keys(listed).length > 0 ? listed : own),
  };
}

function firstString(holder: JsonObject | undefined, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = stringMember(holder, name);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

function scopeOf(value: JsonObject, attributes: JsonObject): string | undefined {
  const scope = firstObject(value, ["scope", "instrumentationScope", "instrumentationLibrary"]);
  return (
    stringMember(scope, "name") ??
    stringMember(value, "ScopeName") ??
    stringMember(attributes, "otel.scope.name") ??
    stringMember(attributes, "otel.library.name")
  );
}

function kindOf(value: JsonObject, attributes: JsonObject): number | undefined {
  const kind = member(value, "kind") ?? member(value, "SpanKind") ?? attributes["span.kind"];
  if (typeof kind === "string")
    return /SERVER$/i.test(kind) ? SERVER : /CLIENT$/i.test(kind) ? CLIENT : undefined;
  if (typeof kind !== "number") return undefined;
  // WHY: the SDK of JavaScript counts kinds from zero, the protocol from one
  const isProtocol = ["startTimeUnixNano", "start_time_unix_nano"].some(
    (name) => member(value, name) !== undefined,
  );
  return isProtocol ? kind : kind + 1;
}

function startOf(value: JsonObject): { readonly text: string; readonly order: string } | undefined {
  for (const name of STARTS) {
    const found = nanoseconds(member(value, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A time as its text and as what orders spans of one trace: nanoseconds since 1970 as digits (they
 * exceed what a number holds). Zero is no time.
 */
export function nanoseconds(
  given: Json | undefined,
): { readonly text: string; readonly order: string } | undefined {
  if (Array.isArray(given)) return pairTime(given);
  const written = typeof given === "string" ? (keptDigits(given) ?? given) : given;
  if (typeof written === "string" && /^\d{4}-/.test(written)) {
    const text = /^\d{4}-\d\d-\d\d \d/.test(written) ? written.replace(" ", "T") : written;
    const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
    return { text: timeText(zoned) ?? written, order: zoned };
  }
  if (typeof written === "number" && written < 1e17) {
    const text = timeText(written);
    return text === undefined ? undefined : { text, order: text };
  }
  const digits = typeof written === "number" ? String(Math.round(written)) : written;
  if (typeof digits !== "string" || !/^\d{1,20}$/.test(digits) || /^0+$/.test(digits))
    return undefined;
  if (digits.length < 18) {
    const text = timeText(digits);
    return text === undefined ? undefined : { text, order: text };
  }
  return fromNanoseconds(digits);
}

function fromNanoseconds(
  digits: string,
): { readonly text: string; readonly order: string } | undefined {
  const order = digits.padStart(20, "0");
  const milliseconds = Number(order.slice(0, -6));
  if (!(milliseconds <= 8.64e15)) return undefined;
  const second = formatTime(milliseconds).slice(0, -".000Z".length);
  return { text: `${second}.${order.slice(-9)}Z`, order };
}

/** Seconds and nanoseconds, as the JavaScript SDK has times. */
function pairTime(pair: readonly Json[]): ReturnType<typeof nanoseconds> {
  const [seconds, rest] = pair;
  return typeof seconds === "number" && typeof rest === "number" && pair.length === 2 && seconds > 0
    ? fromNanoseconds(
        String(BigInt(Math.round(seconds)) * 1_000_000_000n + BigInt(Math.round(rest))),
      )
    : undefined;
}
