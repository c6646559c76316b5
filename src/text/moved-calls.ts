import { keptEffect } from "./kept-effect.ts";
import { unapprovableCalls } from "./unapprovable.ts";

/** What of a group of changed calls tells what changes for them. */
interface MovedGroup {
  readonly class: string;
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly otherApprovals?: number;
  readonly nobodyIs?: readonly string[];
}

/** Calls that are widened or narrowed, each once, by what that means for them. */
export interface MovedCalls {
  /** More is permitted of them, or less: their effect changes. */
  readonly permitted: number;
  /** Their effect stays: only approvers, redaction or logging change. */
  readonly asked: number;
  /** Other approvals are asked of them, neither fewer nor more (design 7.4). */
  readonly others: number;
  /** Nobody can approve them, so they can never run. */
  readonly never: number;
}

/** What becomes of `calls` that changed in a way, all those of groups that are listed among them. */
export function movedCalls(
  groups: readonly MovedGroup[],
  kind: "widened" | "narrowed",
  calls: number,
): MovedCalls {
  const able = groups.filter((group) => group.class === kind && group.nobodyIs === undefined);
  const never = unapprovableCalls(groups, kind);
  const others = able.reduce((sum, { otherApprovals = 0 }) => sum + otherApprovals, 0);
  const asked = keptEffect(able, kind) - others;
  return { permitted: calls - never - others - asked, asked, others, never };
}
