import type { DecisionDocument } from "../documents/decide-result.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { countingAnswers, type ApprovalRequest, type GivenApproval } from "./approvals.ts";
import { HttpProblem } from "./http-problem.ts";

/** Where a request for approval stands: what the policies in force say of its call. */
export type Standing = Pick<DecisionDocument, "approval" | "missing">;

/** Where a request stands if `added` is answered besides; `preview` decides its call for that. */
export function standingOf(
  request: ApprovalRequest,
  added: readonly GivenApproval[],
  preview: (event: JsonObject) => DecisionDocument,
): Standing {
  const { event, session } = request;
  const context = isJsonObject(event["context"]) ? event["context"] : {};
  // of what was given here the call may bring some that count no longer
  const own = new Set<unknown>(request.given.map(({ id }) => id));
  const brought = Array.isArray(context["approvals"]) ? context["approvals"] : [];
  const known = brought.filter((one: Json) => !isJsonObject(one) || !own.has(one["id"]));
  // they are for this call, also where the log does not tell what they bind to
  const given = [...countingAnswers(request), ...added].map(({ digest: _, ...one }) => one);
  return preview({
    ...event,
    ...(session !== undefined && { session }),
    context: { ...context, approvals: [...known, ...given] },
  });
}

/** Refuses to answer a request that no answer can change: 409 that says why. */
export function refuseSettled({ approval }: Standing): void {
  if (approval.state === "none")
    throw new HttpProblem(
      409,
      "the policies in force ask for no approval of this call any more; send the call again",
    );
  if (approval.state === "refused")
    throw new HttpProblem(409, "this request was refused, so nobody can answer it any more");
}

/** Whether an answer counts where a request stands with it; 409 where nobody can tell. */
export function wouldCount({ approval, missing }: Standing, given: GivenApproval): boolean {
  if (approval.state === "refused") return given.decision === "refused";
  const { by } = given;
  const counts = approval.requirements.some(({ have }) => have.includes(by));
  if (counts || approval.state !== "unknown") return counts;
  const lacking = missing.map(({ attribute }) => `\`${attribute}\``).join(", ");
  throw new HttpProblem(
    409,
    `it depends on unrecorded attributes whether \`${by}\` may answer: ${lacking}; ` +
      "send them, or list their container in `complete`",
  );
}
