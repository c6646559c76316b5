import { eventLine } from "../api/trace-event.ts";
import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import { maskedEvent } from "./masked-event.ts";

/** An event, and the fields of it that are not written down. */
export interface Recordable {
  readonly event: JsonObject;
  readonly masked: readonly string[];
  /** What approvals of a call bind to (design 6.2); undefined: it is no call, or that is not known. */
  readonly digest?: (() => string | undefined) | undefined;
}

/** The line of an event, and what it says: without what is masked of it, and without secrets. */
export function recordedLine({ event, masked, digest }: Recordable): {
  readonly text: string;
  readonly written: JsonObject;
} {
  const without = maskedEvent(event, masked);
  const written = without === event ? event : withOwnApprovals(without, digest);
  return { text: eventLine(written), written };
}

/**
 * A call with something masked, so that nobody can compute again what its approvals bind to. Those that
 * are known to be for this call lose their digest: then they are for the call that they stand in
 * (design 6.2), and a replay takes them for given or refused, as they were.
 */
function withOwnApprovals(event: JsonObject, digest: Recordable["digest"]): JsonObject {
  const context = objectMember(event, "context");
  const approvals = member(context, "approvals");
  const own = Array.isArray(approvals) && approvals.length > 0 ? digest?.() : undefined;
  if (own === undefined || !Array.isArray(approvals)) return event;
  const unbound = approvals.map((one: Json) => {
    if (!isJsonObject(one) || one["digest"] !== own) return one;
    return Object.fromEntries(Object.entries(one).filter(([name]) => name !== "digest"));
  });
  return { ...event, context: { ...context, approvals: unbound } };
}
