import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { Host, Verdict } from "./host.ts";

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function openRequirements(context: JsonObject): readonly JsonObject[] {
  return listOf(member(objectMember(context, "approval"), "requirements"));
}

/** Whether whoever sits at the terminal may give what is lacking: one person, whoever it is. */
function mayAskHere(context: JsonObject): boolean {
  const open = openRequirements(context);
  return (
    open.length > 0 &&
    open.every(({ approvers, quorum }) => {
      const names: readonly Json[] = Array.isArray(approvers) ? approvers : [];
      return quorum === 1 && names.includes("human:*");
    })
  );
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
 * What a decision means for a host (design 15.3): nothing where the call is permitted, so that the
 * host's own prompt stays; to ask where the person at the terminal may settle it and the host can;
 * else to deny.
 */
export function verdictOf(
  answer: { readonly decision: boolean; readonly context: JsonObject },
  { asks }: Pick<Host, "asks">,
): Verdict | undefined {
  if (answer.decision) return undefined;
  const { context } = answer;
  const reason = stringMember(context, "reason");
  const said = reason === undefined ? "" : `: ${reason}`;
  const effect = stringMember(context, "effect");
  if (effect === "require_approval")
    return {
      answer: asks && mayAskHere(context) ? "ask" : "deny",
      reason: `agentz: ${ruleOf(context)} requires an approval${said}${whoApproves(context)}`,
    };
  const isOpen = member(context, "indeterminate") === true;
  return {
    answer: asks && isOpen ? "ask" : "deny",
    reason: `agentz: ${isOpen ? "indeterminate by" : "denied by"} ${ruleOf(context)}${said}${whatIsMissing(context)}`,
  };
}
