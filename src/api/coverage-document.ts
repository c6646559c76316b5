import { runReplay, type ReplayJob } from "./replay/replay-job.ts";
import { DeploymentTally } from "../coverage/deployment-tally.ts";
import type { Earlier } from "../coverage/earlier.ts";
import type { CoverageBody, CoverageResult } from "../documents/coverage-result.ts";
import type { ReplayProblem, ReplayResult } from "../documents/replay-result.ts";
import { sinceOf } from "../coverage/since.ts";
import { refuseUnreadable, emptyReplayError } from "./vacuity.ts";

/** What a coverage is made of: a replay, and what was told of its calls. */
export interface Coverable {
  readonly result: ReplayResult;
  readonly body: CoverageBody;
  readonly error: ReplayProblem | undefined;
}

/** The document of what was told of a trace, and what moved since an earlier one. */
export function coverageOf(
  { result, body, error }: Coverable,
  earlier: Earlier | undefined,
): CoverageResult {
  const { tool, baseline, candidate, trace, partial, parts } = result;
  return {
    schemaVersion: 1,
    command: "coverage",
    tool,
    baseline,
    candidate,
    trace,
    partial,
    ...(parts && { parts }),
    ...body,
    ...(earlier === undefined
      ? {}
      : { since: sinceOf(earlier, body, { digest: candidate.digest, to: trace.to }) }),
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * The coverage of a deployment (design 9), and what moved since an earlier document. A trace of
 * which nothing can be read is a `UserError`; one in which nothing is decided has an `error`.
 */
export async function coverageDocument(
  job: ReplayJob,
  earlier: Earlier | undefined,
): Promise<CoverageResult> {
  let tally: DeploymentTally | undefined;
  const done = await runReplay(job, (coverage) => (tally = new DeploymentTally(coverage)));
  refuseUnreadable(done.result);
  const body = tally?.body();
  if (body === undefined) throw new Error("the replay told nobody of its calls");
  const error = emptyReplayError(done, job.candidate.set);
  return coverageOf({ result: done.result, body, error }, earlier);
}
