import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { byConcern, isDownstream } from "../replay/group-order.ts";
import { groupChange, groupLabels, groupPlace, hasSameEffect } from "../replay/words.ts";
import { narrowingCauses, otherCauseLines, ruleCauses } from "./causes.ts";
import { FOLDS } from "./folds.ts";
import { removedPolicies } from "./removed.ts";

/** Groups that stand on the first screen. */
const SHOWN = 2;

/** Characters of the sentence of a change below a group. */
const SENTENCE = 160;

/** Groups that a fold shows. */
const FOLDED = 50;

/** Rules that decided calls which the default denies now, those that changed alone where some did. */
function lostRules(group: ChangeGroup, changes: readonly DiffChange[]): readonly string[] {
  const changed = group.fromRules.filter((rule) =>
    changes.some(({ about }) => about === `rule ${rule}`),
  );
  return changed.length > 0 ? changed : group.fromRules;
}

/** That no rule allows or holds calls any more, and which rules did: `by default: a/b no longer matches`. */
function lostText(group: ChangeGroup, changes: readonly DiffChange[]): string {
  const rules = lostRules(group, changes);
  if (rules.length === 0) return "by default";
  const isGone = ruleCauses(group, changes).some(({ rule }) => rule?.after === null);
  const one = rules.length === 1;
  const what = isGone ? (one ? "decides" : "decide") : one ? "matches" : "match";
  return `by default: ${text(listed(rules), 200)} no longer ${what}`;
}

/**
 * By which rules the calls of a group are decided, and whether only since their conditions fail. `gone`: the
 * changes of policies that are gone, which another line says.
 */
function rulesText(
  group: ChangeGroup,
  changes: readonly DiffChange[],
  gone: ReadonlySet<DiffChange>,
): string {
  const { calls, failing = 0, failingRules = [], to, toRules } = group;
  const rules = text(toRules.join(", ") || "no rule", 200);
  if (failing > 0)
    return failing === calls
      ? `by errors of ${text(failingRules.join(", "), 200)}`
      : `${failing} by errors, by ${rules}`;
  const isByDefault = to === "deny" && toRules.length === 1 && toRules[0] === "default";
  const isOfGone = ruleCauses(group, changes).some((change) => gone.has(change));
  return isByDefault && !isOfGone ? lostText(group, changes) : `by ${rules}`;
}

/** Whether calls change only because earlier ones do: then no change of their rules is to be looked for. */
function downstreamText(group: ChangeGroup): string {
  const { downstream = 0 } = group;
  if (downstream === 0) return "";
  const some = isDownstream(group) ? "" : `${downstream} of them `;
  return `, ${some}only because earlier calls changed`;
}

/** A call of a group; empty where the line on failing conditions has one. */
function exampleText({ calls, failing, benignFailing = 0, example }: ChangeGroup): string {
  return failing === calls && benignFailing > 0 ? "" : `; e.g. ${text(example)}`;
}

function groupLine(
  group: ChangeGroup,
  changes: readonly DiffChange[],
  gone: ReadonlySet<DiffChange> = new Set(),
): string {
  return (
    `- ${text(groupPlace(group))}: ${text(groupChange(group).replace("->", "→"), 400)}, ` +
    `${count(group.calls, "call")}${groupLabels(group)}, ` +
    `${rulesText(group, changes, gone)}${downstreamText(group)}${exampleText(group)}`
  );
}

/** What a replay narrowed, most urgent first; `kept`: calls whose effect stays. */
export function narrowedGroups({ groups }: ReplayResult, kept: boolean): readonly ChangeGroup[] {
  return byConcern(
    groups.filter((group) => group.class === "narrowed" && hasSameEffect(group) === kept),
  );
}

/** Each group, and below it the changes that cause it, each once; `gone`: what another line says. */
function groupLines(
  groups: readonly ChangeGroup[],
  changes: readonly DiffChange[],
  gone: ReadonlySet<DiffChange>,
): readonly string[] {
  const told = new Set(gone);
  return groups.flatMap((group) => {
    // which conditions fail, and on what, another line says
    const isFailing = group.failing === group.calls;
    const causes = isFailing ? { rules: [], others: [] } : narrowingCauses(group, changes);
    const fresh = causes.rules.filter((change) => !told.has(change));
    const others = causes.others.filter((change) => !told.has(change));
    for (const change of [...fresh, ...others]) told.add(change);
    return [
      groupLine(group, changes, gone),
      ...fresh.map(({ sentence }) => `  - ${markdownSentence(sentence, SENTENCE)}`),
      ...otherCauseLines(others),
    ];
  });
}

/** Benign calls that are denied or held, then the largest groups, with their causes; then where the others stand. */
export function narrowedLines(result: CiResult, replay: ReplayResult): readonly string[] {
  const groups = narrowedGroups(replay, false);
  const shown = groups.slice(0, SHOWN);
  const left = groups.length - shown.length;
  const kept = narrowedGroups(replay, true);
  // a call that ran and would wait is no smaller a change than one that is denied
  const held = kept.filter(({ newlyHeld = 0 }) => newlyHeld > 0).slice(0, SHOWN - shown.length);
  const calls = kept
    .filter((group) => !held.includes(group))
    .reduce((sum, group) => sum + group.calls, 0);
  const more = [
    ...(left > 0 ? [`${count(left, "more group")} under “${FOLDS.replay}”`] : []),
    ...(calls > 0
      ? [`${count(calls, held.length > 0 ? "more call" : "call")} under “${FOLDS.stricter}”`]
      : []),
  ];
  const { denied, deniedBefore, gated, gatedBefore } = replay.labels.benign;
  const isLess =
    denied > deniedBefore ||
    gated > gatedBefore ||
    replay.groups.some(({ newlyHeld = 0 }) => newlyHeld > 0);
  const gone = new Set(removedPolicies(result).flatMap(({ rules }) => rules));
  return [
    ...(groups.length === 0 && !isLess ? ["- no recorded call is newly denied or held"] : []),
    ...groupLines([...shown, ...held], result.diff?.changes ?? [], gone),
    ...(more.length > 0 ? [`- … and ${listed(more)}`] : []),
  ];
}

/** What the candidate permits or holds as the baseline does, and demands more of, a line each. */
export function stricterLines({ diff, replay }: CiResult): readonly string[] {
  const groups = replay === null ? [] : narrowedGroups(replay, true);
  const left = groups.length - FOLDED;
  return [
    ...groups.slice(0, FOLDED).map((group) => groupLine(group, diff?.changes ?? [])),
    ...(left > 0 ? [`- … and ${count(left, "more group")}`] : []),
  ];
}
