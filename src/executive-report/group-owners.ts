import type { ChangeGroup } from "../documents/replay-result.ts";

/** Whether no policy has a rule: the default, and what the record of an agent in the catalog denies. */
function isOfNoPolicy(rule: string): boolean {
  return !rule.includes("/") || /^(?:lifecycle|manifest)\//.test(rule);
}

/**
 * Who owns the rules that decide the calls of a group under the candidate, or, where no rule of an
 * owner does, the rules that decide them under the baseline. Names in order, each once; empty: the
 * policies name none. Where no rule of a policy decides them under either, the owner of the agent.
 * `owners`: by the names of the policies; `agents`: by the subjects of the agents.
 */
export function ownersOfGroup(
  {
    fromRules,
    toRules,
    subject,
  }: Pick<ChangeGroup, "fromRules" | "toRules"> & Partial<Pick<ChangeGroup, "subject">>,
  owners: ReadonlyMap<string, string>,
  agents: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const of = (rules: readonly string[]): readonly string[] =>
    rules.flatMap((rule) => owners.get(rule.slice(0, Math.max(0, rule.indexOf("/")))) ?? []);
  const rules = [...fromRules, ...toRules];
  if (subject !== undefined && of(rules).length === 0 && rules.every(isOfNoPolicy)) {
    const owner = agents.get(subject);
    return owner === undefined ? [] : [owner];
  }
  const after = of(toRules);
  return [...new Set(after.length > 0 ? after : of(fromRules))].sort();
}
