import type { AnalysedSet } from "./analysed-set.ts";
import { isPossible, NO, UNKNOWN, type Answer, type Effort } from "./answer.ts";
import { wholeWay, wideningWays, type Side } from "./change-ways.ts";
import { allOf, anyOf } from "./formula.ts";
import { permittedWorld } from "./permitted-world.ts";
import type { Witness } from "./witness.ts";

/** Two versions as the rules that decide in them; calls are made up of what `of` knows. */
export interface Sides {
  readonly of: AnalysedSet;
  readonly before: Side;
  readonly after: Side;
  /** True where calls are decided for more subjects than the caller (design 4.5). */
  readonly joint: boolean;
}

/** Calls that are tried for one comparison, at most: what shows a change is among the first. */
const MOST_DRAFTS = 250;

/**
 * Whether a call is decided laxer after than before; of several reasons the first of which a call
 * is shown.
 */
export function laxerCall(
  { of, before, after, joint }: Sides,
  shows: (call: Witness) => boolean,
  effort: Effort,
): Answer {
  const world = permittedWorld(of.set);
  const limits = { ...effort, drafts: { left: MOST_DRAFTS } };
  let answer = NO;
  for (const ways of wideningWays(before, after, joint)) {
    const found = isPossible(of, allOf([anyOf(ways.map(wholeWay)), world]), shows, limits);
    if (found.kind === "yes") return found;
    if (found.kind === "no") continue;
    // WHY a second search: settling first what the changed rule says often leaves nothing open of
    // all the others
    for (const { changed, besides } of ways) {
      const again = isPossible(of, allOf([besides, world]), shows, { ...limits, first: changed });
      if (again.kind === "yes") return again;
      if (again.kind === "unknown") answer = UNKNOWN;
    }
  }
  return answer;
}
