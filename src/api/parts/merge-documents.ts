import type { MergedParts, ReplayResult } from "../../documents/replay-result.ts";
import type { GateConfig } from "../../replay/gate.ts";
import { documentOf, type ReplayAbout } from "../replay/replay-job.ts";
import { emptyError, refuseUnreadable } from "../vacuity.ts";
import type { MergedTrace } from "./merge-parts.ts";

/** So many groups are listed: the first of them in the order of every listing. */
const LISTED = 1_000;

/** How a merged document is judged. */
export interface Judged {
  readonly gate: GateConfig;
  /** What expiry is judged by; undefined: the clock. */
  readonly now: number | undefined;
  readonly clock: () => number;
}

function estimatedOf({ tallies }: MergedTrace): MergedParts["estimated"] {
  return [
    ...(tallies.tally.samplesSessions ? (["sessions"] as const) : []),
    ...(tallies.coverage.credentials.isSample ? (["credentials"] as const) : []),
  ];
}

function aboutMerged(
  { head, unexercised, neverMatched }: MergedTrace,
  judged: Judged,
): ReplayAbout {
  const { baseline, candidate, history, approvalsMode, filters } = head;
  const { gate, now, clock } = judged;
  const view = undefined;
  return {
    baseline,
    candidate,
    history,
    approvalsMode,
    filters,
    unexercised,
    neverMatched,
    view,
    gate,
    now,
    clock,
  };
}

/**
 * The result document of a replay of the whole trace, merged from its parts. What depends on files
 * is null. A `UserError` where nothing of the trace could be read.
 */
export function mergedReplay(merged: MergedTrace, judged: Judged): ReplayResult {
  const { head, tallies, read } = merged;
  const document = documentOf(aboutMerged(merged, judged), {
    ...tallies,
    report: {
      files: null,
      reordered: null,
      malformed: read.malformed,
      malformedList: read.malformedList,
      undecided: read.undecided,
      undecidedList: read.undecidedList,
      gatewayDenials: read.gatewayDenials,
    },
    repeatedIds: null,
    partial: false,
    traceDigest: null,
  });
  refuseUnreadable(document);
  const { namedCalls } = tallies.tally.notes;
  const error = head.problem ?? emptyError({ result: document, namedCalls }, head.namesTools);
  const rest = document.groups.slice(LISTED);
  return {
    ...document,
    groups: document.groups.slice(0, LISTED),
    parts: {
      key: head.key,
      groupsRest: { groups: rest.length, calls: rest.reduce((sum, { calls }) => sum + calls, 0) },
      estimated: estimatedOf(merged),
      partlyCompared: merged.partlyCompared,
    },
    ...(error === undefined ? {} : { error }),
  };
}
