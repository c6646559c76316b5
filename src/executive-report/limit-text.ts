import type { GateCheck } from "../documents/replay-result.ts";
import { limitOf } from "../replay/gate.ts";

/** Digits after the point of a share in percent: as cards have them, and the most that are told. */
const [USUAL_DIGITS, MOST_DIGITS] = [1, 4];

function isKept(actual: number, { limit, bound }: GateCheck): boolean {
  return bound === "minimum" ? actual >= limit : actual <= limit;
}

/** A share as cards write it; more digits where it would look as if it kept the limit. */
function percentOf(actual: number, check: GateCheck): string {
  if (actual === 0 || actual === 1) return `${actual * 100}%`;
  for (let digits = USUAL_DIGITS; digits < MOST_DIGITS; digits++) {
    const least = 10 ** -digits;
    const shown = Math.min(100 - least, Math.max(least, actual * 100)).toFixed(digits);
    if (isKept(Number(shown) / 100, check) === check.passed) return `${shown}%`;
  }
  return `${(actual * 100).toFixed(MOST_DIGITS)}%`;
}

function actualText(check: GateCheck, isShare: boolean): string {
  const { name, actual, unknown } = check;
  if (actual === null) return "nothing to measure";
  const shown = isShare ? percentOf(actual, check) : actual.toLocaleString("en-US");
  const kind = name.startsWith("widened.class:") ? "classification" : "effects";
  return unknown === undefined
    ? shown
    : `${shown}, ${unknown.toLocaleString("en-US")} of them of unknown ${kind}`;
}

/** `enforcement coverage of the candidate: 65.5% (at least 95% required)`. */
export function limitText(check: GateCheck): string {
  const known = limitOf(check.name);
  const isShare = known?.kind === "share";
  const what = (known?.help ?? check.name).replace(/^(?:maximum|minimum)(?: of)? /, "");
  const limit = isShare
    ? `${Math.round(check.limit * 1e6) / 1e4}%`
    : check.limit.toLocaleString("en-US");
  const asks =
    check.bound === "minimum" ? `at least ${limit} required` : `at most ${limit} allowed`;
  return `${what}: ${actualText(check, isShare)} (${asks})`;
}
