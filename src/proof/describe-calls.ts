import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import type { Outcome } from "../engine/decide.ts";

function partText(value: Json | undefined): string {
  return typeof value === "string" ? value : "?";
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || (isJsonObject(value) && Object.keys(value).length === 0);
}

function approvers(context: JsonObject | undefined): readonly string[] {
  const approvals = context?.["approvals"];
  return Array.isArray(approvals)
    ? approvals.flatMap((one: Json) => (isJsonObject(one) ? [partText(one["by"])] : []))
    : [];
}

function without(object: JsonObject | undefined, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => key !== name));
}

/** A call in words: who calls what, with which arguments, on what, approved by whom. */
export function callText({ subject, action, args, resource, context }: Request): string {
  const who = `${partText(subject?.["type"])}:${partText(subject?.["id"])}`;
  const what = `${partText(action?.["server"])}/${partText(action?.["name"])}`;
  const others = without(context, "approvals");
  const by = approvers(context);
  return [
    `${who} calls ${what}`,
    ...(isEmpty(args) ? [] : [`with ${JSON.stringify(args)}`]),
    ...(resource === undefined
      ? []
      : [`on ${partText(resource["type"])}:${partText(resource["id"])}`]),
    ...(isEmpty(others) ? [] : [`where context is ${JSON.stringify(others)}`]),
    ...(by.length === 0 ? [] : [`approved by ${by.join(", ")}`]),
  ].join(" ");
}

/** A session in words, and what permits its last call. */
export function sessionText(calls: readonly Request[], { decision }: Outcome): string {
  const by = decision.rules.length === 0 ? "" : ` by ${decision.rules.join(", ")}`;
  return `${calls.map(callText).join("; then ")}: permitted${by}`;
}

/** A call as a test of a suite writes it. */
export function suiteCall(request: Request): JsonObject {
  const { subject, action, resource, context, args, unrecorded } = request;
  return {
    ...(subject !== undefined && { subject }),
    ...(action !== undefined && { action }),
    ...(resource !== undefined && { resource }),
    ...(!isEmpty(context) && { context: context ?? {} }),
    args: args ?? {},
    ...(unrecorded !== undefined && { unrecorded }),
  };
}
