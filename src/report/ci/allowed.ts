import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange, OutcomeChange } from "../../documents/diff-result.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { witnessText } from "../diff/words.ts";
import { groupChange, groupPlace, groupRules } from "../replay/words.ts";

/** Entries of each kind that stand on the first screen. */
const SHOWN = 3;

/** The rule's own words in the diff, where the diff names it. */
function ruleText(group: ChangeGroup, changes: readonly DiffChange[]): readonly string[] {
  const found = group.toRules
    .map((rule) => changes.find(({ about }) => about === `rule ${rule}`))
    .filter((change) => change !== undefined);
  return found.slice(0, 1).map(({ sentence }) => `  - ${markdownSentence(sentence, 400)}`);
}

function recorded(group: ChangeGroup, changes: readonly DiffChange[]): readonly string[] {
  return [
    `- **${text(groupPlace(group))}**: ${text(groupChange(group).replace("->", "→"))}, ` +
      `${count(group.calls, "recorded call")}, by ${text(groupRules(group).replace("->", "→"), 200)}; ` +
      `\`agentz explain\` ${text(group.example)} shows one`,
    ...ruleText(group, changes),
  ];
}

function proved({ sentence, witness }: OutcomeChange): readonly string[] {
  return [
    `- ${markdownSentence(sentence, 400)}`,
    `  - one call: ${text(witnessText(witness), 500)}`,
  ];
}

function possible({ sentence, witness }: DiffChange): readonly string[] {
  return [
    `- may allow more: ${markdownSentence(sentence, 400)}`,
    ...(witness === null || witness.class !== "widened"
      ? []
      : [`  - one call: ${text(witnessText(witness), 500)}`]),
  ];
}

function shown<T>(
  all: readonly T[],
  lines: (one: T) => readonly string[],
  rest: string,
): readonly string[] {
  const left = all.length - SHOWN;
  return [
    ...all.slice(0, SHOWN).flatMap(lines),
    ...(left > 0 ? [`- … and ${count(left, rest)}, below`] : []),
  ];
}

const WIDENING: ReadonlySet<DiffChange["effect"]> = new Set(["widens", "both", "unknown"]);

/** The changes of rules that may allow more; those that a recorded or a proved call shows stand above. */
export function wideningChanges({ diff, replay }: CiResult): readonly DiffChange[] {
  const recordedRules = (replay?.groups ?? [])
    .filter((group) => group.class === "widened")
    .flatMap(({ toRules }) => toRules);
  const provedRules = (diff?.outcomes ?? [])
    .filter(({ witness }) => witness.class === "widened")
    .flatMap(({ witness }) => witness.after.rules);
  const seen = new Set([...recordedRules, ...provedRules].map((rule) => `rule ${rule}`));
  return (diff?.changes ?? []).filter(
    ({ effect, about }) => WIDENING.has(effect) && !seen.has(about),
  );
}

/**
 * What the candidate permits that the baseline did not: recorded calls first, then calls that
 * agentz found itself, with their conditions and one call each; then what may allow more.
 */
export function allowedSection(result: CiResult): readonly string[] {
  const { diff, replay } = result;
  if (diff === null && replay === null) return [];
  const groups = replay?.groups.filter((group) => group.class === "widened") ?? [];
  const outcomes = diff?.outcomes.filter(({ witness }) => witness.class === "widened") ?? [];
  const lines = [
    ...shown(groups, (group) => recorded(group, diff?.changes ?? []), "more group"),
    ...shown(outcomes, proved, "more sentence"),
    ...shown(wideningChanges(result), possible, "more change"),
  ];
  return [
    "### Now allowed that was not",
    "",
    ...(lines.length > 0 ? lines : [nothing(result)]),
    "",
  ];
}

function nothing({ diff, replay }: CiResult): string {
  if (diff?.changed === false) return "Nothing: the policies mean the same as before.";
  const where = [
    ...(replay === null ? [] : ["in the recorded calls"]),
    ...(diff === null ? [] : ["in the changed rules"]),
  ];
  return `agentz found nothing, ${where.join(" or ")}.`;
}
