import type { ReportGroup } from "../../documents/report-result.ts";
import { groupChange } from "../replay/words.ts";

const URGENCY = ["widened", "indeterminate", "narrowed", "unreachable"] as const;

/** Whether somebody has to look at a group: its calls may be permitted more, or benign ones are denied. */
export function isToLookAt({ class: kind, benignDenied }: ReportGroup): boolean {
  return kind === "widened" || kind === "indeterminate" || benignDenied !== undefined;
}

/**
 * Groups with their places in the document. WHY not in its order: paper shows the first rows, and
 * somebody has to look at what may permit more.
 */
export function byUrgency(
  groups: readonly ReportGroup[],
): readonly { readonly group: ReportGroup; readonly i: number }[] {
  const rank = (group: ReportGroup): number =>
    URGENCY.indexOf(group.class) + (isToLookAt(group) ? 0 : URGENCY.length);
  return groups
    .map((group, i) => ({ group, i }))
    .sort((a, b) => rank(a.group) - rank(b.group) || a.i - b.i);
}

/** Which way a group went. WHY other words for an indeterminate one: its effects are no certain ones. */
export function changeText(group: ReportGroup): string {
  const { class: kind, from, to, benignDenied } = group;
  const strictest = from === to ? `${from} in both` : `${from} -> ${to}`;
  const change =
    kind === "indeterminate"
      ? `indeterminate for lack of recorded data (at the strictest ${strictest})`
      : groupChange(group);
  return benignDenied === undefined
    ? change
    : `${change} (${benignDenied.toLocaleString("en-US")} benign)`;
}
