import { canBeApproved, resourceWorld } from "./catalog-world.ts";
import type { AnalysedRule, AnalysedSet } from "./analysed-set.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { isImpossible } from "./answer.ts";
import { Work } from "./work.ts";
import { permittedWorld } from "./permitted-world.ts";

function enforced({ rules }: AnalysedSet): readonly AnalysedRule[] {
  return rules.filter(({ rule }) => rule.mode === "enforce");
}

/** The rules that ask for an approval. */
export function approvalRules(analysed: AnalysedSet): readonly AnalysedRule[] {
  return enforced(analysed).filter(({ rule }) => rule.effect === "require_approval");
}

/**
 * What every permitted call fulfils (design 4.1, 4.2): its agent may act, every deny rule is known
 * not to match, nor any rule whose approval nobody can give, and some other rule is known to match.
 * Other approvals are taken as given, and what chains, session bounds and containment stop besides
 * is left out. INVARIANT: wider is sound for whoever proves that something is never permitted,
 * narrower is not.
 */
export function permittedCalls(analysed: AnalysedSet): Formula {
  const { documents, set } = analysed;
  const rules = enforced(analysed);
  const permits = rules.filter(
    ({ rule }) =>
      rule.effect === "allow" ||
      (rule.effect === "require_approval" && canBeApproved(rule.approval, set.catalog)),
  );
  const denies = rules.filter((rule) => !permits.includes(rule));
  return allOf([
    permittedWorld(set),
    resourceWorld(documents),
    ...denies.map(({ claim }) => claim("false")),
    anyOf(permits.map(({ claim }) => claim("true"))),
  ]);
}

/** Steps of the proof that nothing is permitted: a second at most. */
const STEPS = 2_000_000;

/** Whether it is proved that a set permits no call at all; false: it may permit some. */
export function permitsNothing(analysed: AnalysedSet): boolean {
  const effort = { branches: 10_000, work: new Work({ question: STEPS, run: STEPS }) };
  return isImpossible(analysed, permittedCalls(analysed), effort) === "impossible";
}
