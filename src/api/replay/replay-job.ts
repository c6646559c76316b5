import { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Place } from "../../policy/place.ts";
import { boundTexts } from "../../replay/bound-text.ts";
import type { PlaceOf } from "../../replay/group-tally.ts";
import type {
  ForgottenSessions,
  ReplayResult,
  ReplayStats,
  RulePlace,
} from "../../documents/replay-result.ts";
import { EventBatches } from "../../batch/event-batches.ts";
import { readVersions } from "../../batch/values/versions.ts";
import { EventFilter } from "../../replay/filter.ts";
import { judgeGate } from "../../replay/gate.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { ReplayObserver } from "../../replay/walk.ts";
import { lineStarts, positionAt } from "../../text/line-index.ts";
import type { Source } from "../../text/span.ts";
import { TraceDigest } from "../../trace/digest.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { RepeatedIds } from "../../trace/repeated-ids.ts";
import { type RepeatedIdList } from "../../documents/trace-read.ts";
import { parseTime } from "../../text/time.ts";
import { replayByColumns } from "./trace-replay.ts";
import { createHash } from "../../node/files.ts";
import { sha256 } from "../../node/hash.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import { VERSION } from "../../node/version.ts";

export type { ReplayJob } from "./replay-inputs.ts";

/**
 * A replay's document, and whether any call was on a tool that rules or catalog name (design 7.7).
 */
export interface ReplayDone {
  readonly result: ReplayResult;
  readonly namedCalls: number;
  readonly stats: ReplayStats;
}

/** More that takes the calls of a replay; it may listen to how the coverage takes each. */
export type Watch = (coverage: CoverageTally, replay: ReplayTally) => readonly ReplayObserver[];

/**
 * Reads the trace once, decides every call under both versions and gives the document (design 7,
 * 12).
 */
export async function runReplay(job: ReplayJob, watch?: Watch): Promise<ReplayDone> {
  const log = job.decisions === undefined ? {} : { logDecision: job.decisions.log };
  const logged = { ...job, ...log };
  const byColumns =
    watch === undefined ? await replayByColumns(logged) : "every call is listened to";
  const replayed: Replayed =
    typeof byColumns === "string"
      ? await replayByEvents(logged, watch ?? (() => []), byColumns)
      : { ...byColumns, walk: "columns", why: null };
  const { tally, walk, why, kinds, again, handed, index } = replayed;
  const stats: ReplayStats = {
    walk,
    why,
    calls: tally.trace.calls,
    kinds,
    again,
    handed: [...handed]
      .map(([reason, calls]) => ({ why: reason, calls }))
      .sort((a, b) => b.calls - a.calls || (a.why < b.why ? -1 : 1)),
    index,
  };
  return { result: documentOf(job, replayed), namedCalls: tally.notes.namedCalls, stats };
}

/** What evaluates the events of a job, and counts what watchers are told besides. */
function batchesOf(
  job: ReplayJob,
  { tally, coverage }: Pick<Gathered, "tally" | "coverage">,
  watchers: readonly ReplayObserver[],
): EventBatches {
  const versions = { baseline: job.baseline.set, candidate: job.candidate.set };
  const watch: ReplayObserver = {
    call: (result) => {
      for (const watcher of watchers) watcher.call(result);
      coverage.tell(result);
    },
    other: (event) => {
      for (const watcher of watchers) watcher.other?.(event);
    },
  };
  return new EventBatches(readVersions(versions, { ids: false }), job, {
    tally,
    coverage,
    log: job.logDecision,
    watch: watchers.length === 0 ? undefined : watch,
  });
}

/** The replay of events that do not stand in plain files, in order and as they are; `why` not. */
async function replayByEvents(job: ReplayJob, watch: Watch, why: string): Promise<Replayed> {
  const tally = new ReplayTally();
  const coverage = new CoverageTally({ baseline: job.baseline.set, candidate: job.candidate.set });
  const { interrupt, recordedPolicy } = job;
  const batches = batchesOf(job, { tally, coverage }, [
    ...watch(coverage, tally),
    ...(recordedPolicy === undefined ? [] : [recordedPolicy]),
  ]);
  const filter = job.filter === undefined ? undefined : new EventFilter(job.filter);
  const report = new ReadReport();
  const digest = new TraceDigest(createHash);
  const repeated = job.comparesIds ? new RepeatedIds() : undefined;
  const files = interrupt?.files(job.files) ?? job.files;
  reading: for await (const batch of readTrace(files, { reorder: job.reorder, report, digest })) {
    for (const event of job.labels === undefined ? batch : job.labels.join(batch)) {
      repeated?.add(event);
      if (filter?.walks(event) !== false) batches.take(event, filter?.counts(event) !== false);
      if (interrupt?.isDue() === true && (await interrupt.ask())) break reading;
    }
    if (job.live) batches.flush();
    job.decisions?.flush();
    job.progress?.show(tally.trace.calls);
  }
  batches.finish();
  job.progress?.end();
  const partial = interrupt?.signal.aborted === true;
  const { sessions, kinds, handed } = batches.walk;
  const { keylessWrites, forgotten } = sessions;
  return {
    tally,
    coverage,
    report,
    repeatedIds: repeated?.found() ?? null,
    partial,
    keylessWrites,
    forgotten,
    kinds,
    again: 0,
    handed,
    ...(filter && { filter }),
    traceDigest: partial ? null : digest.finish(job.files.length),
    walk: "events",
    why,
    index: NO_INDEX,
  };
}

