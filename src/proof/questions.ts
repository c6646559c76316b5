import type { AnalysedRule, AnalysedSet } from "./analysed-set.ts";
import { isPossible, truthOf, type Answer, type Effort } from "./answer.ts";

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
