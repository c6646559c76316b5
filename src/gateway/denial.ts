import { UserError } from "../diagnostics/user-error.ts";
import { member, objectMember, stringMember } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import { toldDenial } from "../serve/told-decision.ts";
import type { Denial } from "./answers.ts";

/** Why an answer does not count that was given under other policies. */
export const POLICIES_CHANGED = "; the policies changed meanwhile, so the answer does not count";

/** Why a call may not run, and what would help (design 15.2); `more` is said besides. */
export function denialOf(answer: Answer, more: string): Denial {
  const next =
    more === POLICIES_CHANGED
      ? "repeat it unchanged to be decided by the new policies"
      : "do not repeat it unchanged";
  return toldDenialOf(answer, more, next);
}

/**
 * As {@link denialOf}, of a call that waits for people who are asked elsewhere: it may be repeated
 * once they answered. Of a call that nobody can be asked about it is the plain denial.
 */
export function heldDenialOf(answer: Answer, where: string, more = ""): Denial {
  const asked = objectMember(answer.context, "access_request");
  const [id, expires] = [stringMember(asked, "id"), stringMember(asked, "expires_at")];
  const failed = objectMember(answer.context, "access_request_error");
  const why = stringMember(failed, "message");
  if (id === undefined) return denialOf(answer, why === undefined ? more : `${more}; ${why}`);
  const open = `; the request for approval ${id} is open until ${expires ?? "it is answered"} ${where}`;
  const denial = toldDenialOf(answer, `${more}${open}`, "repeat it unchanged after it is approved");
  return { ...denial, meta: { ...denial.meta, approval: id } };
}

function toldDenialOf({ id, context, decision }: Answer, more: string, next: string): Denial {
  const { nearest, permitted } = decision;
  const help =
    permitted || nearest === null || nearest.failed.length === 0
      ? ""
      : `; ${nearest.rule} would allow it if: ${nearest.failed.join(", ")}`;
  const rules = member(context, "rules");
  return {
    text: `agentz: ${toldDenial(context)}${help}${more}. The call was not sent to the server; ${next}.`,
    meta: {
      decision: stringMember(context, "effect") ?? "deny",
      rule: Array.isArray(rules) ? rules.join(", ") : "default",
      id,
    },
  };
}

/** Whether a call waits for an approval. */
export function isHeld({ context }: Answer): boolean {
  return stringMember(context, "effect") === "require_approval";
}

/** What went wrong, for a client: a fault of ours is named as one. */
export function messageOf(error: unknown): string {
  if (error instanceof HttpProblem || error instanceof UserError) return error.message;
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}
