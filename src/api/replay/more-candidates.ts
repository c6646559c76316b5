import type { CandidateResult } from "../../documents/replay-result.ts";
import { replayError } from "../vacuity.ts";
import { KeptTrace } from "./kept-trace.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import { runReplay, type ReplayDone } from "./replay-job.ts";

/** A candidate besides the first one. */
export interface MoreCandidate {
  /** As its flag is called: `candidate-2`. */
  readonly name: string;
  readonly version: ReplayJob["candidate"];
  readonly refs: readonly string[];
}

/** A job whose columns and decisions stay for candidates that come after. */
export function withKept(job: ReplayJob, more: readonly MoreCandidate[]): ReplayJob {
  const { columns } = job;
  return columns === undefined || more.length === 0
    ? job
    : { ...job, columns: { ...columns, kept: columns.kept ?? new KeptTrace() } };
}

/** Ends the threads that {@link withKept} kept for further candidates. */
export async function endKept(job: ReplayJob, more: readonly MoreCandidate[]): Promise<void> {
  if (more.length > 0) await job.columns?.kept?.close();
}

/**
 * Replays further candidates after the first one: of each only what differs from the one before is
 * evaluated, where the trace is read as columns and walked in this thread.
 */
export async function replayMore(
  job: ReplayJob,
  more: readonly MoreCandidate[],
): Promise<readonly CandidateResult[]> {
  const results: CandidateResult[] = [];
  for (const { name, version, refs } of more) {
    const own: ReplayJob = {
      ...job,
      // how the baseline was found is told with the first one, and so are decisions
      recordedPolicy: undefined,
      candidate: version,
      refs: { ...job.refs, candidate: refs },
      decisions: undefined,
      progress: undefined,
    };
    results.push(candidateResult(name, own, await runReplay(own)));
  }
  return results;
}

function candidateResult(name: string, job: ReplayJob, done: ReplayDone): CandidateResult {
  const { candidate, decisions, changes, groups, missing, approvals, labels, coverage, gate } =
    done.result;
  const error = replayError(done, job.candidate.set);
  return {
    name,
    candidate,
    decisions: decisions.candidate,
    changes,
    groups,
    missing,
    approvals: approvals.candidate,
    contained: done.result.contained.candidate,
    labels,
    coverage: coverage.candidate,
    unexercised: done.result.unexercised,
    gate,
    ...(error === undefined ? {} : { error }),
  };
}

/** Whether a further candidate fails its gate, or its replay proves nothing. */
export function fails({
  gate,
  error,
}: Pick<CandidateResult, "gate"> & { readonly error?: unknown }): boolean {
  return error !== undefined || !gate.passed;
}
