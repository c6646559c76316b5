import type { AnalysedSet } from "./analysed-set.ts";
import { isPossible, NO, UNKNOWN, type Answer, type Effort } from "./answer.ts";
import { wholeWay, wideningWays, type VersionRules } from "./change-ways.ts";
import { allOf, anyOf } from "./formula.ts";
import { permittedWorld } from "./permitted-world.ts";
import type { Witness } from "./witness.ts";

/** Two versions as the rules that decide in them; calls are made up of what `of` knows. */
export interface Sides {
  readonly analysed: AnalysedSet;
  readonly before: VersionRules;
  readonly after: VersionRules;
  /** True where calls are decided for more subjects than the caller (design 4.5). */
  readonly joint: boolean;
}

/**
 * Whether a call is decided laxer after than before; of several reasons the first of which a call
 * is shown.
 */
export function laxerCall(
  { analysed, before, after, joint }: Sides,
  shows: (call: Witness) => boolean,
  effort: Effort,
): Answer {
  const world = permittedWorld(analysed.set);
  let answer = NO;
  for (const ways of wideningWays(before, after, joint)) {
    const found = isPossible(analysed, allOf([anyOf(ways.map(wholeWay)), world]), shows, effort);
    if (found.kind === "yes") return found;
    if (found.kind === "no") continue;
    // WHY a second search: settling first what the changed rule says often leaves nothing open of
    // all the others
    for (const { changed, besides } of ways) {
      const again = isPossible(analysed, allOf([besides, world]), shows, {
        ...effort,
        first: changed,
      });
      if (again.kind === "yes") return again;
      if (again.kind === "unknown") answer = UNKNOWN;
    }
  }
  return answer;
}
