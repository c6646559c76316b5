import type { CompiledSet } from "../engine/compile-set.ts";
import { settingsForm } from "./columns/set-digest.ts";
import type { ChangeGroup } from "./result.ts";

/** What else a change of the rules' names is bound to, as one text. */
export type BoundText = (group: Pick<ChangeGroup, "fromRules" | "toRules">) => string;

/**
 * What the candidate makes of the rules that decided a group on either side, so that no later text
 * of one of them passes as accepted: the text of each, or null where it has none. Of the catalogs
 * and declarations what the candidate says where that is not what the baseline says (null: nothing
 * of them changed); against a recording, whatever it says.
 */
export function boundTexts({
  baseline,
  candidate,
}: {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}): BoundText {
  const texts = new Map(candidate.rules.map((rule) => [rule.name, rule.text()]));
  const containing = candidate.rules
    .filter(({ rule }) => rule.onDeny !== undefined)
    .map(({ name }) => name);
  const settings = settingsForm(candidate);
  const changed = baseline !== undefined && settingsForm(baseline) === settings ? null : settings;
  return ({ fromRules, toRules }) => {
    const named = [...fromRules, ...toRules];
    // WHY all that contain: `containment` does not tell which of them did
    const names = new Set(named.includes("containment") ? [...named, ...containing] : named);
    return JSON.stringify([[...names].map((name) => [name, texts.get(name) ?? null]), changed]);
  };
}
