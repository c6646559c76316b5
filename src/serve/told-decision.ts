import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** What is still asked for in the `context` of an answer: rule, approvers, quorum. */
export function openRequirements(context: JsonObject): readonly JsonObject[] {
  return listOf(member(objectMember(context, "approval"), "requirements"));
}

function ruleOf(context: JsonObject): string {
  const rules = member(context, "rules");
  return Array.isArray(rules) && rules.length > 0 ? rules.join(", ") : "default";
}

function whoApproves(context: JsonObject): string {
  const needs = openRequirements(context).map(({ quorum, approvers }) => {
    const names = Array.isArray(approvers) ? approvers.join(", ") : "";
    return `${typeof quorum === "number" ? quorum : 1} of ${names}`;
  });
  return needs.length === 0 ? "" : `; it needs an approval by ${needs.join(" and ")}`;
}

function whatIsMissing(context: JsonObject): string {
  const missing = listOf(member(context, "missing")).flatMap(
    (one) => stringMember(one, "attribute") ?? [],
  );
  return missing.length === 0 ? "" : `; unrecorded: ${missing.join(", ")}`;
}

/**
 * One sentence on why a call may not run, from the `context` of an answer: the rules, their reason,
 * and who may approve or which attributes are unrecorded.
 */
export function toldDenial(context: JsonObject): string {
  const reason = stringMember(context, "reason");
  const said = reason === undefined ? "" : `: ${reason}`;
  if (stringMember(context, "effect") === "require_approval")
    return `${ruleOf(context)} requires an approval${said}${whoApproves(context)}`;
  const how = member(context, "indeterminate") === true ? "indeterminate by" : "denied by";
  return `${how} ${ruleOf(context)}${said}${whatIsMissing(context)}`;
}
