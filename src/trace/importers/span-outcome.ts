import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";

const FAILED: ReadonlySet<Json | undefined> = new Set<Json | undefined>([
  2,
  "STATUS_CODE_ERROR",
  "ERROR",
  "Error",
  "error",
]);

/** Whether a span failed, by the members and attributes that say so, never by the text of a result. */
export function hasFailed(value: JsonObject, attributes: JsonObject): boolean {
  const status = member(value, "status");
  const codes = isJsonObject(status)
    ? [member(status, "code"), member(status, "status_code")]
    : [status, ...["status_code", "statusCode", "StatusCode"].map((name) => member(value, name))];
  const success = member(value, "success") ?? member(value, "Success");
  const error = member(value, "error");
  const tag = member(attributes, "error");
  return (
    codes.some((code) => FAILED.has(code)) ||
    success === false ||
    (typeof success === "string" && /^false$/i.test(success)) ||
    (error !== undefined && error !== 0 && error !== false && error !== "") ||
    tag === true ||
    tag === "true" ||
    (typeof tag === "string" && tag !== "" && member(value, "localEndpoint") !== undefined) ||
    FAILED.has(member(attributes, "otel.status_code")) ||
    // what Tempo's search was asked to select stands among the attributes
    (member(value, "durationNanos") !== undefined && FAILED.has(member(attributes, "status")))
  );
}

/**
 * True for what had begun and not ended when it was written: a run of LangSmith whose end comes in a
 * later patch, the span that Logfire sends at the start of another, one of OTLP without an end.
 * Its outcome is unrecorded.
 */
export function isUnfinished(value: JsonObject, attributes: JsonObject): boolean {
  if (stringMember(attributes, "logfire.span_type") === "pending_span") return true;
  if (stringMember(value, "status") === "pending") return true;
  if (lacksEnd(value)) return true;
  const end = value["end_time"];
  if (end === null || stringMember(value, "run_type") === undefined) return end === null;
  return [end, value["status"], value["outputs"], value["error"]].every(
    (held) => held === undefined || held === null,
  );
}

const STARTS = ["startTimeUnixNano", "start_time_unix_nano"] as const;
const ENDS = ["endTimeUnixNano", "end_time_unix_nano", "durationNanos", "duration"] as const;

/** Whether a span of OTLP has neither the time of its end nor how long it took; zero is no time. */
function lacksEnd(value: JsonObject): boolean {
  const isThere = (name: string): boolean => (value[name] ?? null) !== null;
  const isEnd = (name: string): boolean => isThere(name) && !/^0*$/.test(String(value[name]));
  return STARTS.some(isThere) && !ENDS.some(isEnd);
}
