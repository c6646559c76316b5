import type { ChangeGroup } from "../documents/replay-result.ts";

/**
 * Who owns the rules that decide the calls of a group under the candidate, or, where no rule of an
 * owner does, the rules that decide them under the baseline. Names in order, each once; empty: the
 * policies name none. `owners`: by the names of the policies.
 */
export function ownersOfGroup(
  { fromRules, toRules }: Pick<ChangeGroup, "fromRules" | "toRules">,
  owners: ReadonlyMap<string, string>,
): readonly string[] {
  const of = (rules: readonly string[]): readonly string[] =>
    rules.flatMap((rule) => owners.get(rule.slice(0, Math.max(0, rule.indexOf("/")))) ?? []);
  const after = of(toRules);
  return [...new Set(after.length > 0 ? after : of(fromRules))].sort();
}
