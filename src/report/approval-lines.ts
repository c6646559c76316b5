import type { RequirementDocument, UncountedApproval } from "../documents/decide-result.ts";

/** `open: 2 of role:manager for pay/big (human:omar)`: where a requirement stands. */
function requirementText({ state, quorum, approvers, rule, have }: RequirementDocument): string {
  const given = have.length === 0 ? "none yet" : have.join(", ");
  return `${state}: ${quorum} of ${approvers.join(", ")} for ${rule} (${given})`;
}

/** Each requirement in a line, and behind it what was given and does not count, with its reason. */
export function approvalTexts(
  requirements: readonly RequirementDocument[],
  uncounted: readonly UncountedApproval[],
): readonly { readonly text: string; readonly uncounted: readonly string[] }[] {
  return requirements.map((requirement) => ({
    text: requirementText(requirement),
    uncounted: uncounted
      .filter(({ rule }) => rule === requirement.rule)
      .map(({ by, why }) => `${by ?? "one"} does not count: ${why}`),
  }));
}