/** What a replay counted, whichever way it went. */
export interface Gathered {
  readonly tally: ReplayTally;
  readonly coverage: CoverageTally;
  readonly report: ReadReport;
  /** Null: not looked for. */
  readonly repeatedIds: RepeatedIdList | null;
  readonly keylessWrites: number;
  readonly forgotten: ForgottenSessions;
  readonly filter?: EventFilter;
  readonly partial: boolean;
  readonly traceDigest: string | null;
}

/** What a replay counted, and how it went. */
interface Replayed
  extends Gathered,
    Pick<ReplayStats, "walk" | "why" | "kinds" | "again" | "index"> {
  readonly handed: ReadonlyMap<string, number>;
}

const NO_INDEX = { used: "none", written: false, why: "events are read one by one" } as const;

function spanOf(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined
    ? undefined
    : (parseTime(to) ?? 0) - (parseTime(from) ?? 0);
}

/**
 * Where each rule of a set stands, by name, and the agents whose records decide as
 * `manifest/<agent>` and `lifecycle/<agent>`.
 */
function namedPlaces({ rules, catalog }: CompiledSet): ReadonlyMap<string, Place> {
  const agents = [...catalog.agents].flatMap(([id, { agent }]) =>
    [`manifest/${id}`, `lifecycle/${id}`].map((name) => [name, agent.place] as const),
  );
  return new Map([...agents, ...rules.map(({ name, rule }) => [name, rule.place] as const)]);
}

function lineOf(place: Place, sources: readonly Source[]): readonly RulePlace[] {
  const source = sources.find(({ file }) => file === place.file);
  if (source === undefined) return [];
  const starts = lineStarts(source.text);
  const start = positionAt(starts, place.span.start);
  const end = positionAt(starts, place.span.end);
  return [
    {
      file: place.file,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
    },
  ];
}

/**
 * The top of the file in which a rule stood that is gone: that of its policy, else the set's first.
 */
function topOf(
  rules: readonly string[],
  places: ReadonlyMap<string, Place>,
  sources: readonly Source[],
): RulePlace | null {
  const policies = new Set(rules.map((name) => name.split("/", 1)[0]));
  const beside = [...places].find(([name]) => policies.has(name.split("/", 1)[0]));
  const file = beside?.[1].file ?? sources[0]?.file;
  return file === undefined ? null : { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/**
 * Where a group of changed calls is shown: at what decides it in the candidate; where that has no
 * place (`default`), at what of the candidate decided it before; else at the top of the file in
 * which that stood.
 */
function groupPlaces(set: CompiledSet, sources: readonly Source[]): PlaceOf {
  const places = namedPlaces(set);
  const first = (names: readonly string[]): RulePlace | undefined =>
    names.flatMap((name) => places.get(name) ?? []).flatMap((place) => lineOf(place, sources))[0];
  return ({ toRules, fromRules }) =>
    first(toRules) ?? first(fromRules) ?? topOf(fromRules, places, sources);
}

/** The document of what a replay counted (design 12). */
export function documentOf(
  job: ReplayJob,
  {
    tally,
    coverage,
    report,
    repeatedIds,
    keylessWrites,
    forgotten,
    filter,
    partial,
    traceDigest,
  }: Gathered,
): ReplayResult {
  const summary = tally.trace.summary();
  const span = spanOf(summary.from, summary.to);
  const groups = tally.groups.groups(sha256, {
    placeOf: groupPlaces(job.candidate.set, job.candidate.sources),
    boundTo: boundTexts({ baseline: job.baseline.set, candidate: job.candidate.set }),
  });
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
      undecided_events: report.undecided,
      undecidedEvents: report.undecidedList,
      repeatedIds,
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
    approvals: {
      baseline: tally.approvals.baseline.burden(span),
      candidate: tally.approvals.candidate.burden(span),
    },
    contained: tally.contained(),
    labels: tally.labels.scores(),
    coverage: { baseline: coverage.summary("baseline"), candidate: coverage.summary("candidate") },
    notes: tally.notes.notes(keylessWrites, forgotten),
    unexercised: tally.reach.unexercised({
      baseline: job.baseline.set,
      candidate: job.candidate.set,
    }),
  };
  const now =
    job.now === undefined
      ? ({ time: job.clock(), from: "clock" } as const)
      : ({ time: job.now, from: "flag" } as const);
  return { ...document, gate: judgeGate(document, groups, { config: job.gate, now }) };
}
