import { mayBeWidened } from "../../text/may-be-widened.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";

/** What somebody has to look at, most urgent first; a group belongs to the first that fits. */
const CONCERNS: readonly ((group: ChangeGroup) => boolean)[] = [
  // incidents that are no longer stopped
  ({ incidents }) => incidents !== undefined,
  ({ class: kind }) => kind === "widened",
  (group) => mayBeWidened(group),
  ({ benignDenied }) => benignDenied !== undefined,
  ({ class: kind }) => kind === "indeterminate",
  // benign calls that are held, or of which more is demanded
  ({ class: kind, benignCalls }) => kind === "narrowed" && benignCalls !== undefined,
  ({ class: kind }) => kind === "narrowed",
  ({ class: kind }) => kind === "unreachable",
];

/** The order of {@link byConcern} in words. */
export const CONCERN_ORDER =
  "first incidents that would no longer be stopped, then what would or may be permitted more, then " +
  "benign calls that would be denied, then other indeterminate calls, then other benign calls, then the rest";

/** Groups of changed calls in the order in which somebody has to look at them; ties as they stand. */
export function byConcern<G extends ChangeGroup>(groups: readonly G[]): readonly G[] {
  const rank = (group: G): number => CONCERNS.findIndex((fits) => fits(group));
  return groups
    .map((group) => ({ group, at: rank(group) }))
    .sort((a, b) => a.at - b.at)
    .map(({ group }) => group);
}

/** Whether somebody has to look at a group: its calls may be permitted more, or benign ones are denied. */
export function isToLookAt({ class: kind, benignDenied }: ChangeGroup): boolean {
  return kind === "widened" || kind === "indeterminate" || benignDenied !== undefined;
}
