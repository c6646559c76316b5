/** Outcomes of a formula as small numbers: false, true, unknown, error (design 3.5). */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export const ERROR = 3;
export type TruthValue = 0 | 1 | 2 | 3;

export const ALL_VALUES: readonly TruthValue[] = [FALSE, TRUE, UNKNOWN, ERROR];

/** `a && b`: false absorbs, then unknown beats error. */
export function and(a: TruthValue, b: TruthValue): TruthValue {
  if (a === FALSE || b === FALSE) return FALSE;
  if (a === TRUE) return b;
  if (b === TRUE) return a;
  return a === UNKNOWN || b === UNKNOWN ? UNKNOWN : ERROR;
}

/** `a || b`: true absorbs, then unknown beats error. */
export function or(a: TruthValue, b: TruthValue): TruthValue {
  if (a === TRUE || b === TRUE) return TRUE;
  if (a === FALSE) return b;
  if (b === FALSE) return a;
  return a === UNKNOWN || b === UNKNOWN ? UNKNOWN : ERROR;
}

export function not(a: TruthValue): TruthValue {
  if (a === FALSE) return TRUE;
  return a === TRUE ? FALSE : a;
}

/**
 * Whether `a` may stand where `b` does when `b` holds at least as often: true only under true, not
 * false only under not false.
 */
export function isAtMost(a: TruthValue, b: TruthValue): boolean {
  return (a !== TRUE || b === TRUE) && (b !== FALSE || a === FALSE);
}
