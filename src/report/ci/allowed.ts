import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange, OutcomeChange } from "../../documents/diff-result.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { decidingNothingText } from "../../text/deciding-nothing.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { witnessText } from "../diff/words.ts";
import { explainText } from "./explain-text.ts";
import { byConcern } from "../replay/group-order.ts";
import { groupChange, groupPlace, groupRules, hasSameEffect } from "../replay/words.ts";
import { CAUSES, causesOf, otherCauseLines, ruleCauses } from "./causes.ts";
import { FOLDS } from "./folds.ts";
import { type AlikeChanges, alikeChanges, alikeText } from "./alike.ts";
import { asksOthers, isMoot, isReleased, RELEASED } from "../../text/openings.ts";
import { unapprovableCalls } from "../../text/unapprovable.ts";
import { openingLines } from "./opening.ts";
import {
  closingChange,
  isKept,
  opensAll,
  wideningKind,
  wideningsOf,
} from "../../text/widenings.ts";

/** Recorded groups that stand on the first screen. */
const SHOWN = 3;

/** The same of calls of which less is demanded. */
const KEPT = 2;

/** Characters of the sentence of a change below a group: of the first, and of each other one. */
const CAUSE = 200;
const OTHER_CAUSE = 120;

/** Changes that no recorded call shows and that stand on the first screen, of each kind. */
const UNRECORDED = 2;

/** How many of the calls are incidents: those that were stopped, else all. */
function incidentText({ calls, incidents = 0, incidentCalls = 0 }: ChangeGroup): string {
  const n = incidents > 0 ? incidents : incidentCalls;
  if (n === 0) return "";
  const which = n === calls ? (calls === 1 ? "" : "all ") : `${n} of them `;
  const before = incidents > 0 ? ", stopped before" : "";
  return ` (**${which}labelled as ${n === 1 ? "an incident" : "incidents"}${before}**)`;
}

/** `told`: the changes that stand below it; rules that they name are not named twice. */
function recorded(group: ChangeGroup, told: readonly DiffChange[]): string {
  const below = new Set(told.map(({ about }) => about));
  const isBelow = [...group.fromRules, ...group.toRules].every((rule) => below.has(`rule ${rule}`));
  const rules = isBelow ? "" : `, by ${text(groupRules(group).replace("->", "→"), 200)}`;
  return (
    `- **${text(groupPlace(group))}**: ${text(groupChange(group).replace("->", "→"), 200)}, ` +
    `${count(group.calls, "recorded call")}${incidentText(group)}${rules}; ` +
    `see ${explainText(group.example)}`
  );
}

/** What of the calls of several groups is widened, in words. */
function groupsText(groups: readonly ChangeGroup[]): string {
  const sum = (numberIn: (group: ChangeGroup) => number): number =>
    groups.reduce((all, group) => all + numberIn(group), 0);
  const stopped = sum(({ incidents = 0 }) => incidents);
  const labelled = stopped > 0 ? stopped : sum(({ incidentCalls = 0 }) => incidentCalls);
  const which =
    `${labelled} of them labelled as ${labelled === 1 ? "an incident" : "incidents"}` +
    (stopped > 0 ? ", stopped before" : "");
  return `${count(groups.length, "more group")} of widened calls (${count(
    sum(({ calls }) => calls),
    "recorded call",
  )}${labelled === 0 ? "" : `, **${which}**`})`;
}

/** Each group, and below it the changes that cause it and that `told` does not have; it has them then. */
function recordedLines(
  groups: readonly ChangeGroup[],
  changes: readonly DiffChange[],
  told: Set<DiffChange>,
): readonly string[] {
  const lines = (group: ChangeGroup): readonly string[] => {
    const causes = causesOf(group, changes);
    const fresh = causes.rules.filter((change) => !told.has(change));
    const others = causes.others.filter((change) => !told.has(change));
    for (const change of [...fresh, ...others.slice(0, CAUSES)]) told.add(change);
    return [
      recorded(group, fresh),
      ...fresh.map(
        ({ sentence }, i) => `  - ${markdownSentence(sentence, i === 0 ? CAUSE : OTHER_CAUSE)}`,
      ),
      ...otherCauseLines(others),
    ];
  };
  return shown(groups, lines, { most: SHOWN, rest: groupsText, fold: FOLDS.replay });
}

