import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { openRequirements, toldDenial } from "../serve/told-decision.ts";

/** The verdict by which an action goes on as it is (AGENT-HOOKS-0.1, 5). */
export const ALLOW: JsonObject = { decision: "allow" };

/** A deny that nobody lifts; `reason` is for machines. */
export function deny(reason: string, message: string): JsonObject {
  return { decision: "deny", reason: `agentz:${reason}`, message: `agentz: ${message}` };
}

/** What an approver is told of a deny that approvals lift. */
function approvalOf(context: JsonObject): JsonObject {
  const request = objectMember(context, "access_request");
  const requirements = openRequirements(context).map((one) => ({
    ...(isJsonObject(one) && {
      rule: one["rule"],
      approvers: one["approvers"],
      quorum: one["quorum"],
    }),
  }));
  return { requirements, ...(request !== undefined && { request }) };
}

/** What a decision means for a host: a call that waits for approvals is a deny that they lift. */
export function verdictOf({ permitted, context }: Answer): JsonObject {
  const policy = stringMember(context, "policy") ?? "";
  const evidence = policy === "" ? {} : { evidence: { artefact: policy } };
  if (permitted) return { ...ALLOW, ...evidence };
  const rules: Json = member(context, "rules") ?? [];
  const reason = Array.isArray(rules) && rules.length > 0 ? rules.join(",") : "default";
  const isHeld = stringMember(context, "effect") === "require_approval";
  const approval = isHeld && member(context, "indeterminate") !== true;
  return {
    ...deny(reason, toldDenial(context)),
    ...(approval && { approval: approvalOf(context) }),
    ...evidence,
  };
}

/** The verdict by which an agent gets another value than a tool gave. */
export function replaced(value: Json): JsonObject {
  return { decision: "transform", transform: { path: "$target", value } };
}
