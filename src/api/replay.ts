import { runReplay } from "./replay/replay-job.ts";
import type { CoverageResult } from "../documents/coverage-result.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import { coverageDocument } from "./coverage-document.ts";
import { Policies } from "./policies.ts";
import { replayMore, withKept, type MoreCandidate } from "./replay/more-candidates.ts";
import { replayJobOf, type ReplayOptions } from "./replay-call.ts";
import { refuseUnreadable, replayError } from "./vacuity.ts";

/** Two versions of the policies, and the trace that both decide. */
export interface ReplayInput {
  readonly candidate: Policies;
  /** Further candidates against the same baseline: `candidates` of the result, in this order. */
  readonly candidates?: readonly Policies[];
  /** `recorded`: what was decided when the calls were made (design 7.3). */
  readonly baseline: Policies | "recorded";
  /** Canonical traces: paths, folders, patterns. */
  readonly trace: string | readonly string[];
}

/**
 * Decides every recorded call under both versions and tells what would change (design 7): classes,
 * groups, transitions. No gate is set: `changes` is what a caller judges. A trace of which nothing
 * can be read is a `UserError`; one in which nothing is decided, and a candidate without a rule in
 * force, have an `error` in the document (design 7.7).
 */
export async function replay(
  input: ReplayInput,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const more = (input.candidates ?? []).map(
    (policies, i): MoreCandidate => ({
      name: `candidate-${i + 2}`,
      version: Policies.open(policies).loaded,
      refs: [policies.ref],
    }),
  );
  const job = withKept(await replayJobOf(input, options), more);
  const done = await runReplay(job);
  refuseUnreadable(done.result);
  const error = replayError(done, job.candidate.set);
  const candidates = more.length === 0 ? {} : { candidates: await replayMore(job, more) };
  return { ...done.result, ...candidates, ...(error === undefined ? {} : { error }) };
}

/**
 * Of all consequential calls of a trace, how many are covered by enforcement, policy, identity,
 * classification, oversight and attribution, and which are not (design 9). Errors as of `replay`.
 */
export async function coverage(
  input: ReplayInput,
  options: ReplayOptions = {},
): Promise<CoverageResult> {
  return coverageDocument(await replayJobOf(input, options), undefined);
}
