import type { ChangeGroup } from "../documents/replay-result.ts";
import { listed } from "../text/listed.ts";

function policyOf(rule: string): string {
  return rule.slice(0, Math.max(0, rule.indexOf("/")));
}

/**
 * Whether the calls of a group were decided by policies that are gone, and now by no rule: they are
 * decided as before if these policies are put back.
 */
export function isOfRemoved(
  { fromRules, toRules }: Pick<ChangeGroup, "fromRules" | "toRules">,
  removed: ReadonlySet<string>,
): boolean {
  return (
    fromRules.length > 0 &&
    fromRules.every((rule) => removed.has(policyOf(rule))) &&
    toRules.every((rule) => policyOf(rule) === "")
  );
}

/** To put back the policies that decided the calls of these groups, as a step. */
export function putBackText(groups: readonly Pick<ChangeGroup, "fromRules">[]): string {
  const names = [...new Set(groups.flatMap(({ fromRules }) => fromRules.map(policyOf)))].sort();
  const policies = names.map((name) => `\`${name}\``);
  return `put ${names.length === 1 ? "policy" : "policies"} ${listed(policies)} back`;
}
