import type { DiffChange } from "../../documents/diff-result.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { mayNarrow } from "../../text/narrowings.ts";
import { isKept, mayWiden } from "../../text/widenings.ts";
import { markdownSentence } from "../markdown.ts";
import { isDownstream } from "../replay/group-order.ts";
import { hasSameEffect } from "../replay/words.ts";

/** Changes that stand below a group of calls. */
export const CAUSES = 3;

/**
 * The changes of the rules that decided, those that allow the calls now first. WHY those from before too:
 * one rule may widen a call only since another one no longer applies to it.
 */
export function ruleCauses(
  group: Pick<ChangeGroup, "fromRules" | "toRules">,
  changes: readonly DiffChange[],
): readonly DiffChange[] {
  const rules = [...new Set([...group.toRules, ...group.fromRules])];
  return rules
    .map((rule) => changes.find(({ about }) => about === `rule ${rule}`))
    .filter((change) => change !== undefined)
    .slice(0, CAUSES);
}

/** What may change calls without being a rule: of a catalog, of session state, of a policy; people last. */
function otherCauses(
  changes: readonly DiffChange[],
  may: (change: DiffChange) => boolean,
): readonly DiffChange[] {
  const isPerson = ({ about }: DiffChange): number => Number(about.startsWith("person "));
  return changes
    .filter((change) => !change.about.startsWith("rule ") && may(change))
    .toSorted((a, b) => isPerson(a) - isPerson(b));
}

/** Whether a change of one of its rules can widen the calls of a group as they are widened. */
function isExplained(group: ChangeGroup, causes: readonly DiffChange[]): boolean {
  return causes.some(
    (change) => mayWiden(change) && (hasSameEffect(group) || !isKept(change.witness)),
  );
}

/** What changes the calls of a group, as far as the changes say it: of its rules, else of anything else. */
export interface Causes {
  readonly rules: readonly DiffChange[];
  readonly others: readonly DiffChange[];
}

/** What widens the calls of a group. */
export function causesOf(group: ChangeGroup, changes: readonly DiffChange[]): Causes {
  const rules = ruleCauses(group, changes);
  return { rules, others: isExplained(group, rules) ? [] : otherCauses(changes, mayWiden) };
}

/**
 * What narrows the calls of a group: the changes of the rules that stop or hold them now, else of those
 * that let them run before.
 */
export function narrowingCauses(group: ChangeGroup, changes: readonly DiffChange[]): Causes {
  const of = (names: Pick<ChangeGroup, "fromRules" | "toRules">): readonly DiffChange[] =>
    ruleCauses(names, changes).filter(mayNarrow);
  const now = of({ fromRules: [], toRules: group.toRules });
  const rules = now.length > 0 ? now : of({ fromRules: group.fromRules, toRules: [] });
  const isTold = rules.length > 0 || isDownstream(group);
  return { rules, others: isTold ? [] : otherCauses(changes, mayNarrow) };
}

/** The changes that are no rules, a line each; which of several it is nobody can tell. */
export function otherCauseLines(others: readonly DiffChange[]): readonly string[] {
  const may = others.length > 1 ? "perhaps since " : "";
  return others
    .slice(0, CAUSES)
    .map(({ sentence }) => `  - ${may}${markdownSentence(sentence, 240)}`);
}
