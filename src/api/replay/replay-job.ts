import type { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Place } from "../../policy/place.ts";
import { boundTexts } from "../../replay/bound-text.ts";
import type { GroupView, PlaceOf } from "../../replay/group-tally.ts";
import type {
  Filters,
  ForgottenSessions,
  ReplayResult,
  ReplayStats,
  RulePlace,
} from "../../documents/replay-result.ts";
import { describeFilters } from "../../replay/filter.ts";
import { judgeGate } from "../../replay/gate.ts";
import type { ReplayTally } from "../../replay/tally.ts";
import { unapprovableRules } from "../../replay/unapprovable-rules.ts";
import { lineStarts, positionAt } from "../../text/line-index.ts";
import type { Source } from "../../text/span.ts";
import type { ReadReport } from "../../trace/read-report.ts";
import { type RepeatedIdList } from "../../documents/trace-read.ts";
import { parseTime } from "../../text/time.ts";
import { replayByColumns } from "./trace-replay.ts";
import type { Watch } from "./watch.ts";
import { sha256 } from "../../node/hash.ts";
import { comparedInfo } from "../shared-files.ts";
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

/**
 * Reads the trace once, decides every call under both versions and gives the document (design 7,
 * 12).
 */
export async function runReplay(job: ReplayJob, watch?: Watch): Promise<ReplayDone> {
  const log = job.decisions === undefined ? {} : { logDecision: job.decisions.log };
  const logged = { ...job, ...log };
  const replayed = await replayByColumns(logged, watch);
  const { tally, why, kinds, again, handed, index } = replayed;
  const stats: ReplayStats = {
    walk: "columns",
    why,
    calls: tally.trace.calls,
    kinds,
    again,
    handed: [...handed]
      .map(([reason, calls]) => ({ why: reason, calls }))
      .sort((a, b) => b.calls - a.calls || (a.why < b.why ? -1 : 1)),
    index,
  };
  return {
    result: documentOf(aboutJob(job, tally), replayed),
    namedCalls: tally.notes.namedCalls,
    stats,
  };
}

/** What a replay counted, whichever way it went. */
export interface Gathered {
  readonly tally: ReplayTally;
  readonly coverage: CoverageTally;
  readonly report: TraceRead;
  /** Null: not looked for. */
  readonly repeatedIds: RepeatedIdList | null;
  readonly keylessWrites: number;
  readonly forgotten: ForgottenSessions;
  /** How many calls filters left out. */
  readonly leftOut: number;
  readonly partial: boolean;
  readonly traceDigest: string | null;
}

/** What was met while the trace was read: a {@link ReadReport}, or what parts say of it together. */
type TraceRead = Pick<
  ReadReport,
  "malformed" | "malformedList" | "undecided" | "undecidedList" | "gatewayDenials"
> & {
  readonly files: number | null;
  readonly reordered: number | null;
};

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

/** What a document says besides what was counted, and by what its gate judges. */
export interface ReplayAbout
  extends Pick<
      ReplayResult,
      "baseline" | "candidate" | "history" | "approvalsMode" | "unexercised" | "neverMatched"
    >,
    Pick<ReplayJob, "gate" | "now" | "clock"> {
  /** What was asked for. */
  readonly filters: Omit<Filters, "leftOut">;
  /** Undefined: parts tell what is shown of groups. */
  readonly view: GroupView | undefined;
}

/** What a job says of its document. */
export function aboutJob(job: ReplayJob, tally: ReplayTally): ReplayAbout {
  const { baseline, candidate, history, approvals, gate, now, clock } = job;
  return {
    baseline: baseline.info,
    candidate: comparedInfo(baseline, candidate),
    history,
    approvalsMode: approvals,
    filters: describeFilters(job.filter),
    unexercised: tally.reach.unexercised({ baseline: baseline.set, candidate: candidate.set }),
    neverMatched: tally.reach.neverMatched(candidate.set),
    view: groupView(job),
    gate,
    now,
    clock,
  };
}

/** What the versions of a job say of groups. */
export function groupView({ baseline, candidate }: ReplayJob): GroupView {
  return {
    placeOf: groupPlaces(candidate.set, candidate.sources),
    boundTo: boundTexts({ baseline: baseline.set, candidate: candidate.set }),
    unapprovable: {
      baseline: unapprovableRules(baseline.set),
      candidate: unapprovableRules(candidate.set),
    },
  };
}

/** The document of what a replay counted (design 12). */
export function documentOf(
  about: ReplayAbout,
  {
    tally,
    coverage,
    report,
    repeatedIds,
    keylessWrites,
    forgotten,
    leftOut,
    partial,
    traceDigest,
  }: Gathered,
): ReplayResult {
  const summary = tally.trace.summary();
  const span = spanOf(summary.from, summary.to);
  const groups = tally.groups.groups(sha256, about.view);
  const noLongerMatched = tally.reach.noLongerMatched(about.neverMatched);
  const document = {
    schemaVersion: 1 as const,
    command: "replay" as const,
    tool: { version: VERSION },
    baseline: about.baseline,
    candidate: about.candidate,
    trace: {
      files: report.files,
      events: summary.events,
      calls: summary.calls,
      sessions: tally.sessionCount,
      malformed: report.malformed,
      malformedLines: report.malformedList,
      undecided_events: report.undecided,
      undecidedEvents: report.undecidedList,
      gateway_denials: report.gatewayDenials,
      repeatedIds,
      reordered: report.reordered,
      from: summary.from ?? null,
      to: summary.to ?? null,
      digest: traceDigest,
    },
    history: about.history,
    approvalsMode: about.approvalsMode,
    filters: { ...about.filters, leftOut },
    partial,
    decisions: { baseline: tally.baseline.counts(), candidate: tally.candidate.counts() },
    changes: tally.changes(),
    groups: groups.map(({ group }) => group),
    missing: tally.missing(),
    approvals: {
      baseline: tally.approvals.baseline.burden(span, about.view?.unapprovable.baseline),
      candidate: tally.approvals.candidate.burden(span, about.view?.unapprovable.candidate),
    },
    contained: tally.contained(),
    labels: tally.labels.scores(),
    coverage: { baseline: coverage.summary("baseline"), candidate: coverage.summary("candidate") },
    notes: tally.notes.notes(keylessWrites, forgotten),
    unexercised: about.unexercised,
    neverMatched: about.neverMatched,
    ...(noLongerMatched.length > 0 && { noLongerMatched }),
  };
  const now =
    about.now === undefined
      ? ({ time: about.clock(), from: "clock" } as const)
      : ({ time: about.now, from: "flag" } as const);
  return { ...document, gate: judgeGate(document, groups, { config: about.gate, now }) };
}
