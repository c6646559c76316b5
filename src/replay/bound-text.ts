import type { CompiledSet } from "../engine/compile-set.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import { fitsAction, type ActionName, type CompiledScope } from "../engine/scope.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";

/** What else a change of a group is bound to, as one text. */
export type BoundText = (group: Pick<ChangeGroup, "fromRules" | "toRules" | "action">) => string;

/** What a set says besides its rules, in one form: catalogs, session state, modes of delegation. */
function settingsForm({ catalogForm, declarations, modes, contains, bounds }: CompiledSet): string {
  return JSON.stringify([catalogForm(), declarationsForm(declarations), modes, contains, bounds]);
}

/** A rule that is not in the candidate what it is in the baseline, with what it spoke of in both. */
interface ChangedRule {
  readonly name: string;
  readonly scopes: readonly CompiledScope[];
}

function changedRules(
  before: readonly CompiledRule[],
  after: readonly CompiledRule[],
): readonly ChangedRule[] {
  const old = new Map(before.map((rule) => [rule.name, rule]));
  const fresh = new Map(after.map((rule) => [rule.name, rule]));
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((name) => {
    const both = [old.get(name), fresh.get(name)];
    if (both[0]?.text() === both[1]?.text()) return [];
    return [{ name, scopes: both.flatMap((rule) => (rule === undefined ? [] : [rule.scope])) }];
  });
}

/** A group's action, whose parts are `?` where they are not recorded. */
function actionOf(text: string): ActionName {
  const slash = text.indexOf("/");
  const part = (written: string): string | undefined => (written === "?" ? undefined : written);
  return { server: part(text.slice(0, slash)), name: part(text.slice(slash + 1)) };
}

/**
 * What the candidate makes of the rules that decided a group on either side, and of every changed
 * rule that may speak of its action, so that nothing that widens it later passes as accepted: the
 * text of each, or null where it has none. Of the catalogs and declarations what the candidate says
 * where that is not what the baseline says (null: nothing of them changed). Against a recording
 * every rule is a change, and so is whatever the catalogs say.
 */
export function boundTexts({
  baseline,
  candidate,
}: {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}): BoundText {
  const texts = new Map(candidate.rules.map((rule) => [rule.name, rule.text()]));
  const rules = changedRules(baseline?.rules ?? [], candidate.rules);
  const containing = candidate.rules
    .filter(({ rule }) => rule.onDeny !== undefined)
    .map(({ name }) => name);
  const settings = settingsForm(candidate);
  const changed = baseline !== undefined && settingsForm(baseline) === settings ? null : settings;
  return ({ fromRules, toRules, action }) => {
    const called = actionOf(action);
    const reaching = rules
      .filter(({ scopes }) => scopes.some(({ actions }) => fitsAction(actions, called) !== false))
      .map(({ name }) => name);
    const named = [...fromRules, ...toRules];
    // WHY all that contain: `containment` does not tell which of them did
    const contained = named.includes("containment") ? containing : [];
    const names = new Set([...named, ...reaching, ...contained]);
    return JSON.stringify([[...names].map((name) => [name, texts.get(name) ?? null]), changed]);
  };
}
