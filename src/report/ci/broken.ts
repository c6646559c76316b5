import { unapprovable } from "../../text/unapprovable.ts";
import { newlyHeldText } from "../../text/newly-held.ts";
import { recordable } from "../../text/unrecorded.ts";
import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { firstNames, listed, someListed } from "../../text/listed.ts";
import {
  isPermissionLost,
  moreNarrowingsText,
  narrowingWord,
  UNPERMITTED,
  unshownNarrowings,
  unshownText,
} from "../../text/narrowings.ts";
import { alikeChanges, alikeText } from "./alike.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { failingLines } from "./failing.ts";
import { FOLDS } from "./folds.ts";
import { daysText, isUnderADay } from "../replay/approval-words.ts";
import { byConcern } from "../replay/group-order.ts";
import { groupChange, groupLabels, groupPlace, hasSameEffect } from "../replay/words.ts";
import { uncomparedShort } from "./uncompared.ts";

/** Groups that stand on the first screen. */
const SHOWN = 2;

/** Groups that a fold shows. */
const FOLDED = 50;

/** Changes that no recorded call shows and that are told with their sentences. */
const UNSHOWN = 2;

/** Attributes that the trace lacks and that are named. */
const ATTRIBUTES = 1;

/** Changed rules that are named. */
const NAMED = 10;

/** Rules without a match that are named. */
const UNMATCHED = 3;

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

/** By which rules the calls of a group are decided, and whether only since their conditions fail. */
function rulesText({ calls, failing = 0, failingRules = [], toRules }: ChangeGroup): string {
  const rules = text(toRules.join(", ") || "no rule", 200);
  if (failing === 0) return `by ${rules}`;
  return failing === calls
    ? `by errors of ${text(failingRules.join(", "), 200)}`
    : `${failing} by errors, by ${rules}`;
}

function groupLine(group: ChangeGroup): string {
  return (
    `- ${text(groupPlace(group))}: ${text(groupChange(group).replace("->", "→"), 400)}, ` +
    `${count(group.calls, "call")}${groupLabels(group)}, ` +
    `${rulesText(group)}; e.g. ${text(group.example)}`
  );
}

function narrowed({ groups }: ReplayResult, kept: boolean): readonly ChangeGroup[] {
  return byConcern(
    groups.filter((group) => group.class === "narrowed" && hasSameEffect(group) === kept),
  );
}

/**
 * Benign calls that are denied or held, then the largest groups; calls that would wait as their approval
 * is no longer enough; then where the others stand.
 */
function narrowedLines(replay: ReplayResult): readonly string[] {
  const groups = narrowed(replay, false);
  const held = newlyHeldText(replay.groups);
  // as many lines as without it
  const most = held === undefined ? SHOWN : SHOWN - 1;
  const left = groups.length - most;
  const calls = narrowed(replay, true).reduce((sum, group) => sum + group.calls, 0);
  const more = [
    ...(left > 0 ? [`${count(left, "more group")} under “${FOLDS.replay}”`] : []),
    ...(calls > 0 ? [`${count(calls, "call")} under “${FOLDS.stricter}”`] : []),
  ];
  const { denied, deniedBefore, gated, gatedBefore } = replay.labels.benign;
  const isLess = held !== undefined || denied > deniedBefore || gated > gatedBefore;
  return [
    ...(groups.length === 0 && !isLess ? ["- no recorded call is newly denied or held"] : []),
    ...groups.slice(0, most).map(groupLine),
    ...(held === undefined ? [] : [`- **${text(held, 400)}**`]),
    ...(more.length > 0 ? [`- … and ${listed(more)}`] : []),
  ];
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
    .filter(([, before, after]) => before !== null || after !== null)
    .map(([name, before, after]) => `${before ?? 0} → ${after ?? 0} ${name}`);
  return [`- approvals: ${told.join(", ")}`];
}

/** The policies that are gone as a whole, each with the changes of its rules. */
function removedPolicies({
  diff,
  version,
}: CiResult): readonly { readonly name: string; readonly rules: readonly DiffChange[] }[] {
  return (version?.documents ?? [])
    .filter(({ kind, declared }) => kind === "Policy" && declared.to === null)
    .map(({ name }) => ({
      name,
      rules: (diff?.changes ?? []).filter(({ about }) => about.startsWith(`rule ${name}/`)),
    }))
    .filter(({ rules }) => rules.length > 0 && rules.every(({ after }) => after === null));
}

/** What becomes of the calls of a policy that is gone; empty: other lines say what it denied. */
function removalText(rules: readonly DiffChange[]): string {
  if (rules.every(({ effect }) => effect === "none")) return ": its rules change no decision";
  return rules.some(isPermissionLost) ? `: ${UNPERMITTED}` : "";
}

