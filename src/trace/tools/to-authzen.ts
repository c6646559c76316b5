import type { Json, JsonObject } from "../../request/json.ts";
import { member, objectMember } from "../../request/json.ts";
import { filled } from "../importers/call-values.ts";
import type { TraceEvent } from "../event.ts";

const OWN = { subject: ["type", "id"], action: ["name"], resource: ["type", "id"] } as const;

/**
 * A call as AuthZEN 1.0 logs it: `{id, time, request, response}`. Attributes go into `properties`;
 * what AuthZEN has no place for (arguments, session, outcome ...) into the request's
 * `context.agentz`, and what its boolean decision cannot say into the response's, so that importing
 * gives the same event. What the event lacks is not made up: a request without a subject's id is
 * one that a decision point would refuse.
 */
export function toAuthzen(event: TraceEvent): JsonObject {
  const { request } = event;
  const own = filled({
    session: event.session,
    parent: event.parent,
    args: request.args,
    outcome: request.outcome,
    labels: event.labels,
    complete: request.complete && [...request.complete],
    unrecorded: request.unrecorded && [...request.unrecorded],
  });
  const context = own === undefined ? request.context : { ...request.context, agentz: own };
  return {
    id: event.id,
    time: event.timeText,
    request: {
      subject: entity(request.subject, "subject"),
      action: entity(request.action, "action"),
      resource: entity(request.resource, "resource"),
      context,
    },
    response: responseOf(event),
  };
}

function entity(value: JsonObject | undefined, name: keyof typeof OWN): JsonObject | undefined {
  if (value === undefined) return undefined;
  const names: readonly string[] = OWN[name];
  const rest = Object.entries(value).filter(([key]) => !names.includes(key));
  const own: [string, Json | undefined][] = names.map((key) => [key, member(value, key)]);
  return {
    ...Object.fromEntries(own),
    ...(rest.length > 0 && { properties: Object.fromEntries(rest) }),
  };
}

function responseOf({ decision }: TraceEvent): JsonObject | undefined {
  if (decision === undefined) return undefined;
  const reason = decision.effect === "require_approval" ? { reason: "approval_required" } : {};
  return { decision: decision.effect === "allow", context: { ...reason, agentz: { ...decision } } };
}

/** True for a request that AuthZEN's own schema accepts. */
export function isCompleteRequest(record: JsonObject): boolean {
  const request = objectMember(record, "request");
  return (["subject", "action", "resource"] as const).every((name) =>
    OWN[name].every((key) => typeof member(objectMember(request, name), key) === "string"),
  );
}
