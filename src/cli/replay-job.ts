import { CoverageTally } from "../coverage/coverage-tally.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { DecisionLine, ReplayResult, RulePlace, VersionInfo } from "../replay/result.ts";
import type { Side } from "../replay/side.ts";
import { EventFilter, type FilterOptions } from "../replay/filter.ts";
import { judgeGate, type GateConfig } from "../replay/gate.ts";
import { inertJson } from "../report/json-text.ts";
import { ReplayTally } from "../replay/tally.ts";
import { ReplayWalk, type CallResult, type ReplayObserver } from "../replay/walk.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source } from "../text/span.ts";
import { TraceDigest } from "../trace/digest.ts";
import type { LabelTable } from "../trace/labels.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { parseTime } from "../trace/time.ts";
import { createHash } from "./host/files.ts";
import { sha256 } from "./host/hash.ts";
import type { LineFile } from "./host/output.ts";
import type { Progress } from "./progress.ts";
import type { RecordedPolicyCheck } from "./recorded-policy.ts";
import { VERSION } from "./version.ts";

/** One replay, all inputs at hand. */
export interface ReplayJob {
  readonly baseline: { readonly set: CompiledSet | undefined; readonly info: VersionInfo };
  /** Set where the baseline was found by the digest that recorded decisions name. */
  readonly recordedPolicy?: RecordedPolicyCheck;
  readonly candidate: { readonly set: CompiledSet; readonly info: VersionInfo; readonly sources: readonly Source[] };
  readonly files: readonly TraceFile[];
  readonly labels: LabelTable | undefined;
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  readonly reorder: number;
  readonly idle: number;
  readonly decisions: LineFile | undefined;
  readonly filter: FilterOptions | undefined;
  readonly gate: GateConfig;
  /** What expiry is judged by; undefined: the newest event, else `clock` (design 11.6). */
  readonly now: number | undefined;
  readonly clock: () => number;
  readonly progress: Progress | undefined;
  readonly interrupted: AbortSignal;
}

/** A replay's document, and whether any call was on a tool that rules or catalog name (design 7.7). */
export interface ReplayDone {
  readonly result: ReplayResult;
  readonly namedCalls: number;
}

function lineSide(side: Side): DecisionLine["baseline"] {
  return { effect: side.effect, permitted: side.permitted, indeterminate: side.indeterminate, rules: side.rules };
}

function missingOf(result: CallResult): readonly string[] {
  const sides = [result.baseline, result.candidate].flatMap((side) => side.engine?.outcome.decision.missing ?? []);
  return [...new Set(sides.map((m) => m.attribute))].sort();
}

/** Writes one line a call (design 12, `--decisions`). */
function decisionLog(file: LineFile): ReplayObserver {
  return {
    call: (result) => {
      const line: DecisionLine = {
        id: result.event.id,
        class: result.class,
        ...(result.direct === undefined ? {} : { direct: result.direct }),
        baseline: lineSide(result.baseline),
        candidate: lineSide(result.candidate),
        missing: missingOf(result),
      };
      file.add(inertJson(JSON.stringify(line)));
    },
  };
}

/** More that takes the calls of a replay; it may listen to how the coverage takes each. */
export type Watch = (coverage: CoverageTally, replay: ReplayTally) => readonly ReplayObserver[];

/** Reads the trace once, decides every call under both versions and gives the document (design 7, 12). */
export async function runReplay(job: ReplayJob, watch: Watch = () => []): Promise<ReplayDone> {
  const tally = new ReplayTally();
  const coverage = new CoverageTally({ baseline: job.baseline.set, candidate: job.candidate.set });
  const observers = [...watch(coverage, tally), ...(job.recordedPolicy === undefined ? [] : [job.recordedPolicy]), tally, coverage, ...(job.decisions === undefined ? [] : [decisionLog(job.decisions)])];
  const versions = { baseline: job.baseline.set, candidate: job.candidate.set };
  const filter = job.filter === undefined ? undefined : new EventFilter(job.filter);
  const walk = new ReplayWalk(versions, { history: job.history, approvals: job.approvals, idle: job.idle, ...(filter && { filter }) }, observers);
  const report = new ReadReport();
  const digest = new TraceDigest(createHash);
  for await (const batch of readTrace(job.files, { reorder: job.reorder, report, digest })) {
    for (const event of job.labels === undefined ? batch : job.labels.join(batch)) walk.take(event);
    await job.decisions?.flush();
    job.progress?.show(tally.trace.calls);
    if (job.interrupted.aborted) break;
  }
  job.progress?.end();
  const partial = job.interrupted.aborted;
  const traceDigest = partial ? null : digest.finish(job.files.length);
  return { result: documentOf(job, { tally, coverage, report, walk, filter, partial, traceDigest }), namedCalls: tally.notes.namedCalls };
}

interface Gathered {
  readonly tally: ReplayTally;
  readonly coverage: CoverageTally;
  readonly report: ReadReport;
  readonly walk: ReplayWalk;
  readonly filter: EventFilter | undefined;
  readonly partial: boolean;
  readonly traceDigest: string | null;
}

const DAY = 86_400_000;

function spanOf(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : (parseTime(to) ?? 0) - (parseTime(from) ?? 0);
}

/** Where each rule of a set stands, by name. */
function rulePlaces(set: CompiledSet, sources: readonly Source[]): (rule: string) => RulePlace | undefined {
  const places = new Map(set.rules.map(({ name, rule }) => [name, rule.place]));
  return (name) => {
    const place = places.get(name);
    const source = sources.find(({ file }) => file === place?.file);
    if (place === undefined || source === undefined) return undefined;
    const starts = lineStarts(source.text);
    const start = positionAt(starts, place.span.start);
    const end = positionAt(starts, place.span.end);
    return { file: place.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  };
}

function documentOf(job: ReplayJob, { tally, coverage, report, walk, filter, partial, traceDigest }: Gathered): ReplayResult {
  const summary = tally.trace.summary();
  const span = spanOf(summary.from, summary.to);
  const groups = tally.groups.groups(sha256, rulePlaces(job.candidate.set, job.candidate.sources));
  const document = {
    schemaVersion: 1 as const,
    command: "replay" as const,
    tool: { version: VERSION },
    baseline: job.baseline.info,
    candidate: job.candidate.info,
    trace: {
      files: report.files,
      events: summary.events,
      calls: summary.calls,
      sessions: summary.sessions,
      malformed: report.malformed,
      malformedLines: report.malformedList,
      reordered: report.reordered,
      from: summary.from ?? null,
      to: summary.to ?? null,
      digest: traceDigest,
    },
    history: job.history,
    approvalsMode: job.approvals,
    filters: filter?.describe() ?? { leftOut: 0 },
    partial,
    decisions: { baseline: tally.baseline.counts(), candidate: tally.candidate.counts() },
    changes: tally.changes(),
    groups: groups.map(({ group }) => group),
    missing: tally.missing(),
    approvals: { baseline: tally.approvals.baseline.burden(span), candidate: tally.approvals.candidate.burden(span) },
    contained: tally.contained(),
    labels: tally.labels.scores(),
    coverage: { baseline: coverage.summary("baseline"), candidate: coverage.summary("candidate") },
    notes: tally.notes.notes(walk.runs.candidate.keyless.writes),
  };
  const newest = summary.to === undefined ? undefined : parseTime(summary.to);
  return { ...document, gate: judgeGate(document, groups, { config: job.gate, now: job.now ?? newest ?? Math.floor(job.clock() / DAY) * DAY }) };
}