function removedLines(result: CiResult): readonly string[] {
  return removedPolicies(result).map(
    ({ name, rules }) =>
      `- **policy ${text(name)} was removed** (${count(rules.length, "rule")})${removalText(rules)}`,
  );
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
  const isTold = narrowed(replay, false).length > 0;
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
    ...narrowedLines(replay),
    ...unshownLines(result, replay),
    ...approvalLine(replay),
  ];
  return ["### What it stops or holds", "", ...lines, ""];
}

/** What the candidate permits or holds as the baseline does, and demands more of, a line each. */
export function stricterLines({ replay }: CiResult): readonly string[] {
  const groups = replay === null ? [] : narrowed(replay, true);
  const left = groups.length - FOLDED;
  return [
    ...groups.slice(0, FOLDED).map(groupLine),
    ...(left > 0 ? [`- … and ${count(left, "more group")}`] : []),
  ];
}

/** What the trace lacks, which makes calls indeterminate. */
function indeterminateLine({
  changes: { indeterminate, notWidened = 0 },
  missing,
}: ReplayResult): readonly string[] {
  if (indeterminate === 0) return [];
  const named = missing.map(({ attribute }) => text(recordable(attribute)));
  const open = indeterminate - notWidened;
  const widened = open > 0 ? ` (${open} may be widened)` : "";
  const lacks = listed(firstNames(named, ATTRIBUTES));
  return [
    `- ${count(indeterminate, "call")}: indeterminate${widened}, since the trace lacks ` +
      `${lacks === "" ? "data that decides" : lacks}`,
  ];
}

function unexercisedLine({ unexercised: rules }: ReplayResult): readonly string[] {
  if (rules.length === 0) return [];
  const named = rules.map((rule) => text(rule));
  return [
    `- no recorded call reaches ${rules.length === 1 ? "this changed rule" : `these ${rules.length} changed rules`}: ` +
      `${someListed(named, NAMED)}`,
  ];
}

/**
 * The rules that calls reach and that match none of them, those that the change touches first; none of
 * which what stops says it already.
 */
function unmatchedLine(replay: ReplayResult, diff: CiResult["diff"]): readonly string[] {
  const { neverMatched, unexercised } = replay;
  const isNamed = narrowed(replay, false).length > 0;
  const named = isNamed ? unshownNarrowings(diff?.changes ?? [], replay) : [];
  const told = new Set(named.map(({ about }) => about));
  const changed = new Set(diff?.changes.map(({ about }) => about));
  const order = (rule: string): number => (changed.has(`rule ${rule}`) ? 0 : 1);
  const rules = neverMatched
    .filter((rule) => !unexercised.includes(rule) && !told.has(`rule ${rule}`))
    .toSorted((a, b) => order(a) - order(b));
  if (rules.length === 0) return [];
  const rest = rules.length - UNMATCHED;
  const names = rules.map((rule) => text(rule));
  const where = rest > 0 ? `, under “${FOLDS.replay}”` : "";
  return [
    `- no recorded call matches ${count(rules.length, "rule")}: ${someListed(names, UNMATCHED)}${where}`,
  ];
}

/** Which labels no call of the trace has, so that nothing measures harm or broken work. */
function unlabelledLine({ labels: { incident, benign }, trace }: ReplayResult): readonly string[] {
  const lacking = [
    ...(incident.calls === 0 ? ["an incident"] : []),
    ...(benign.calls === 0 ? ["benign"] : []),
  ];
  if (lacking.length === 0 || trace.calls === 0) return [];
  const unknown = [
    ...(incident.calls === 0 ? ["whether incidents would be stopped"] : []),
    ...(benign.calls === 0 ? ["whether work would break"] : []),
  ];
  return [
    `- no recorded call is labelled ${lacking.join(" or ")}, ` +
      `so nobody knows ${unknown.join(", and ")}`,
  ];
}

/** Files that both versions are read from, so that nothing compares their changes. */
function uncomparedLine(result: CiResult): readonly string[] {
  const words = uncomparedShort(result);
  return words === undefined ? [] : [`- ${markdownSentence(words, 600)}`];
}

/**
 * What says nothing about the change: files that both versions are read from, calls without labels,
 * rules that no recorded call reaches or matches, indeterminate calls, steps that were not run.
 */
export function untestedSection(result: CiResult): readonly string[] {
  const { diff, replay, steps } = result;
  const skipped = steps.filter(({ status }) => status === "skipped").map(({ name }) => name);
  const lines = [
    ...uncomparedLine(result),
    ...(replay === null
      ? []
      : [
          ...unlabelledLine(replay),
          ...unexercisedLine(replay),
          ...unmatchedLine(replay, diff),
          ...indeterminateLine(replay),
        ]),
    ...(skipped.length === 0
      ? []
      : [`- steps that did not run: ${skipped.join(", ")} (why: “${FOLDS.steps}”)`]),
  ];
  return lines.length === 0 ? [] : ["### Not tested", "", ...lines, ""];
}