function proved({ sentence, witness }: OutcomeChange): readonly string[] {
  return [
    `- ${markdownSentence(sentence, 400)}`,
    `  - one call: ${text(witnessText(witness), 500)}`,
  ];
}

function possible(alike: AlikeChanges, what: string): readonly string[] {
  const { witness } = alike.first;
  return [
    `- ${what}: ${alikeText(alike)}`,
    ...(witness === null || witness.class !== "widened"
      ? []
      : [`  - one call: ${text(witnessText(witness), 500)}`]),
  ];
}

/** The first of several, and then what is left, under which title. */
function shown<T>(
  all: readonly T[],
  lines: (one: T) => readonly string[],
  {
    most,
    rest,
    fold,
  }: {
    readonly most: number;
    readonly rest: (left: readonly T[]) => string;
    readonly fold: string;
  },
): readonly string[] {
  const left = all.slice(most);
  return [
    ...all.slice(0, most).flatMap(lines),
    ...(left.length > 0 ? [`- … and ${rest(left)}, under “${fold}”`] : []),
  ];
}

/** The changes that may allow more, but for rules of calls that were proved to be widened. */
function possibleChanges(result: CiResult): readonly DiffChange[] {
  const proofs = (result.diff?.outcomes ?? [])
    .filter(({ witness }) => witness.class === "widened")
    .flatMap(({ witness }) => witness.after.rules.map((rule) => `rule ${rule}`));
  return wideningsOf(result.diff?.changes ?? []).possible.filter(
    (change) => !proofs.includes(change.about) && !isMoot(change),
  );
}

/** How many changes are left out, all of which may be widenings. */
function possibleText(left: readonly AlikeChanges[], may: string): string {
  const changes = left.flatMap(({ all }) => all).length;
  return `${count(changes, "more change")} that ${may}`;
}

/** What a replay widened, most urgent first; `kept`: calls whose effect stays. */
function widenedGroups({ replay }: CiResult, kept: boolean): readonly ChangeGroup[] {
  return byConcern(
    (replay?.groups ?? []).filter(
      (group) => group.class === "widened" && hasSameEffect(group) === kept,
    ),
  );
}

/** Calls that agentz found itself, with their conditions and one call each. */
function provedLines({ diff }: CiResult, kept: boolean): readonly string[] {
  const outcomes = (diff?.outcomes ?? []).filter(
    ({ witness }) => witness.class === "widened" && isKept(witness) === kept,
  );
  return shown(outcomes, proved, {
    most: UNRECORDED,
    rest: (left) => `${count(left.length, "more sentence")} about widened calls`,
    fold: FOLDS.diff,
  });
}

/** What changes may do, the first `most` with their sentences; `may`: what that is. */
function possibleLines(
  changes: readonly DiffChange[],
  { may, most }: { readonly may: string; readonly most: number },
): readonly string[] {
  return shown(alikeChanges(changes), (alike) => possible(alike, may), {
    most,
    rest: (left) => possibleText(left, may),
    fold: FOLDS.diff,
  });
}

/**
 * What the candidate permits that the baseline did not: what the changed rules let through for
 * certain, the broadest first; then recorded calls, and calls that agentz found itself; then what may
 * be.
 */
