import type { AnalysedRule, AnalysedSet } from "./analysed-set.ts";
import { isPossible, truthOf, type Answer, type Effort } from "./answer.ts";

/**
 * Whether some call matches a rule. `no`: it never matches, it may be an error or unknown at most.
 */
export function canMatch(
  analysed: AnalysedSet,
  { claim, name }: AnalysedRule,
  effort?: Effort,
): Answer {
  return isPossible(
    analysed,
    claim("true"),
    (witness) => truthOf(analysed.set, name, witness) === true,
    effort,
  );
}
