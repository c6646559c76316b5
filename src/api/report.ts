import { ReportTally } from "../executive-report/report-tally.ts";
import { unapprovableRules } from "../replay/unapprovable-rules.ts";
import type { ReplayJob } from "./replay/replay-job.ts";
import type { PreparedReplay } from "./replay-run.ts";
import { endKept, fails, replayMore, withKept } from "./replay/more-candidates.ts";
import { runReplay } from "./replay/replay-job.ts";
import type { Earlier } from "../coverage/earlier.ts";
import { sinceOf } from "../coverage/since.ts";
import type { DiffResult } from "../documents/diff-result.ts";
import type { CiStep } from "../documents/ci-result.ts";
import type { CandidateResult, ReplayProblem, ReplayResult } from "../documents/replay-result.ts";
import type { ComparedCandidate, ReportResult } from "../documents/report-result.ts";
import { formatTime, parseTime } from "../text/time.ts";
import type { MetricTargets } from "./config/report-config.ts";
import { wideningsOf } from "../text/widenings.ts";
import { gravestRisks } from "../executive-report/gravest.ts";
import { ownersOfGroup } from "../executive-report/group-owners.ts";
import { oversightCost } from "../executive-report/oversight-cost.ts";
import { shipVerdict } from "../executive-report/ship-verdict.ts";
import { policyOwners } from "./policy-owners.ts";
import { proveInvariants } from "./analyze.ts";
import { refuseUnreadable, emptyReplayError } from "./vacuity.ts";

/** What expiry and reviews are judged by (design 11.6). */
function nowOf(
  { now, clock }: Pick<ReplayJob, "now" | "clock">,
  newest: string | null,
): { readonly time: number; readonly from: ReportResult["now"]["from"] } {
  if (now !== undefined) return { time: now, from: "flag" };
  const event = newest === null ? undefined : parseTime(newest);
  return event === undefined
    ? { time: clock(), from: "clock" }
    : { time: event, from: "newest event" };
}

/** What a report is called, and what it shows beside the replay. */
export interface ReportContent {
  readonly title: string;
  readonly showArguments: boolean;
  /** An earlier document, of which the report says what moved. */
  readonly earlier: Earlier | undefined;
  readonly targets: MetricTargets;
  /** What `agentz ci` checks of the candidate besides the replay; undefined: it was not run. */
  readonly checks?: readonly CiStep[];
  /** What changed in the policies; null or left out: nothing compared them. */
  readonly diff?: DiffResult | null;
}

/** A report, and whether it failed: nothing was decided, or a limit is broken (design 11.3). */
export interface Reported {
  readonly document: ReportResult;
  readonly failed: boolean;
}

/** What a report is made of: a replay, one of a whole trace or of its parts, and what was told. */
export interface Reportable extends Pick<ReplayJob, "candidate" | "now" | "clock"> {
  readonly baseline: Pick<ReplayJob["baseline"], "documents">;
  readonly result: ReplayResult;
  readonly tally: ReportTally;
  readonly error: ReplayProblem | undefined;
  /** Further candidates; left out: there is none. */
  readonly candidates?: readonly ComparedCandidate[];
}

/** Groups of changed calls with those who answer for their rules. */
function withOwners(
  replay: ReportResult["replay"],
  owners: ReadonlyMap<string, string>,
  agents: ReadonlyMap<string, string>,
): ReportResult["replay"] {
  const groups = replay.groups.map((group) => {
    const own = ownersOfGroup(group, owners, agents);
    return own.length === 0 ? group : { ...group, owners: own };
  });
  return { ...replay, groups };
}

/** The document of what was told of a trace. */
export function reportOf(
  { result, tally, error, candidates = [], ...by }: Reportable,
  { title, showArguments, earlier, targets, checks, diff }: ReportContent,
): Reported {
  const { tool, baseline, candidate, trace, partial } = result;
  const now = nowOf(by, trace.to);
  const told = tally.parts(result, now.time);
  const { owners, removed } = policyOwners(by.baseline.documents ?? [], by.candidate.documents);
  const agents = new Map(
    told.identities.flatMap(({ subject, owner }) => (owner === null ? [] : [[subject, owner]])),
  );
  const parts = { ...told, replay: withOwners(told.replay, owners, agents) };
  const invariants = proveInvariants(by.candidate, { now: now.time }) ?? null;
  const compared = diff ? { changes: diff.changes } : {};
  const gravest = gravestRisks({ ...parts, ...compared, invariants, owners, removed });
  const judged = {
    ...(checks === undefined ? {} : { checks }),
    ...(error === undefined ? {} : { error }),
  };
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
    ...(result.parts && { parts: result.parts }),
    showsArguments: showArguments,
    ...parts,
    targets,
    gravest,
    oversightCost: oversightCost({
      coverage: parts.coverage,
      trace,
      target: targets.oversight.target,
      rules: by.candidate.set.rules,
      unapprovable: unapprovableRules(by.candidate.set),
    }),
    verdict: shipVerdict({
      ...judged,
      ...(diff && { diff }),
      trace,
      partial,
      gravest,
      targets,
      incidents: parts.incidents,
      coverage: { before: parts.coverageBefore.metrics, after: parts.coverage.metrics },
      owners,
      agents,
      replay: parts.replay,
    }),
    invariants,
    ...(diff && { widenings: Object.values(wideningsOf(diff.changes)).flat() }),
    ...(earlier === undefined
      ? {}
      : { since: sinceOf(earlier, parts.coverage, { digest: candidate.digest, to: trace.to }) }),
    ...(candidates.length === 0 ? {} : { candidates }),
    ...judged,
  };
  return { document, failed: [{ gate: result.gate, error }, ...candidates].some(fails) };
}

/** What a further candidate is compared by; the page shows the groups of the first one alone. */
function compared({
  name,
  candidate,
  decisions,
  changes,
  labels,
  approvals,
  gate,
  error,
}: CandidateResult): ComparedCandidate {
  const row = { name, candidate, decisions, changes, labels, approvals, gate };
  return error === undefined ? row : { ...row, error };
}

/**
 * Coverage, changes, identities and controls of a deployment as one document (design 9); further
 * candidates beside the first one in short. A trace of which nothing can be read is a `UserError`.
 */
export async function reportDocument(
  { more = [], ...rest }: ReplayJob & Partial<Pick<PreparedReplay, "more">>,
  content: ReportContent,
): Promise<Reported> {
  const job = withKept(rest, more);
  try {
    return await reportedJob(job, more, content);
  } finally {
    await endKept(job, more);
  }
}

async function reportedJob(
  job: ReplayJob,
  more: PreparedReplay["more"],
  content: ReportContent,
): Promise<Reported> {
  let tally: ReportTally | undefined;
  const options = { arguments: content.showArguments, examples: "place" } as const;
  const done = await runReplay(
    job,
    (coverage) => (tally = new ReportTally(coverage, job.candidate.set, options)),
  );
  await job.decisions?.close();
  refuseUnreadable(done.result);
  if (tally === undefined) throw new Error("the replay told nobody of its calls");
  const error = emptyReplayError(done, job.candidate.set);
  const candidates = (await replayMore(job, more)).map(compared);
  return reportOf({ ...job, result: done.result, tally, error, candidates }, content);
}
