import { agentDenials } from "../engine/member.ts";
import { rowOf, type PreparedCall } from "../engine/prepared-call.ts";
import { UNCOUNTED } from "../engine/event-ids.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { outcomeText } from "./values/interner.ts";
import { classParts, type ClassParts } from "./values/class-parts.ts";
import type { ReadVersions } from "./values/versions.ts";
import { EntityMemory } from "./values/entity-memory.ts";
import type { CreditTally } from "./values/credit-tally.ts";
import { Kept, PairTable } from "./values/pair-table.ts";
import type { OwnRows, SegmentRows } from "./values/segment-rows.ts";
import { VEILED_STATE } from "./values/views.ts";
import { classify } from "../replay/classify.ts";
import { engineDecision, recordedSide, type VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import type { EventCounts } from "../trace/summary.ts";
import { BatchRow } from "./batch-row.ts";
import { BatchTally, type BatchSink, type Decided } from "./batch-tally.ts";
import { Evaluation } from "./evaluation.ts";
import { HandOver } from "./hand-over.ts";
import { bitOf, wordOf } from "./input.ts";
import { Outcomes, type Circumstances } from "./outcomes.ts";
import { SessionWalk, type Met, type SessionOptions } from "./session-walk.ts";

const UNUSUAL = "the line is unusual";
const APPROVALS = "approvals are recorded";

/** Rows of a segment while they are walked. */
export interface OpenRows {
  readonly rows: SegmentRows;
  /** Set: only these rows are walked. */
  readonly own: OwnRows | undefined;
  readonly row: BatchRow;
  /** By code of the type column: 1 for calls. */
  readonly isCall: Uint8Array;
  readonly credits: CreditTally;
}

/**
 * The replay of versions: rules are evaluated by columns, what they come to is decided once by the
 * engine, and counts are kept by outcome. Calls that hang on earlier ones are decided in the order
 * of time, on what columns told of them; what columns do not tell is decided on the events.
 */
export class BatchWalk {
  readonly #parts: ClassParts;
  readonly #sink: BatchSink;
  readonly #options: SessionOptions;
  /** Of the versions that are policies; the last one is the candidate. */
  readonly #runs: readonly PolicySession[];
  readonly #recorded: boolean;
  readonly #evaluation: Evaluation;
  readonly #outcomes: Outcomes;
  readonly #handOver: HandOver;
  readonly #tally: BatchTally;
  readonly #decided: Decided[] = [];
  /** By outcome: what is decided of calls that hang on no other. */
  readonly #plain: (Decided | undefined)[] = [];
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #sessions: SessionWalk;
  readonly #handed = new Map<string, number>();
  readonly #readsApprovals: boolean;
  /** Whether every rule that matches is told, since rules are listed call by call. */
  readonly #tellsAll: boolean;
  readonly #above: boolean;
  readonly #listsManifests: boolean;

  constructor(
    { baseline, candidate, layout }: ReadVersions,
    options: SessionOptions,
    sink: BatchSink,
  ) {
    const versions = baseline === undefined ? [candidate] : [baseline, candidate];
    const { approvals } = options;
    this.#sink = sink;
    this.#options = options;
    this.#recorded = baseline === undefined;
    this.#parts = classParts(versions, layout);
    this.#runs = versions.map(({ set }) => new PolicySession(set, { approvals, seen: UNCOUNTED }));
    this.#evaluation = new Evaluation(this.#parts);
    this.#tellsAll = sink.log !== undefined || sink.watch !== undefined;
    this.#outcomes = new Outcomes(this.#evaluation, {
      versions: versions.length,
      isWildcard: (rule) => sink.coverage.isWildcard(rule),
    });
    this.#handOver = new HandOver(versions);
    this.#tally = new BatchTally(sink, this.#parts.text);
    this.#sessions = new SessionWalk(this.#parts, this.#evaluation, options);
    this.#readsApprovals = approvals === "recorded";
    this.#above = versions.some(({ set }) =>
      set.rules.some(({ rule }) => rule.obligations?.redact?.above !== undefined),
    );
    this.#listsManifests = versions.some(({ set }) => set.manifests.size > 0);
  }

  /** How many outcomes there were, each decided once. */
  get kinds(): number {
    return this.#decided.length;
  }

  /** How many calls the engine decided one by one, by why. */
  get handed(): ReadonlyMap<string, number> {
    return this.#handed;
  }

  /** What the versions kept of earlier calls. */
  get sessions(): SessionWalk {
    return this.#sessions;
  }

  /** Counts all rows of a segment as they stand (`own`: those of one part of the trace). */
  walk(rows: SegmentRows, own?: OwnRows): void {
    const open = this.open(rows, own);
    this.take(open, 0, rows.segment.rows);
    this.close(open);
  }

  /**
   * Begins with the rows of a segment (`own`: those of one part of the trace). Calls that are below
   * others need the ids of events.
   */
  open(rows: SegmentRows, own?: OwnRows): OpenRows {
    if (!this.#options.linked && rows.segment.codes[COLUMN.parent]?.some((code) => code !== 0))
      throw new Error("calls are below others, and their ids are not at hand");
    rows.numberSessions(own);
    if (this.#parts.memory.isFull) this.#parts.memory = new EntityMemory(this.#parts.plan);
    return {
      rows,
      own,
      row: new BatchRow(this.#parts, rows),
      isCall: callTypes(rows),
      credits: this.#tally.creditsOf(rows),
    };
  }

  /** Counts the rows from one up to another; to be called in the order of the trace. */
  take({ rows, own, row, isCall, credits }: OpenRows, from: number, to: number): void {
    const types = rows.segment.codes[COLUMN.type];
    this.#tally.credits = credits;
    for (let at = from; at < to; at++) {
      if (own !== undefined && own.parts[at] !== own.part) continue;
      this.#sessions.observe(rows, at);
      if (isCall[types?.[at] ?? 0] === 1) this.#call(rows, row, at);
      else this.#other(rows, at);
      this.#sessions.seen(rows, at);
    }
  }

  /** All rows of a segment were counted. */
  close({ rows, own, isCall, credits }: OpenRows): void {
    credits.flush();
    this.#sink.tally.trace.addCounts(countsOf(rows, isCall, own));
  }

  /** Tells the sink what was counted; once, at the end. */
  finish(): void {
    this.#tally.finish();
    const { slots, reached } = this.#evaluation;
    const names = (version: number): readonly string[] =>
      slots.flatMap(({ rule, versions }, i) =>
        versions.includes(version) && ((reached[wordOf(i)] ?? 0) & bitOf(i)) !== 0
          ? [rule.name]
          : [],
      );
    const [first, second] = [names(0), names(1)];
    this.#sink.tally.reach.merge(
      this.#recorded ? { baseline: [], candidate: first } : { baseline: first, candidate: second },
    );
  }

  #other(rows: SegmentRows, at: number): void {
    this.#tally.other(rows, at);
    this.#sessions.pass(rows, at);
  }

  #call(rows: SegmentRows, row: BatchRow, at: number): void {
    const why = rows.segment.whole[at] === 1 ? UNUSUAL : this.#evaluate(row, at);
    if (why !== undefined) return this.#hand(rows, at, why);
    if (this.#sessions.touches(rows, row)) return this.#meet(rows, row);
    const outcome = this.#outcomes.of(this.#circumstances(row), this.#tellsAll);
    this.#count(rows, row, this.#plain[outcome] ?? this.#decide(row, outcome));
  }

  #count(rows: SegmentRows, row: BatchRow, decided: Decided): void {
    this.#tally.count({ rows, row, decided, named: this.#evaluation.named });
  }

  /** A call that hangs on others, or on which others may hang. */
  #meet(rows: SegmentRows, row: BatchRow): void {
    const outcome = this.#outcomes.of(this.#circumstances(row), true);
    const met = this.#sessions.meet({ rows, row, outcome });
    if (met.alone !== undefined) this.#noteHanded(met.alone);
    if (met.number === 0) {
      const result = resultOf(row.event(), met);
      const { watch } = this.#sink;
      const told = watch === undefined ? row.as(result) : row.whole(result, rows.event(row.at));
      return this.#tally.countEvent(told, rows, row.at);
    }
    const at = this.#step(MET, met.number, 0);
    const number = this.#numbers.get(at);
    const decided = this.#decided[number - 1] ?? this.#hold(resultOf(row.event(), met));
    if (number === 0) this.#numbers.set(at, this.#decided.length);
    this.#count(rows, row, decided);
  }

  /** Evaluates a row. A text: why its decision is the engine's. */
  #evaluate(row: BatchRow, at: number): string | undefined {
    row.to(at);
    const others = this.#handOver.why(row);
    if (others !== undefined) return others;
    if (this.#handOver.checksArguments(row)) row.readWhole();
    const why = this.#evaluation.run(row);
    if (why !== undefined) return why;
    const binds = this.#readsApprovals && row.has(COLUMN.approvals) && this.#evaluation.asksPeople;
    return binds ? APPROVALS : undefined;
  }

  #noteHanded(why: string): void {
    this.#handed.set(why, (this.#handed.get(why) ?? 0) + 1);
  }

  /** Has the engine decide a row on its event. */
  #hand(rows: SegmentRows, at: number, why: string): void {
    this.#noteHanded(why);
    const event = rows.event(at);
    this.#tally.countEvent(resultOf(event, this.#sessions.meetEvent(event)), rows, at);
  }

  #circumstances(row: BatchRow): Circumstances {
    return {
      denial: this.#denialOf(row),
      frame: row.frame.number,
      resource: this.#above ? row.resource : 0,
      recorded: this.#recorded ? row.recorded() : undefined,
    };
  }

  /** The number of what the records of agents say of a row, in every version; 0: nothing. */
  #denialOf(row: BatchRow): number {
    if (row.isWhole) return this.#parts.text.code(this.#denials(row));
    const who = this.#step(DENIAL, row.subject, row.moment());
    const at = this.#listsManifests ? this.#step(who, row.action, row.resource) : who;
    const known = this.#numbers.get(at);
    if (known !== 0) return known - 1;
    const number = this.#parts.text.code(this.#denials(row));
    this.#numbers.set(at, number + 1);
    return number;
  }

  /** WHY no reasons: they name the agent, and nothing counts by them. */
  #denials(row: BatchRow): string {
    const names = new Set<string>();
    const items = row.calls().map((call, version) => {
      const { subject } = call;
      const set = this.#parts.versions[version]?.set;
      names.add(JSON.stringify([subject.type ?? null, subject.id ?? null]));
      if (set?.catalog.listsAgents !== true) return [];
      return agentDenials(set, call, {
        row: rowOf(call, subject, VEILED_STATE),
        history: { use: () => undefined },
      }).map((item) => [item.name, outcomeText(item.truth)]);
    });
    const isNothing = names.size < 2 && items.every((denials) => denials.length === 0);
    return isNothing ? "" : JSON.stringify([items, names.size]);
  }

  #decide(row: BatchRow, outcome: number): Decided {
    const sides = this.#runs.map((run, version) => {
      const call = row.calls()[version];
      if (call === undefined) throw new Error("a version sees no call");
      return this.#checked(call, run, version);
    });
    const event = row.event();
    const after = sides.at(-1);
    const before = this.#recorded ? recordedSide(event) : sides[0];
    if (before === undefined || after === undefined) throw new Error("a version decides nothing");
    const change = classify(before, after);
    const direct = change === "widened" || change === "narrowed" ? true : undefined;
    const result = { event, baseline: before, candidate: after, class: change, direct };
    return (this.#plain[outcome] = this.#hold(result));
  }

  #hold(result: CallResult): Decided {
    const kind = this.#parts.text.code(this.#sink.coverage.kinds(result).decision);
    const decided = { result, number: this.#decided.length, kind };
    this.#decided.push(decided);
    return decided;
  }

  #checked(call: PreparedCall, run: PolicySession, version: number): VersionDecision {
    const outcome = run.decide(call);
    this.#evaluation.check(outcome, version);
    return engineDecision(call, outcome);
  }

  #step(start: number, first: number, second: number): number {
    return this.#steps.step(this.#steps.step(start, first), second);
  }
}

