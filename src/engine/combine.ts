import { Failure, Unknown } from "../condition/value.ts";
import type { Effect } from "../policy/model.ts";
import type { Truth } from "./truth.ts";

/**
 * One thing that has a say: a rule, or `manifest/...`, `lifecycle/...`, `containment` as denials.
 */
export interface Vote {
  readonly name: string;
  readonly effect: Effect;
  /** Never false: what does not match has no say. */
  readonly truth: Truth;
  readonly reason?: string | undefined;
  /** On a containment: the rule and the event that started it. */
  readonly since?: { readonly rule: string; readonly event: string };
  /** What it adds to a combination when it counts as matched: one of these outcomes. */
  readonly ranks: RankSet;
}

/** A denial that no rule made. */
export function denial(name: string, truth: Truth, reason: string): Vote {
  return { name, effect: "deny", truth, reason, ranks: 1 << DENY };
}

/**
 * How strict an outcome is, as one order: allow, approval required and satisfied, approval required
 * and open, deny. Sets of outcomes are bit sets over it.
 */
export const ALLOW = 0;
export const SATISFIED = 1;
export const OPEN = 2;
export const DENY = 3;
export type Rank = 0 | 1 | 2 | 3;
export type RankSet = number;

const RANKS: readonly Rank[] = [DENY, OPEN, SATISFIED, ALLOW];

/** The ranks in a set, strictest first. */
export function ranksOf(set: RankSet): readonly Rank[] {
  return RANKS.filter((rank) => (set & (1 << rank)) !== 0);
}

export function effectOf(rank: Rank): Effect {
  return rank === DENY ? "deny" : rank === ALLOW ? "allow" : "require_approval";
}

/** The effects, from the laxest to the strictest (design 4.1). */
export const STRICTNESS: readonly Effect[] = ["allow", "require_approval", "deny"];

/** How much stricter `to` is than `from`: above 0 where it is stricter, below 0 where it is laxer. */
export function strictnessStep(from: Effect, to: Effect): number {
  return STRICTNESS.indexOf(to) - STRICTNESS.indexOf(from);
}

/** The effects in a set, strictest first. */
export function effectsOf(set: RankSet): readonly Effect[] {
  return [...new Set(ranksOf(set).map(effectOf))];
}

/** The strictest rank in a set; deny where it is empty. */
export function strictest(set: RankSet): Rank {
  for (const rank of RANKS) if ((set & (1 << rank)) !== 0) return rank;
  return DENY;
}

/**
 * Whatever items are there, deny overrides open overrides satisfied overrides allow; none is the
 * default deny (design 4.1).
 */
function outcome(present: RankSet, errors: RankSet): Rank {
  // nothing permits, so an erroneous rule is at its strictest when it does not count
  if (present === 0) return DENY;
  // with something that permits, an erroneous rule is at its strictest when it counts; an erroneous
  // allow adds nothing
  return strictest(present | (errors & ~(1 << ALLOW)));
}

/** Sets of outcomes as a bit set over them: at most sixteen. */
type SetOfSets = number;
const EMPTY_ALONE: SetOfSets = 1 << 0;
const SETS = 16;

/** Every union of one choice of `choices` with one set of `start`. */
function spread(start: SetOfSets, choices: RankSet, optional: boolean): SetOfSets {
  let result = optional ? start : 0;
  for (let set = 0; set < SETS; set++) {
    if ((start & (1 << set)) === 0) continue;
    for (const rank of RANKS) if ((choices & (1 << rank)) !== 0) result |= 1 << (set | (1 << rank));
  }
  return result;
}

/**
 * What is present where every item matched and has one outcome, as nearly always; else undefined.
 */
function settledRanks(items: readonly Vote[]): RankSet | undefined {
  let present: RankSet = 0;
  for (const { truth, ranks } of items) {
    if (truth !== true || (ranks & (ranks - 1)) !== 0) return undefined;
    present |= ranks;
  }
  return present;
}

/**
 * Every outcome that the undecided items leave possible (design 4.2, 4.3): the unknown ones taken
 * both ways, independently; for each combination the erroneous ones the strictest way.
 */
export function possibleRanks(items: readonly Vote[]): RankSet {
  const settled = settledRanks(items);
  if (settled !== undefined) return 1 << outcome(settled, 0);
  let present = EMPTY_ALONE;
  let errors = EMPTY_ALONE;
  for (const item of items) {
    if (item.truth === true) present = spread(present, item.ranks, false);
    else if (item.truth instanceof Unknown) present = spread(present, item.ranks, true);
    else if (item.truth instanceof Failure) errors = spread(errors, item.ranks, false);
  }
  let ranks: RankSet = 0;
  for (let set = 0; set < SETS; set++) {
    if ((present & (1 << set)) === 0) continue;
    for (let error = 0; error < SETS; error++)
      if ((errors & (1 << error)) !== 0) ranks |= 1 << outcome(set, error);
  }
  return ranks;
}

/**
 * Several decisions of which the strictest holds (design 4.5): every outcome that independent
 * choices leave possible. A maximum can be any value of any set that is no laxer than the least
 * value of each.
 */
export function strictestOf(sets: readonly RankSet[]): RankSet {
  let union = 0;
  let floor = 0;
  for (const set of sets) {
    union |= set;
    const laxest = RANKS.findLast((rank) => (set & (1 << rank)) !== 0) ?? DENY;
    floor = Math.max(floor, laxest);
  }
  return (union >> floor) << floor;
}

/**
 * A set with every stricter outcome besides: something unknown may be stricter (design 4.5,
 * unrecorded chain).
 */
export function orStricter(set: RankSet): RankSet {
  const laxest = RANKS.findLast((rank) => (set & (1 << rank)) !== 0) ?? DENY;
  return set | ((0b1111 >> laxest) << laxest);
}
