import { ReportTally } from "../executive-report/report-tally.ts";
import type { ReplayJob } from "./replay/replay-job.ts";
import { runReplay } from "./replay/replay-job.ts";
import type { Earlier } from "../coverage/earlier.ts";
import { sinceOf } from "../coverage/since.ts";
import type { ReportResult } from "../documents/report-result.ts";
import { formatTime, parseTime } from "../text/time.ts";
import type { MetricTargets } from "./config/report-config.ts";
import { gravestRisks } from "../executive-report/gravest.ts";
import { proveInvariants } from "./analyze.ts";
import { refuseUnreadable, emptyReplayError } from "./vacuity.ts";

/** What expiry and reviews are judged by (design 11.6). */
function nowOf(
  job: ReplayJob,
  newest: string | null,
): { readonly time: number; readonly from: ReportResult["now"]["from"] } {
  if (job.now !== undefined) return { time: job.now, from: "flag" };
  const event = newest === null ? undefined : parseTime(newest);
  return event === undefined
    ? { time: job.clock(), from: "clock" }
    : { time: event, from: "newest event" };
}

/** What a report is called, and what it shows beside the replay. */
export interface ReportContent {
  readonly title: string;
  readonly showArguments: boolean;
  /** An earlier document, of which the report says what moved. */
  readonly earlier: Earlier | undefined;
  readonly targets: MetricTargets;
}

/** A report, and whether it failed: nothing was decided, or a limit is broken (design 11.3). */
export interface Reported {
  readonly document: ReportResult;
  readonly failed: boolean;
}

/**
 * Coverage, changes, identities and controls of a deployment as one document (design 9). A trace of
 * which nothing can be read is a `UserError`.
 */
export async function reportDocument(job: ReplayJob, content: ReportContent): Promise<Reported> {
  const { title, showArguments, earlier, targets } = content;
  let tally: ReportTally | undefined;
  const done = await runReplay(
    job,
    (coverage) =>
      (tally = new ReportTally(coverage, job.candidate.set, { arguments: showArguments })),
  );
  await job.decisions?.close();
  refuseUnreadable(done.result);
  const { tool, baseline, candidate, trace, partial } = done.result;
  const now = nowOf(job, trace.to);
  const parts = tally?.parts(done.result, now.time);
  if (parts === undefined) throw new Error("the replay told nobody of its calls");
  const error = emptyReplayError(done, job.candidate.set);
  const invariants = proveInvariants(job.candidate, { now: now.time }) ?? null;
  const document: ReportResult = {
    schemaVersion: 1,
    command: "report",
    tool,
    title,
    now: { time: formatTime(now.time), from: now.from },
    baseline,
    candidate,
    trace,
    partial,
    showsArguments: showArguments,
    ...parts,
    targets,
    gravest: gravestRisks({ ...parts, invariants }),
    invariants,
    ...(earlier === undefined
      ? {}
      : { since: sinceOf(earlier, parts.coverage, { digest: candidate.digest, to: trace.to }) }),
    ...(error === undefined ? {} : { error }),
  };
  return { document, failed: error !== undefined || !done.result.gate.passed };
}
