import { unapprovable } from "../../text/unapprovable.ts";
import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import {
  isPermissionLost,
  moreNarrowingsText,
  narrowingWord,
  unshownNarrowings,
  unshownText,
} from "../../text/narrowings.ts";
import { alikeChanges, alikeText } from "./alike.ts";
import { markdownSentence } from "../markdown.ts";
import { failingLines } from "./failing.ts";
import { daysText, isUnderADay } from "../replay/approval-words.ts";
import { narrowedGroups, narrowedLines } from "./narrowed.ts";
import { removedLines, removedPolicies } from "./removed.ts";

/** Changes that no recorded call shows and that are told with their sentences. */
const UNSHOWN = 2;

/** What a total was in the baseline, so that nobody takes it for a change. */
function beforeText(before: number, after: number): string {
  return before === after ? "as before" : `before: ${before}`;
}

/** How many of labelled calls nobody can tell. */
function openText(undecided: number): string {
  return undecided === 0 ? "" : `, ${undecided} indeterminate`;
}

function benignText({ labels: { benign } }: ReplayResult): readonly string[] {
  if (benign.calls === 0) return [];
  const { calls, denied, deniedBefore, gated, gatedBefore, undecided } = benign;
  return [
    `of ${count(calls, "benign call")}, ${denied} would be denied ` +
      `(${beforeText(deniedBefore, denied)}) and ${gated} held (${beforeText(gatedBefore, gated)})` +
      openText(undecided),
  ];
}

function incidentText({ labels: { incident } }: ReplayResult): readonly string[] {
  const { calls, stopped, held, stoppedBefore, heldBefore, undecided } = incident;
  if (calls === 0) return [];
  const isAsBefore = stopped === stoppedBefore && held === heldBefore;
  const before = `before: ${stoppedBefore - heldBefore} denied, ${heldBefore} held`;
  return [
    `of ${count(calls, "incident call")}, ${stopped - held} denied and ${held} held ` +
      `(${isAsBefore ? "as before" : before})${openText(undecided)}`,
  ];
}

/** What happens to labelled calls, in one line. */
function labelLine(replay: ReplayResult): readonly string[] {
  const { labels, trace } = replay;
  const parts = [...benignText(replay), ...incidentText(replay)];
  const rest = trace.calls - labels.benign.calls - labels.incident.calls;
  const unlabelled = rest > 0 ? `; ${count(rest, "call")} without a label` : "";
  return parts.length === 0 ? [] : [`- ${parts.join("; ")}${unlabelled}`, ...failingLines(replay)];
}

/** What people would have to approve, where it changes. */
function approvalLine(replay: ReplayResult): readonly string[] {
  const { baseline, candidate } = replay.approvals;
  const days = daysText(replay);
  const figures = [
    [days ?? "in all", baseline.approvals, candidate.approvals],
    ...(isUnderADay(replay) ? [] : [["a day", baseline.perDay, candidate.perDay] as const]),
    ["in the busiest hour", baseline.peakHour, candidate.peakHour],
    ["calls that need one", baseline.required, candidate.required],
  ] as const;
  if (figures.every(([, before, after]) => before === after)) return [];
  // without times nobody knows how many a day that is
  const told = figures
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${before ?? 0} → ${after ?? 0} ${name}`);
  return [`- approvals: ${told.join(", ")}`];
}

/** Changed rules that ask what nobody in the catalog can approve. */
function unapprovableLines({ diff }: CiResult): readonly string[] {
  const told = unapprovable(diff?.changes ?? []);
  if (told === undefined) return [];
  const { what, how } = told;
  const why = how === "" ? "" : `${markdownSentence(how, 400)}; `;
  return [`- **${markdownSentence(what, 400)}**: ${why}name an approver`];
}

/**
 * Changed rules that stop or hold more, and that no recorded call shows. WHY by name alone beside
 * recorded calls: these say more, but for a rule that is gone, whose calls nothing else names.
 */
function unshownLines(result: CiResult, replay: ReplayResult): readonly string[] {
  const gone = new Set(removedPolicies(result).flatMap(({ rules }) => rules));
  const changes = unshownNarrowings(result.diff?.changes ?? [], replay).filter(
    (change) => !gone.has(change),
  );
  const isTold = narrowedGroups(replay, false).length > 0;
  const told = alikeChanges(isTold ? changes.filter(isPermissionLost) : changes).slice(0, UNSHOWN);
  const known = new Set(told.flatMap(({ all }) => all));
  const left = changes.filter((change) => !known.has(change));
  return [
    ...told.map(
      (one) => `- ${narrowingWord(one.first)}: ${alikeText(one)}${unshownText(one.first)}`,
    ),
    ...(left.length === 0 ? [] : [`- … ${markdownSentence(moreNarrowingsText(left), 400)}`]),
  ];
}

/**
 * What worked and would not any more: labelled work, the largest narrowed groups, how many calls
 * cost more, approvals before and after.
 */
export function brokenSection(result: CiResult): readonly string[] {
  const { replay } = result;
  if (replay === null || replay.error !== undefined) return [];
  const lines = [
    ...removedLines(result),
    ...unapprovableLines(result),
    ...labelLine(replay),
    ...narrowedLines(result, replay),
    ...unshownLines(result, replay),
    ...approvalLine(replay),
  ];
  return ["### What it stops or holds", "", ...lines, ""];
}
