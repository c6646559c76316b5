import type { PreparedCall } from "./prepared-call.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { Nearest } from "./decision.ts";
import type { MemberDecision } from "./member.ts";
import { fitsEntity } from "./scope.ts";

/** The texts of a rule's conjuncts that do not hold for the member's row. */
function failedConjuncts(rule: CompiledRule, member: MemberDecision): readonly string[] {
  return rule
    .conjuncts()
    .filter(({ test }) => test(member.row) !== true)
    .map(({ text }) => text);
}

/**
 * The allow rule that came nearest to permitting a call (design 4.4): its scope fits, fewest of its
 * conditions fail; ties go to the first name. Null where no allow rule speaks of such a call.
 */
export function nearestAllow(member: MemberDecision, call: PreparedCall): Nearest | null {
  let best: Nearest | null = null;
  for (const { rule, fit } of member.plan) {
    if (rule.rule.effect !== "allow" || rule.rule.mode === "shadow" || fit !== true) continue;
    if (fitsEntity(rule.scope.resources, call.resource, "resource") !== true) continue;
    const failed = failedConjuncts(rule, member);
    if (best === null || failed.length < best.failed.length) best = { rule: rule.name, failed };
  }
  return best;
}
