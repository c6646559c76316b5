import { Failure } from "./value.ts";

/** The most steps that one part of a condition takes where nobody says otherwise. */
export const DEFAULT_STEPS = 1_000_000;

/**
 * The most steps that the constants of one part may take when it is compiled; what is beyond them
 * is asked at run time.
 */
export const FOLD_STEPS = 100_000;

/**
 * What a part of a condition is that would take more steps than it has: an error, so a deny holds
 * and an allow does not.
 */
export const TOO_COSTLY = new Failure("the condition takes more steps than allowed");

/**
 * What the part of a condition under way may still spend; infinite where none is. One for the
 * thread: a part runs to its end before the next begins. A step is about one element visited, or
 * sixteen characters copied or searched (docs/policy-language.md).
 */
export const meter = { left: Infinity };

/** Spends `steps`; false where the part has no more: then it is {@link TOO_COSTLY}. */
export function spend(steps: number): boolean {
  meter.left -= steps;
  return meter.left >= 0;
}

/** The steps that it takes to read a text once. */
export function textSteps(text: string): number {
  return text.length >> 4;
}
