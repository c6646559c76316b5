import { EventBatches } from "../../batch/event-batches.ts";
import { readVersions } from "../../batch/values/versions.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { Tallies } from "../../coverage/trace-part.ts";
import type { SeenIds } from "../../engine/event-ids.ts";
import { isInTime, isOfAgents, isSampled, type FilterOptions } from "../../replay/filter.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import type { ReplayObserver } from "../../replay/walk.ts";
import type { Watch } from "../replay/trace-replay.ts";
import type { ReplayJob } from "../replay/replay-inputs.ts";

/** What is told of a part's events while they are read. */
export interface PartReading {
  /** Told every event that is read, in order. */
  readonly each: (event: TraceEvent) => void;
  /** What stands for the place of a line, which means nothing in a part. */
  readonly placeOf: (line: string) => string;
}

/** What a part's events came to. */
export interface PartCounted {
  readonly tallies: Tallies;
  readonly report: ReadReport;
  /** Which ids the events have. */
  readonly ids: SeenIds;
}

/** Whether a sample leaves an event out altogether, and whether filters leave it uncounted. */
function leftBy(
  filter: FilterOptions | undefined,
  { id, time, session, request }: TraceEvent,
): { readonly walks: boolean; readonly counts: boolean } {
  const { sample, sessions, agents } = filter ?? {};
  return {
    walks: sample === undefined || isSampled(session ?? id, sample),
    counts:
      isInTime(time, filter ?? {}) &&
      (sessions === undefined || (session !== undefined && sessions.includes(session))) &&
      (agents === undefined || isOfAgents(request.subject, agents)),
  };
}

/** Has a call told as a whole, and then how the coverage takes it. */
function watching(coverage: CoverageTally, watch: Watch): ReplayObserver {
  const told = watch(coverage);
  return {
    call: (result) => {
      told.call(result);
      coverage.tell(result);
    },
    other: (event) => told.other?.(event),
  };
}

/**
 * Counts the events of a part. Events are read whole: what ties parts together is told by events,
 * and of calls with one time the example is the one with the first id. `watch`: who else is told.
 */
export async function countPart(
  job: ReplayJob,
  reading: PartReading,
  watch?: Watch,
): Promise<PartCounted> {
  const versions = { baseline: job.baseline.set, candidate: job.candidate.set };
  const tally = new ReplayTally("id");
  const coverage = new CoverageTally(versions);
  const batches = new EventBatches(readVersions(versions, { ids: false }), job, {
    tally,
    coverage,
    log: undefined,
    watch: watch && watching(coverage, watch),
  });
  const report = new ReadReport();
  const options = { reorder: job.reorder, report, placeOf: reading.placeOf };
  let leftOut = 0;
  for await (const batch of readTrace(job.files, options))
    for (const event of job.labels === undefined ? batch : job.labels.join(batch)) {
      reading.each(event);
      const { walks, counts } = leftBy(job.filter, event);
      if (event.type === "call" && !(walks && counts)) leftOut++;
      if (walks) batches.take(event, counts);
    }
  batches.finish();
  const { sessions, kinds } = batches.walk;
  const { keylessWrites, forgotten, ids } = sessions;
  const handed = new Map<string, number>();
  const tallies = { tally, coverage, keylessWrites, forgotten, leftOut, kinds, again: 0, handed };
  return { tallies, report, ids };
}