/** Where steps of each kind start. INVARIANT: these are no numbers of steps. */
const [DENIAL, MET] = [-1, -2];

/** What the trace of a segment's rows counts (`own`: of those of one part). */
function countsOf(rows: SegmentRows, isCall: Uint8Array, own: OwnRows | undefined): EventCounts {
  const { times, codes } = rows.segment;
  const types = codes[COLUMN.type];
  let [events, calls, from, to] = [0, 0, Infinity, -Infinity];
  for (let at = 0; at < times.length; at++) {
    if (!rows.counts(at) || (own !== undefined && own.parts[at] !== own.part)) continue;
    const time = times[at] ?? NaN;
    if (time < from) from = time;
    if (time > to) to = time;
    events++;
    calls += isCall[types?.[at] ?? 0] ?? 0;
  }
  return { events, calls, from, to };
}

/** By code of the type column: 1 for calls. */
function callTypes({ segment, views }: SegmentRows): Uint8Array {
  const size = segment.dictionaries[COLUMN.type]?.size ?? 1;
  return Uint8Array.from({ length: size }, (_, code) =>
    code === 0 || views.cache.value(COLUMN.type, code) === "call" ? 1 : 0,
  );
}

function resultOf(event: TraceEvent, met: Met): CallResult {
  const { before, after, class: change, direct } = met;
  return { event, baseline: before, candidate: after, class: change, direct };
}
