import type { ReportGroup } from "../../documents/report-result.ts";
import { groupChange } from "../replay/words.ts";

const URGENCY = ["widened", "indeterminate", "narrowed", "unreachable"] as const;

/** Whether somebody has to look at a group: its calls may be permitted more. */
export function isToLookAt({ class: kind }: ReportGroup): boolean {
  return kind === "widened" || kind === "indeterminate";
}

/**
 * Groups with their places in the document. WHY not in its order: paper shows the first rows, and
 * somebody has to look at what may permit more.
 */
export function byUrgency(
  groups: readonly ReportGroup[],
): readonly { readonly group: ReportGroup; readonly i: number }[] {
  const rank = ({ class: kind }: ReportGroup): number => URGENCY.indexOf(kind);
  return groups
    .map((group, i) => ({ group, i }))
    .sort((a, b) => rank(a.group) - rank(b.group) || a.i - b.i);
}

/** Which way a group went. WHY other words for an indeterminate one: its effects are no certain ones. */
export function changeText(group: ReportGroup): string {
  const { class: kind, from, to } = group;
  return kind === "indeterminate" && from !== to
    ? `unknown for lack of recorded data (at the strictest ${from} -> ${to})`
    : groupChange(group);
}
