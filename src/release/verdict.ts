import type { Bump } from "../documents/version-result.ts";
import type { ChangeImpact } from "../proof/judge-change.ts";

export const NOTHING_MOVES: ChangeImpact = {
  widens: false,
  narrows: false,
  moves: false,
  conclusive: true,
};

export const WIDENS: ChangeImpact = { widens: true, narrows: false, moves: true, conclusive: true };

export const NARROWS: ChangeImpact = {
  widens: false,
  narrows: true,
  moves: true,
  conclusive: true,
};

export const CANNOT_TELL: ChangeImpact = {
  widens: true,
  narrows: true,
  moves: true,
  conclusive: false,
};

/** What several changes can do, one after the other. */
export function joinVerdicts(verdicts: readonly ChangeImpact[]): ChangeImpact {
  const widening = verdicts.filter((verdict) => verdict.widens);
  const onlyReleases =
    widening.length > 0 && widening.every((verdict) => verdict.onlyReleases === true);
  return {
    widens: widening.length > 0,
    narrows: verdicts.some((verdict) => verdict.narrows),
    moves: verdicts.some((verdict) => verdict.moves),
    conclusive: verdicts.every((verdict) => verdict.conclusive),
    ...(onlyReleases && { onlyReleases }),
  };
}

/** The verdict on a change the other way round. */
export function reversed({ widens, narrows, moves, conclusive }: ChangeImpact): ChangeImpact {
  return { widens: narrows, narrows: widens, moves, conclusive };
}

/** The bump that a change needs (design 10.2). */
export function bumpOf(verdict: ChangeImpact): Bump {
  if (verdict.widens) return "major";
  return verdict.moves ? "minor" : "patch";
}

const ORDER: readonly Bump[] = ["none", "patch", "minor", "major"];

/** The strictest of several. */
export function strictestBump(bumps: readonly Bump[]): Bump {
  return ORDER[Math.max(0, ...bumps.map((bump) => ORDER.indexOf(bump)))] ?? "none";
}

/** Whether a declared bump is at least what is required. */
export function suffices(declared: Bump, required: Bump): boolean {
  return ORDER.indexOf(declared) >= ORDER.indexOf(required);
}

/** How certain a reader may be, in words that follow a sentence. */
export function verdictWords(verdict: ChangeImpact): string {
  if (!verdict.conclusive)
    return "agentz cannot classify what this does to decisions, so it is reported as widening";
  if (verdict.widens && verdict.narrows) return "this may widen and may narrow";
  if (verdict.widens) return "this may widen";
  if (verdict.narrows) return "this only narrows";
  return verdict.moves ? "this changes decisions, but widens none" : "this changes no decision";
}