export function allowedSection(result: CiResult): readonly string[] {
  if (result.diff === null && result.replay === null) return [];
  const { sure } = wideningsOf(result.diff?.changes ?? []);
  const told = new Set(sure);
  const recordings = recordedLines(widenedGroups(result, false), result.diff?.changes ?? [], told);
  const left = possibleChanges(result).filter(
    (change) =>
      !told.has(change) && !isKept(change.witness) && !isReleased(change) && !asksOthers(change),
  );
  const certain = [...openingLines(sure), ...recordings, ...provedLines(result, false)];
  // what may be allowed more says little beside what is for certain, unless it was denied
  const isGrave = left.some((change) => ["open", "denial"].includes(wideningKind(change)));
  const most = certain.length === 0 ? UNRECORDED : isGrave && !sure.some(opensAll) ? 1 : 0;
  const lines = [
    ...certain,
    ...possibleLines(left, { may: "may allow more", most }),
    ...(sure.some(opensAll) ? laxerText(result) : []),
  ];
  return [
    "### Now allowed that was not",
    "",
    ...(lines.length > 0 ? lines : [nothing(result)]),
    "",
  ];
}

/** What {@link laxerSection} says, in one line. */
function laxerText(result: CiResult): readonly string[] {
  const groups = widenedGroups(result, true);
  const calls = groups.reduce((sum, group) => sum + group.calls, 0);
  return calls === 0
    ? []
    : [
        `- … and of ${count(calls, "recorded call")} less is demanded ` +
          `(${count(groups.length, "group")}, under “${FOLDS.replay}”)`,
      ];
}

/**
 * What of kept decisions differs: all calls of changed groups need other approvals, some, or none.
 * `changes`: what other lines say.
 */
function demandedText(result: CiResult, changes: readonly DiffChange[]): string {
  const groups = widenedGroups(result, true);
  const sum = (numberIn: (group: ChangeGroup) => number): number =>
    groups.reduce((all, group) => all + numberIn(group), 0);
  if (groups.length > 0 && unapprovableCalls(groups) === sum(({ calls }) => calls))
    return "nobody can approve it";
  const others = sum(({ otherApprovals = 0 }) => otherApprovals);
  if (others === 0 && !changes.some(asksOthers)) return "less is demanded";
  const isAll = changes.every(asksOthers) && others === sum(({ calls }) => calls);
  return isAll ? "other approvals are demanded" : "less is demanded, or other approvals";
}

/**
 * What the candidate permits or holds as the baseline does, and demands less of; empty beside a rule
 * that allows everything, which says it. WHY without what changed in the rules: the difference between the
 * demands says it.
 */
export function laxerSection(result: CiResult): readonly string[] {
  if (wideningsOf(result.diff?.changes ?? []).sure.some(opensAll)) return [];
  const groups = widenedGroups(result, true);
  const told = groups.flatMap((group) => ruleCauses(group, result.diff?.changes ?? []));
  const left = possibleChanges(result).filter(
    (change) =>
      !told.includes(change) &&
      (isKept(change.witness) || isReleased(change) || asksOthers(change)),
  );
  const lines = [
    ...shown(groups, (group) => [recorded(group, [])], {
      most: KEPT,
      rest: groupsText,
      fold: FOLDS.replay,
    }),
    ...provedLines(result, true),
    ...possibleLines(left.filter(isReleased), { may: RELEASED, most: UNRECORDED }),
    ...possibleLines(left.filter(asksOthers), { may: "asks others", most: UNRECORDED }),
    ...possibleLines(
      left.filter((change) => !isReleased(change) && !asksOthers(change)),
      { may: "may demand less", most: UNRECORDED },
    ),
  ];
  return lines.length === 0
    ? []
    : [`### Decided as before, but ${demandedText(result, left)}`, "", ...lines, ""];
}

function nothing(result: CiResult): string {
  const { diff, replay } = result;
  const closing = closingChange(diff?.changes ?? []);
  if (closing !== undefined) return `Nothing: ${markdownSentence(closing.sentence, 400)}.`;
  if (diff?.changed === false) return "Nothing: the policies mean the same as before.";
  if (diff?.required === "patch")
    return `Nothing: ${markdownSentence(decidingNothingText(diff.changes), 400)}; no decision changes.`;
  const where = [
    ...(replay === null ? [] : ["in the recorded calls"]),
    ...(diff === null ? [] : ["in the changed rules"]),
  ];
  return `agentz found nothing, ${where.join(" or ")}.`;
}
