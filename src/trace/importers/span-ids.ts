import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { keptDigits } from "../../text/exact-number.ts";
import { unpackJson } from "./call-values.ts";
import { firstObject } from "./span-attributes.ts";

const TRACES = [
  "traceId",
  "trace_id",
  "traceID",
  "TraceId",
  "context.trace_id",
  "operation_Id",
  "OperationId",
] as const;
/** What Application Insights calls a trace. */
const OPERATIONS = ["operation_Id", "OperationId"] as const;
const IDS = ["spanId", "span_id", "spanID", "SpanId", "context.span_id"] as const;
/** Names of ids that anything may have. */
const BARE_IDS = ["id", "Id"] as const;
/** Names of ids that only spans have. */
export const IDENTIFYING = [...TRACES, ...IDS] as const;
const PARENTS = [
  "parentSpanId",
  "parent_span_id",
  "parentId",
  "parent_id",
  "parentID",
  "ParentSpanId",
  "parent_run_id",
  "operation_ParentId",
  "OperationParentId",
  "ParentId",
  "parentSpanID",
] as const;

/** The ids of a span's trace and its own, if the object has both. */
export function spanIds(
  value: JsonObject,
  trace: string | undefined,
): { readonly trace: string; readonly id: string } | undefined {
  const context = firstObject(value, ["context", "spanContext", "span_context"]);
  const id =
    firstId(value, IDS) ??
    firstId(context, IDS) ??
    firstId(value, BARE_IDS) ??
    firstId(context, BARE_IDS);
  const run = stringMember(value, "run_type") === undefined ? undefined : id;
  const own = firstId(value, TRACES) ?? firstId(context, TRACES) ?? trace ?? run;
  return own === undefined || id === undefined ? undefined : { trace: own, id };
}

/** The id of the span above. */
export function parentOf(value: JsonObject): string | undefined {
  const above = firstObject(value, ["parent", "parentSpanContext", "parent_context"]);
  const found =
    firstId(value, PARENTS) ??
    firstId(above, [...IDS, ...BARE_IDS]) ??
    textId(member(value, "parent")) ??
    childOf(value) ??
    lastAbove(value);
  // WHY: the first request of an operation is below the operation itself
  const isOperation = found !== undefined && found === firstId(value, OPERATIONS);
  return isOperation ? undefined : parentId(found);
}

/** The id, unless it stands for none: zeros, also as base64. */
export function parentId(found: string | undefined): string | undefined {
  return found === undefined || /^0+$|^A+=$|^undefined$/.test(found) ? undefined : found;
}

/** The run above, of those that a run of LangSmith's lists. */
function lastAbove(value: JsonObject): string | undefined {
  const listed = member(value, "parent_run_ids");
  if (Array.isArray(listed)) return textId(listed.at(-1));
  const [, above] = (stringMember(value, "dotted_order") ?? "").split(".").reverse();
  return textId(/^\d{8}T\d+Z(.+)$/.exec(above ?? "")?.[1]);
}

function childOf(value: JsonObject): string | undefined {
  const references = member(value, "references");
  const list = Array.isArray(references) ? references.filter(isJsonObject) : [];
  const first =
    list.find((one) => /child_?of/i.test(stringMember(one, "refType") ?? "")) ??
    list.find((one) => firstId(one, TRACES) === firstId(value, TRACES));
  return firstId(first, IDS);
}

function firstId(holder: JsonObject | undefined, names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = textId(member(holder, name));
    if (id !== undefined) return id;
  }
  return undefined;
}

/**
 * An id as one text, however it is written. WHY only hexadecimal in lower case: base64, which other
 * writers of OTLP have, tells cases apart.
 */
export function textId(written: Json | undefined): string | undefined {
  if (typeof written === "number") return String(written);
  if (typeof written !== "string" || written === "") return undefined;
  const text = keptDigits(written) ?? written;
  const bare = text.replace(/^0x/i, "");
  return /^[0-9a-f]+$/i.test(bare) || /^\w{1,8}$/.test(bare) ? bare.toLowerCase() : text;
}

/** Whether a span's record names what caused it in another trace. */
export function isLinked(value: JsonObject, trace: string, attributes: JsonObject): boolean {
  return (
    LINKS.some((name) => namesOther(member(value, name), trace)) ||
    LINK_ATTRIBUTES.some((name) => namesOther(unpackJson(member(attributes, name)), trace))
  );
}

const LINKS = ["links", "Links", "references", "span_links", "Links.TraceId"] as const;
const LINK_ATTRIBUTES = ["_MS.links", "_dd.span_links"] as const;

function namesOther(list: Json | undefined, trace: string): boolean {
  if (!Array.isArray(list)) return false;
  return list.map(traceOfLink).some((other) => parentId(other) !== undefined && other !== trace);
}

/** WHY not those with an end: Datadog links steps of one run by what flows from one to the next. */
function traceOfLink(link: Json): string | undefined {
  if (!isJsonObject(link)) return textId(link);
  const isFlow = stringMember(objectMember(link, "attributes"), "from") !== undefined;
  const context = firstObject(link, ["context", "spanContext", "span_context"]);
  return isFlow ? undefined : (firstId(link, TRACES) ?? firstId(context, TRACES));
}
