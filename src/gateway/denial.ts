import { UserError } from "../diagnostics/user-error.ts";
import { member, stringMember } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import { toldDenial } from "../serve/told-decision.ts";
import type { Denial } from "./answers.ts";

/** Why a call may not run, and what would help (design 15.2); `more` is said besides. */
export function denialOf({ id, context, decision }: Answer, more: string): Denial {
  const { nearest, permitted } = decision;
  const help =
    permitted || nearest === null || nearest.failed.length === 0
      ? ""
      : `; ${nearest.rule} would allow it if: ${nearest.failed.join(", ")}`;
  const rules = member(context, "rules");
  return {
    text:
      `agentz: ${toldDenial(context)}${help}${more}. The call was not sent to the server; do not ` +
      "repeat it unchanged.",
    meta: {
      decision: stringMember(context, "effect") ?? "deny",
      rule: Array.isArray(rules) ? rules.join(", ") : "default",
      id,
    },
  };
}

/** What went wrong, for a client: a fault of ours is named as one. */
export function messageOf(error: unknown): string {
  if (error instanceof HttpProblem || error instanceof UserError) return error.message;
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}
