import { classify } from "../replay/classify.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { Met } from "./session-walk.ts";

/** What two decisions come to of a call that hangs on no other: each change is direct. */
export function resultBetween(
  event: TraceEvent,
  baseline: VersionDecision,
  candidate: VersionDecision,
): CallResult {
  const change = classify(baseline, candidate);
  const direct = change === "widened" || change === "narrowed" ? true : undefined;
  return { event, baseline, candidate, class: change, direct };
}

/** What a call that touches state came to. */
export function resultOf(event: TraceEvent, met: Met): CallResult {
  const { before, after, class: change, direct } = met;
  return { event, baseline: before, candidate: after, class: change, direct };
}
