import { labelOf } from "./label-tally.ts";
import type { CallResult } from "./walk.ts";

/**
 * Whose approval a call would wait for that the baseline permits, with the approvals that it has: the
 * approvers of the requirements that are not met, each once. Undefined where the baseline does not surely
 * permit the call, the candidate does not surely hold it, or the call is labelled as an incident.
 */
export function heldFor(result: CallResult): readonly string[] | undefined {
  const { class: change, baseline, candidate } = result;
  const isRun = baseline.permitted && !baseline.indeterminate;
  const { effect, permitted, indeterminate, engine } = candidate;
  const isHeld = effect === "require_approval" && !permitted && !indeterminate;
  if (!isRun || !isHeld || change === "unreachable" || labelOf(result) === true) return undefined;
  const requirements = engine?.outcome.decision.approval.requirements ?? [];
  const open = requirements.filter(({ state }) => state !== "satisfied");
  return [...new Set(open.flatMap(({ approvers }) => approvers))];
}
