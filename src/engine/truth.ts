import { Failure, Unknown } from "../condition/value.ts";
import type { TruthName } from "../documents/test-result.ts";

/**
 * The outcome of a formula (design 3.5): true, false, unknown for want of attributes, or an error.
 */
export type Truth = boolean | Unknown | Failure;

function undecided(a: Truth, b: Truth): Truth {
  if (a instanceof Unknown) return b instanceof Unknown ? a.with(b) : a;
  if (b instanceof Unknown) return b;
  return a instanceof Failure ? a : b;
}

/** `a && b`: false absorbs, then unknown beats error (design 3.5). */
export function and(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  if (a === true) return b;
  return b === true ? a : undecided(a, b);
}

/** `a || b`: true absorbs, then unknown beats error (design 3.5). */
export function or(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  if (a === false) return b;
  return b === false ? a : undecided(a, b);
}

export function not(a: Truth): Truth {
  return typeof a === "boolean" ? !a : a;
}

/** A three-valued fit as a truth: undefined is unknown for want of `path`. */
export function fitTruth(fit: boolean | undefined, missing: Unknown): Truth {
  return fit === undefined ? missing : fit;
}

/** The word for a truth in documents. */
export function truthName(truth: Truth): TruthName {
  if (typeof truth === "boolean") return truth ? "true" : "false";
  return truth instanceof Unknown ? "unknown" : "error";
}

/** Why a truth is neither true nor false: the error, or what is unrecorded; null: it is. */
export function truthMessage(truth: Truth): string | null {
  if (truth instanceof Unknown) return `unrecorded: ${truth.paths.join(", ")}`;
  return truth instanceof Failure ? truth.message : null;
}
