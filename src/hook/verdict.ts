import { member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { openRequirements, toldDenial } from "../serve/told-decision.ts";
import type { Host, Verdict } from "./host.ts";

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
  const needsApproval = stringMember(context, "effect") === "require_approval";
  const isOpen = needsApproval ? mayAskHere(context) : member(context, "indeterminate") === true;
  return { answer: asks && isOpen ? "ask" : "deny", reason: `agentz: ${toldDenial(context)}` };
}
