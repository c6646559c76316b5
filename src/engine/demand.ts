import type { Approval } from "../policy/model.ts";
import { compileEntityGlob, isExactGlob } from "../policy/glob.ts";
import type { Obligation } from "./decision.ts";
import { classRank } from "./obligations.ts";

/**
 * How what one version demands compares with what another does: equal, stricter, or laxer
 * (incomparable is laxer, design 7.4).
 */
export type Comparison = "equal" | "stricter" | "laxer";

const ANY_HUMAN: readonly string[] = ["human:*"];

/** Whether everyone whom `inner` names may surely be named by `outer`. */
function covers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  if (outer.startsWith("role:") || inner.startsWith("role:"))
    return outer === "human:*" || outer === "human:**" ? inner.startsWith("role:") : false;
  if (!isExactGlob(inner)) return false;
  const colon = inner.indexOf(":");
  return compileEntityGlob(outer).fits(inner.slice(0, colon), inner.slice(colon + 1)) === true;
}

/**
 * Whether `a` is at least as hard to satisfy as `b`: no other approvers, no smaller quorum, no
 * longer validity.
 */
function atLeastAsStrong(a: Approval, b: Approval): boolean {
  const within = (x: Approval): number => x.within ?? Infinity;
  const allowed = b.approvers ?? ANY_HUMAN;
  const approversFit = (a.approvers ?? ANY_HUMAN).every((inner) =>
    allowed.some((outer) => covers(outer, inner)),
  );
  return a.quorum >= b.quorum && within(a) <= within(b) && approversFit;
}

/**
 * The demands of version `b` beside those of `a`: stricter where each of a's is met by one of b's
 * at least as strong, and not the reverse.
 */
export function compareApprovals(a: readonly Approval[], b: readonly Approval[]): Comparison {
  const strongerB = a.every((old) => b.some((now) => atLeastAsStrong(now, old)));
  const strongerA = b.every((now) => a.some((old) => atLeastAsStrong(old, now)));
  if (strongerB && strongerA) return "equal";
  return strongerB ? "stricter" : "laxer";
}

/** Whether the demands of two versions cannot be compared: each is laxer than the other in some way. */
export function areOtherApprovals(a: readonly Approval[], b: readonly Approval[]): boolean {
  return compareApprovals(a, b) === "laxer" && compareApprovals(b, a) === "laxer";
}

/** Obligations without the rules they come from, as parts that can each be missing. */
export function duties(obligations: readonly Obligation[]): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const obligation of obligations) {
    if (obligation.type === "log") parts.add("log");
    else if (obligation.type === "notify")
      for (const to of obligation.to) parts.add(`notify ${to}`);
    else for (const field of obligation.fields) parts.add(`redact ${field}`);
    if (obligation.type === "redact" && obligation.above !== undefined)
      for (let rank = 3; rank >= classRank(obligation.above); rank--)
        parts.add(`redact above ${rank}`);
  }
  return parts;
}

/** Obligations of version `b` beside those of `a`. */
export function compareObligations(a: readonly Obligation[], b: readonly Obligation[]): Comparison {
  const before = duties(a);
  const after = duties(b);
  const kept = [...before].every((duty) => after.has(duty));
  if (!kept) return "laxer";
  return after.size === before.size ? "equal" : "stricter";
}

/** Two comparisons as one: laxer in either way is laxer. */
export function bothComparisons(a: Comparison, b: Comparison): Comparison {
  if (a === "laxer" || b === "laxer") return "laxer";
  return a === "equal" ? b : a;
}
