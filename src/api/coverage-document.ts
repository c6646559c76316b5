import { runReplay, type ReplayJob } from "./replay/replay-job.ts";
import { DeploymentTally } from "../coverage/deployment-tally.ts";
import type { Earlier } from "../coverage/earlier.ts";
import type { CoverageResult } from "../documents/coverage-result.ts";
import { sinceOf } from "../coverage/since.ts";
import { refuseUnreadable, emptyReplayError } from "./vacuity.ts";

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
  const { tool, baseline, candidate, trace, partial } = done.result;
  const error = emptyReplayError(done, job.candidate.set);
  return {
    schemaVersion: 1,
    command: "coverage",
    tool,
    baseline,
    candidate,
    trace,
    partial,
    ...body,
    ...(earlier === undefined
      ? {}
      : { since: sinceOf(earlier, body, { digest: candidate.digest, to: trace.to }) }),
    ...(error === undefined ? {} : { error }),
  };
}
