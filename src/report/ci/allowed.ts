import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange, OutcomeChange, Witness } from "../../documents/diff-result.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { witnessText } from "../diff/words.ts";
import { explainText } from "./explain-text.ts";
import { byConcern } from "../replay/group-order.ts";
import { groupChange, groupPlace, groupRules, hasSameEffect } from "../replay/words.ts";
import { FOLDS } from "./folds.ts";
import { type AlikeChanges, alikeChanges, alikeText } from "./alike.ts";
import { openingLines } from "./opening.ts";
import { closingChange, opensAll, wideningsOf } from "./widenings.ts";

/** Recorded groups that stand on the first screen. */
const SHOWN = 3;

/** Changes that no recorded call shows and that stand on the first screen, of each kind. */
const UNRECORDED = 2;

/** Rules of one group of calls whose changes stand on the first screen. */
const RULES = 3;

/**
 * The words of the diff for the rules that decided, those that allow the calls now first. WHY those
 * from before too: one rule may widen a call only since another one no longer applies to it.
 */
function changesOf(group: ChangeGroup, changes: readonly DiffChange[]): readonly DiffChange[] {
  const rules = [...new Set([...group.toRules, ...group.fromRules])];
  return rules
    .map((rule) => changes.find(({ about }) => about === `rule ${rule}`))
    .filter((change) => change !== undefined)
    .slice(0, RULES);
}

/** How many of the calls are incidents that were stopped. */
function incidentText({ calls, incidents = 0 }: ChangeGroup): string {
  if (incidents === 0) return "";
  const which = incidents === calls ? (calls === 1 ? "" : "all ") : `${incidents} of them `;
  return ` (**${which}labelled as ${incidents === 1 ? "an incident" : "incidents"}, stopped before**)`;
}

/** `told`: the changes that stand below it; rules that they name are not named twice. */
function recorded(group: ChangeGroup, told: readonly DiffChange[]): string {
  const below = new Set(told.map(({ about }) => about));
  const isBelow = [...group.fromRules, ...group.toRules].every((rule) => below.has(`rule ${rule}`));
  const rules = isBelow ? "" : `, by ${text(groupRules(group).replace("->", "→"), 200)}`;
  return (
    `- **${text(groupPlace(group))}**: ${text(groupChange(group).replace("->", "→"), 400)}, ` +
    `${count(group.calls, "recorded call")}${incidentText(group)}${rules}; ` +
    `see ${explainText(group.example)}`
  );
}

/** What of the calls of several groups is widened, in words. */
function groupsText(groups: readonly ChangeGroup[]): string {
  const sum = (numberIn: (group: ChangeGroup) => number): number =>
    groups.reduce((all, group) => all + numberIn(group), 0);
  const incidents = sum((group) => group.incidents ?? 0);
  return (
    `${count(groups.length, "more group")} of widened calls (${count(
      sum(({ calls }) => calls),
      "recorded call",
    )}` +
    (incidents === 0 ? ")" : `, **${incidents} of them labelled as incidents, stopped before**)`)
  );
}

/** Each group, and below it what changed in its rules, unless that is `told` already. */
function recordedLines(
  groups: readonly ChangeGroup[],
  changes: readonly DiffChange[],
  told: readonly DiffChange[],
): readonly string[] {
  const seen = new Set<DiffChange>(told);
  const lines = (group: ChangeGroup): readonly string[] => {
    const fresh = changesOf(group, changes).filter((change) => !seen.has(change));
    for (const change of fresh) seen.add(change);
    return [
      recorded(group, fresh),
      ...fresh.map(({ sentence }) => `  - ${markdownSentence(sentence, 400)}`),
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

/** The changes that may allow more and that no recorded or proved call shows already. */
function possibleChanges(result: CiResult): readonly DiffChange[] {
  const recordedRules = (result.replay?.groups ?? [])
    .filter((group) => group.class === "widened")
    .flatMap(({ toRules }) => toRules);
  const provedRules = (result.diff?.outcomes ?? [])
    .filter(({ witness }) => witness.class === "widened")
    .flatMap(({ witness }) => witness.after.rules);
  const seen = new Set([...recordedRules, ...provedRules].map((rule) => `rule ${rule}`));
  return wideningsOf(result).possible.filter(({ about }) => !seen.has(about));
}

/** How many changes are left out, all of which may be widenings. */
function possibleText(left: readonly AlikeChanges[], may: string): string {
  const changes = left.flatMap(({ all }) => all).length;
  return `${count(changes, "more change")} that ${may}`;
}

/** Whether a call that shows a change has the same effect in both versions. */
function isKept(witness: Witness | null): boolean {
  return (
    witness !== null &&
    witness.class === "widened" &&
    witness.before.effect === witness.after.effect
  );
}

/**
 * What is widened: what the changed rules let through for certain, the broadest first; then recorded
 * calls, calls that agentz found itself, with their conditions and one call each; then what `may` be.
 * `kept`: where the effect stays and less is demanded.
 */
function widenedLines(
  result: CiResult,
  { kept, may }: { readonly kept: boolean; readonly may: string },
): readonly string[] {
  const { diff, replay } = result;
  const groups = (replay?.groups ?? []).filter(
    (group) => group.class === "widened" && hasSameEffect(group) === kept,
  );
  const outcomes = (diff?.outcomes ?? []).filter(
    ({ witness }) => witness.class === "widened" && isKept(witness) === kept,
  );
  const isMeant = ({ witness }: DiffChange): boolean => isKept(witness) === kept;
  const sure = wideningsOf(result).sure.filter((change) => !isKept(change.witness));
  const changes = possibleChanges(result).filter(isMeant);
  return [
    ...(kept ? [] : openingLines(sure)),
    ...recordedLines(byConcern(groups), diff?.changes ?? [], sure),
    ...shown(outcomes, proved, {
      most: UNRECORDED,
      rest: (left) => `${count(left.length, "more sentence")} about widened calls`,
      fold: FOLDS.diff,
    }),
    ...shown(alikeChanges(changes), (alike) => possible(alike, may), {
      // what may be allowed more says nothing beside a rule that allows everything
      most: sure.some(opensAll) && !kept ? 0 : UNRECORDED,
      rest: (left) => possibleText(left, may),
      fold: FOLDS.diff,
    }),
  ];
}

/** What the candidate permits that the baseline did not. */
export function allowedSection(result: CiResult): readonly string[] {
  if (result.diff === null && result.replay === null) return [];
  const lines = widenedLines(result, { kept: false, may: "may allow more" });
  return [
    "### Now allowed that was not",
    "",
    ...(lines.length > 0 ? lines : [nothing(result)]),
    "",
  ];
}

/** What the candidate permits or holds as the baseline does, and demands less of. */
export function laxerSection(result: CiResult): readonly string[] {
  const lines = widenedLines(result, { kept: true, may: "may demand less" });
  return lines.length === 0
    ? []
    : ["### Decided as before, but less is demanded", "", ...lines, ""];
}

function nothing(result: CiResult): string {
  const { diff, replay } = result;
  const closing = closingChange(result);
  if (closing !== undefined) return `Nothing: ${markdownSentence(closing.sentence, 400)}.`;
  if (diff?.changed === false) return "Nothing: the policies mean the same as before.";
  const where = [
    ...(replay === null ? [] : ["in the recorded calls"]),
    ...(diff === null ? [] : ["in the changed rules"]),
  ];
  return `agentz found nothing, ${where.join(" or ")}.`;
}
