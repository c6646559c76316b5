import { idleRuleNames } from "../../text/idle-rules.ts";
import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { firstNames, listed, someListed } from "../../text/listed.ts";
import { unshownNarrowings } from "../../text/narrowings.ts";
import { recordable } from "../../text/unrecorded.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { FOLDS } from "./folds.ts";
import { narrowedGroups } from "./narrowed.ts";
import { uncomparedShort } from "./uncompared.ts";

/** Attributes that the trace lacks and that are named. */
const ATTRIBUTES = 1;

/** Changed rules that are named. */
const NAMED = 10;

/** Rules without a match that are named. */
const UNMATCHED = 3;

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
 * The changed rules that calls reach and that match none of them; none of which what stops says it already.
 * WHY of others only those that matched calls before, where it is known what changed: the rest is no matter of
 * the change, and the replay lists them.
 */
function unmatchedLine(replay: ReplayResult, diff: CiResult["diff"]): readonly string[] {
  const { unexercised, noLongerMatched = [] } = replay;
  const isNamed = narrowedGroups(replay, false).length > 0;
  const named = isNamed ? unshownNarrowings(diff?.changes ?? [], replay) : [];
  const told = new Set(named.map(({ about }) => about));
  // a rule that only got another name has no text of its own
  const changed = new Set(
    diff?.changes
      .filter(({ effect, after }) => effect !== "none" || after !== null)
      .map(({ about }) => about),
  );
  const isChanged = (rule: string): boolean => diff === null || changed.has(`rule ${rule}`);
  const rules = idleRuleNames(
    replay,
    (rule) =>
      !unexercised.includes(rule) &&
      !told.has(`rule ${rule}`) &&
      (isChanged(rule) || noLongerMatched.includes(rule)),
  );
  if (rules.length === 0) return [];
  const rest = rules.length - UNMATCHED;
  const names = rules.map((rule) => text(rule));
  const where = rest > 0 ? `, under “${FOLDS.replay}”` : "";
  const what = diff === null || !noLongerMatched.every(isChanged) ? "rule" : "changed rule";
  return [
    `- no recorded call matches ${count(rules.length, what)}: ${someListed(names, UNMATCHED)}${where}`,
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
  const [first = "", ...more] = lines;
  if (more.length === 0) return first === "" ? [] : [`**Not tested:** ${first.slice(2)}`, ""];
  return ["**Not tested:**", "", ...lines, ""];
}
