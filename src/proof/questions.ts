import type { AnalysedRule, AnalysedSet } from "./analysed-set.ts";
import { isPossible, truthOf, type Answer, type Effort } from "./answer.ts";
import { allOf } from "./formula.ts";

/**
 * Whether some call matches a rule. `no`: it never matches, it may be an error or unknown at most.
 */
export function canMatch(of: AnalysedSet, { claim, name }: AnalysedRule, effort?: Effort): Answer {
  return isPossible(
    of,
    claim("true"),
    (witness) => truthOf(of.set, name, witness) === true,
    effort,
  );
}

/** Whether some call matches both rules. */
export function canBothMatch(
  of: AnalysedSet,
  a: AnalysedRule,
  b: AnalysedRule,
  effort?: Effort,
): Answer {
  const shows = (rule: AnalysedRule, witness: Parameters<typeof truthOf>[2]): boolean =>
    truthOf(of.set, rule.name, witness) === true;
  return isPossible(
    of,
    allOf([a.claim("true"), b.claim("true")]),
    (witness) => shows(a, witness) && shows(b, witness),
    effort,
  );
}

/**
 * Whether some call matches `a` and does not match `b`. `no`: wherever `a` matches, `b` matches.
 */
export function canMatchWithout(
  of: AnalysedSet,
  a: AnalysedRule,
  b: AnalysedRule,
  effort?: Effort,
): Answer {
  const shows = (witness: Parameters<typeof truthOf>[2]): boolean =>
    truthOf(of.set, a.name, witness) === true && truthOf(of.set, b.name, witness) !== true;
  return isPossible(of, allOf([a.claim("true"), b.claim("notTrue")]), shows, effort);
}
