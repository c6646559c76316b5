import { mayBeWidened } from "../../text/may-be-widened.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";

/** What somebody has to look at, most urgent first; a group belongs to the first that fits. */
const CONCERNS: readonly ((group: ChangeGroup) => boolean)[] = [
  // incidents that are no longer stopped
  ({ incidents }) => incidents !== undefined,
  // others of which more is permitted, or less is demanded
  ({ class: kind, incidentCalls }) => kind === "widened" && incidentCalls !== undefined,
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
  "first incidents that would no longer be stopped, then other incidents that would be permitted more, " +
  "then what else would or may be permitted more, then benign calls that would be denied, " +
  "then other indeterminate calls, then other benign calls, then the rest";

/**
 * How grave it is what a widened group no longer demands, the gravest first: a denial, an approval, a
 * denial in place of which an approval is enough, a part of an approval, an obligation.
 */
const LOST: readonly ((group: ChangeGroup) => boolean)[] = [
  ({ from, to }) => from === "deny" && to === "allow",
  ({ from, to }) => from === "require_approval" && to === "allow",
  ({ from, to }) => from === "deny" && to === "require_approval",
  ({ to }) => to === "require_approval",
];

/** The same of a narrowed group: what is denied, what is held, what is permitted under more duties. */
const STOPPED: readonly ((group: ChangeGroup) => boolean)[] = [
  ({ from, to }) => from !== to && to === "deny",
  ({ from, to }) => from !== to,
];

function gravityOf(group: ChangeGroup): number {
  const ranks = group.class === "widened" ? LOST : group.class === "narrowed" ? STOPPED : [];
  const at = ranks.findIndex((fits) => fits(group));
  return at < 0 ? ranks.length : at;
}

/** Whether all calls of a group change only because earlier calls do. */
export function isDownstream({ calls, downstream = 0 }: ChangeGroup): boolean {
  return downstream === calls;
}

/**
 * Groups of changed calls in the order in which somebody has to look at them; alike, a cause before what
 * follows from it; ties as they stand.
 */
export function byConcern<G extends ChangeGroup>(groups: readonly G[]): readonly G[] {
  const rank = (group: G): number => CONCERNS.findIndex((fits) => fits(group));
  return groups
    .map((group) => ({
      group,
      at: rank(group),
      gravity: gravityOf(group),
      follows: Number(isDownstream(group)),
    }))
    .sort((a, b) => a.at - b.at || a.gravity - b.gravity || a.follows - b.follows)
    .map(({ group }) => group);
}

/** Whether somebody has to look at a group: its calls may be permitted more, or benign ones are denied. */
export function isToLookAt({ class: kind, benignDenied }: ChangeGroup): boolean {
  return kind === "widened" || kind === "indeterminate" || benignDenied !== undefined;
}
