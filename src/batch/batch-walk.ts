import type { PreparedCall } from "../engine/prepared-call.ts";
import { UNCOUNTED } from "../engine/event-ids.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { classParts, type ClassParts } from "./values/class-parts.ts";
import type { ReadVersions } from "./values/versions.ts";
import { EntityMemory } from "./values/entity-memory.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { OwnRows, SegmentRows } from "./values/segment-rows.ts";
import { engineDecision, recordedSide, type VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import { AgentDenials } from "./agent-denials.ts";
import { BatchRow } from "./batch-row.ts";
import { BatchTally, type BatchSink, type Decided } from "./batch-tally.ts";
import { resultBetween, resultOf } from "./call-results.ts";
import { EditedRules, UNAFFECTED, UNTOLD } from "./edited-rules.ts";
import { Evaluation } from "./evaluation.ts";
import { HandOver } from "./hand-over.ts";
import type { KeptPiece } from "./kept-piece.ts";
import type { CallKeeper, ReplayedCalls } from "./kept-replay.ts";
import { callTypes, countsOf, isDecidedAnew, type KeptRows, type OpenRows } from "./open-rows.ts";
import { Outcomes, type Circumstances } from "./outcomes.ts";
import { ROWS, RowsAhead } from "./rows-ahead.ts";
import { SessionWalk, type SessionOptions } from "./session-walk.ts";

const UNUSUAL = "the line is unusual";
const APPROVALS = "approvals are recorded";

/** From where a walk starts. */
export interface WalkStart {
  /** What stays for the next replay of the same trace, and stayed of the one before. */
  readonly kept?: CallKeeper | undefined;
  /**
   * A walk of the rows before, which is finished: state goes on, and nothing else is remembered of
   * it.
   */
  readonly goesOn?: BatchWalk;
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
  readonly #decided: Decided[];
  /** By outcome: what is decided of calls that hang on no other. */
  readonly #plain: (Decided | undefined)[] = [];
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #ahead: RowsAhead;
  /** The tools of calls that moved into cells, by the numbers of their steps. */
  readonly #tools = new Kept();
  readonly #sessions: SessionWalk;
  readonly #handed: Map<string, number>;
  readonly #readsApprovals: boolean;
  /** Whether rules are listed call by call. */
  readonly #listsRules: boolean;
  /** Whether the rules that match are told of what calls come to. */
  readonly #countsRules: boolean;
  readonly #above: boolean;
  readonly #denials: AgentDenials;

  readonly #versions: ReadVersions;
  /** Given up where calls turn out to differ too much. */
  #kept: CallKeeper | undefined;
  /** How the replay before decided the same calls, and the rules by which it differs. */
  readonly #before: ReplayedCalls | undefined;
  readonly #edited: EditedRules | undefined;
  /** Of the rows that come next: what the edited rules come to. */
  readonly #changes = new Int32Array(ROWS);
  /** How many calls were decided, each for itself or as another one. */
  #calls = 0;
  #again = 0;

  /** How many outcomes there were in the walk that this one goes on with. */
  readonly #kindsBefore: number;

  constructor(
    readVersions: ReadVersions,
    options: SessionOptions,
    sink: BatchSink,
    { kept, goesOn }: WalkStart = {},
  ) {
    const { baseline, candidate, layout } = readVersions;
    this.#versions = readVersions;
    const { log, watch, seen } = sink;
    this.#listsRules = log !== undefined || watch !== undefined || seen !== undefined;
    this.#countsRules = sink.counted !== undefined;
    this.#kept = kept?.serves(readVersions) === true && !this.#listsRules ? kept : undefined;
    const before = this.#kept?.take(readVersions, options);
    this.#before = before;
    const versions = baseline === undefined ? [candidate] : [baseline, candidate];
    const { approvals } = options;
    this.#sink = sink;
    this.#options = options;
    this.#recorded = baseline === undefined;
    this.#parts = classParts(versions, layout, before?.counted?.numbers);
    this.#runs = versions.map(({ set }) => new PolicySession(set, { approvals, seen: UNCOUNTED }));
    this.#evaluation = new Evaluation(this.#parts);
    this.#ahead = new RowsAhead(this.#evaluation, isDecidedAnew);
    this.#outcomes = new Outcomes(this.#evaluation, {
      versions: versions.length,
      isWildcard: (rule) => sink.coverage.isWildcard(rule),
    });
    this.#handOver = new HandOver(versions);
    this.#tally = before?.counted?.tally ?? new BatchTally(sink, this.#parts.text);
    this.#tally.restart(sink);
    this.#decided = before?.counted?.decided ?? [];
    this.#edited =
      before === undefined
        ? undefined
        : new EditedRules(
            { before: before.versions.candidate, after: candidate },
            {
              layout,
              numbers: this.#parts,
              isWildcard: (rule) => sink.coverage.isWildcard(rule),
            },
          );
    this.#sessions = new SessionWalk(this.#parts, this.#evaluation, options, {
      left: goesOn?.sessions.left,
      decided: before?.counted?.baseline,
    });
    this.#handed = new Map(goesOn?.handed);
    this.#kindsBefore = goesOn?.kinds ?? 0;
    if (goesOn !== undefined) sink.seen?.renumber?.();
    this.#readsApprovals = approvals === "recorded";
    this.#above = versions.some(({ set }) =>
      set.rules.some(({ rule }) => rule.obligations?.redact?.above !== undefined),
    );
    this.#denials = new AgentDenials(this.#parts);
  }

  /** How many outcomes there were, each decided once. */
  get kinds(): number {
    return this.#kindsBefore + this.#decided.length;
  }

  /** How many things are remembered of calls that differ in what they count by. */
  get remembered(): number {
    return this.#tally.size + this.#decided.length;
  }

  /** How many calls were counted as a replay before told. */
  get again(): number {
    return this.#again;
  }

  /** Whether every rule that matches is told. */
  get #tellsAll(): boolean {
    return this.#listsRules || this.#countsRules || this.#kept?.tellsAll === true;
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
    const kept = this.#keptOf(rows);
    const row = this.#rowOf(rows, kept);
    return {
      rows,
      own,
      row,
      isCall: callTypes(rows),
      credits: this.#tally.creditsOf(rows),
      seen: this.#tally.seenOf(rows, row),
      kept,
    };
  }

  #rowOf(rows: SegmentRows, kept: KeptRows | undefined): BatchRow {
    if (this.#edited === undefined || kept === undefined) return new BatchRow(this.#parts, rows);
    const { piece } = kept;
    return new BatchRow(this.#parts, rows, {
      known: {
        subject: piece.subject,
        action: this.#tally.actionsOf(piece),
        resource: piece.resource,
      },
      areFew: !piece.isMostlyOpen,
    });
  }

  #keptOf(rows: SegmentRows): KeptRows | undefined {
    if (this.#kept === undefined) return undefined;
    const { first, segment } = rows;
    const piece = this.#kept.piece(first, segment.rows);
    return { first, piece, edited: this.#edited?.rowOf(rows, piece) };
  }

  /** Counts the rows from one up to another; to be called in the order of the trace. */
  take(open: OpenRows, from: number, to: number): void {
    this.#tally.credits = open.credits;
    this.#tally.seen = open.seen;
    // which rows are decided anew is found ahead for as many as are evaluated together
    const most = open.kept?.edited === undefined ? to - from : ROWS;
    for (let at = from; at < to; at += most) this.#takeAll(open, at, Math.min(to, at + most));
  }

  #takeAll(open: OpenRows, from: number, to: number): void {
    const { rows, own, isCall } = open;
    const types = rows.segment.codes[COLUMN.type];
    this.#ahead.until = to;
    this.#compare(open, from, to);
    for (let at = from; at < to; at++) {
      if (own !== undefined && own.parts[at] !== own.part) {
        // it may be a row of this part again by the next replay, but not as it was decided before
        if (open.kept !== undefined) open.kept.piece.cell[at] = 0;
        continue;
      }
      this.#sessions.observe(rows, at);
      if (isCall[types?.[at] ?? 0] !== 1) this.#other(rows, at);
      else if (!this.#isAgain(open, at, this.#changes[at - from] ?? 0)) this.#call(open, at);
      this.#sessions.seen(rows, at);
    }
  }

  /** All rows of a segment were counted. */
  close({ rows, own, isCall, credits, kept }: OpenRows): void {
    credits.flush();
    if (kept !== undefined) this.#kept?.close(kept.first, kept.piece);
    this.#sink.tally.trace.addCounts(countsOf(rows, isCall, own));
  }

  /** Tells the sink what was counted; once, at the end. */
  finish(): void {
    this.#tally.finish();
    const reached = this.#reached();
    const { baseline, candidate, noted, notedBefore } = reached;
    this.#sink.tally.reach.merge({
      baseline: [...baseline],
      candidate: [...candidate],
      matched: [...noted],
      matchedBefore: [...notedBefore],
    });
    this.#kept?.put(
      {
        versions: this.#versions,
        reached,
        counted: {
          numbers: this.#parts,
          tally: this.#tally,
          decided: this.#decided,
          baseline: this.#sessions.decided,
        },
      },
      this.#options,
    );
  }

  /** The rules that calls reach, of the replays before too. */
  #reached(): ReplayedCalls["reached"] {
    const [first = [], second = []] = [0, 1].map((one) => this.#evaluation.reachedNames(one));
    const known = this.#before?.reached;
    const version = this.#recorded ? 0 : 1;
    return {
      noted: new Set([
        ...(this.#edited?.noted(known?.noted ?? NONE) ?? []),
        ...this.#evaluation.notedNames(version),
      ]),
      notedBefore: new Set([
        ...(known?.notedBefore ?? NONE),
        ...(this.#recorded ? [] : this.#evaluation.notedNames(0)),
      ]),
      baseline: new Set([...(known?.baseline ?? []), ...(this.#recorded ? [] : first)]),
      candidate: new Set([
        ...(this.#edited?.reached(known?.candidate ?? NONE) ?? []),
        ...(this.#recorded ? first : second),
      ]),
    };
  }

  /**
   * Finds what the edited rules come to for the calls of which something is kept; nothing stays kept
   * of those whose decision that does not tell.
   */
  #compare(open: OpenRows, from: number, to: number): void {
    const { own, kept } = open;
    const edited = this.#edited;
    if (kept?.edited === undefined || edited === undefined) return;
    const { cell: cells } = kept.piece;
    edited.until = to;
    for (let at = from; at < to; at++) {
      const cell = cells[at] ?? 0;
      if (cell === 0 || (own !== undefined && own.parts[at] !== own.part)) continue;
      const change = edited.change(open, kept.edited, at);
      const isSure = cell < 0 || this.#tally.inCell(cell).decided.isFull;
      const isUnaffected =
        change === UNAFFECTED || (change !== UNTOLD && this.#isAlike(cell, open.rows.counts(at)));
      if (!isUnaffected && (change === UNTOLD || !isSure)) cells[at] = 0;
      this.#changes[at - from] = isUnaffected ? UNAFFECTED : change;
    }
  }

  /** Whether the call about which the edited rules were asked last still counts in its cell. */
  #isAlike(cell: number, counts: boolean): boolean {
    if (cell <= 0 || !this.#tally.isUnchanged(cell) || this.#edited?.isAlike() !== true)
      return false;
    if (counts && !this.#tally.inCell(cell).decided.isFull) this.#edited.noteMatched();
    return true;
  }

  /** Counts a call as the replay before told, and the edited rules tell; false: they do not. */
  #isAgain(open: OpenRows, at: number, change: number): boolean {
    const { kept } = open;
    const cell = kept?.piece.cell[at] ?? 0;
    if (cell === 0 || kept?.edited === undefined || this.#edited === undefined) return false;
    const { piece } = kept;
    if (cell > 0 && change === UNAFFECTED) this.#countAgain(open, at, piece);
    else {
      piece.cell[at] = 0;
      this.#countMoved(open, { at, cell, change, piece });
    }
    return true;
  }

  #countAgain({ rows, row }: OpenRows, at: number, piece: KeptPiece): void {
    this.#calls++;
    this.#again++;
    this.#tally.again({ rows, row, piece, at });
  }

  /** Counts a call as others of its cell for which the edited rules came to the same. */
  #countMoved(open: OpenRows, { at, cell, change, piece }: Moved): void {
    const place = this.#step(MOVED, cell, change);
    const moved = this.#numbers.get(place);
    if (moved !== 0) {
      piece.cell[at] = moved;
      if (cell < 0) piece.tool[at] = this.#tools.get(place);
      return this.#countAgain(open, at, piece);
    }
    if (cell > 0) this.#move(open, at, cell);
    else this.#call(open, at);
    this.#numbers.set(place, piece.cell[at] ?? 0);
    this.#tools.set(place, piece.tool[at] ?? 0);
  }

  /** Has the engine decide a call of a cell by the edited candidate; the baseline decides as before. */
  #move({ rows, row, kept }: OpenRows, at: number, cell: number): void {
    row.to(at);
    if (this.#handOver.checksArguments(row)) row.readWhole();
    this.#calls++;
    const { decided: old, named } = this.#tally.inCell(cell);
    const { baseline } = old.result;
    // what is undecided in both versions is told by whose call it is
    const before =
      baseline.engine === undefined || baseline.engine.outcome.plain
        ? baseline
        : this.#ownDecision(row, 0);
    const after = this.#ownDecision(row, this.#runs.length - 1);
    const decided = this.#hold(resultBetween(row.event(), before, after), old.isFull);
    this.#tally.count({ rows, row, decided, named }, kept?.piece);
  }

  #ownDecision(row: BatchRow, version: number): VersionDecision {
    const [call, run] = [row.calls()[version], this.#runs[version]];
    if (call === undefined || run === undefined) throw new Error("a version sees no call");
    return engineDecision(call, run.decide(call));
  }

  #other(rows: SegmentRows, at: number): void {
    this.#tally.other(rows, at);
    this.#sessions.pass(rows, at);
  }

  #call(open: OpenRows, at: number): void {
    const { rows, row, kept } = open;
    this.#calls++;
    const why = rows.segment.whole[at] === 1 ? UNUSUAL : this.#evaluate(open, at);
    if (why !== undefined) return this.#hand(rows, at, why);
    if (this.#sessions.touches(rows, row)) return this.#meet(open);
    const tellsAll = this.#tellsAll;
    const outcome = this.#outcomes.of(this.#circumstances(row), tellsAll);
    if (!tellsAll && row.counts) this.#evaluation.noteMatched();
    const decided = this.#plain[outcome] ?? this.#decide(row, outcome);
    const { named } = this.#evaluation;
    this.#tally.count({ rows, row, decided, named }, kept?.piece);
  }

  /** A call that hangs on others, or on which others may hang. */
  #meet({ rows, row, kept }: OpenRows): void {
    const outcome = this.#outcomes.of(this.#circumstances(row), true);
    const known = kept?.piece.met.before;
    const met = this.#sessions.meet({ rows, row, outcome, known });
    if (met.alone !== undefined) this.#noteHanded(met.alone);
    if (met.number === 0) {
      const result = resultOf(row.event(), met);
      const { watch, seen } = this.#sink;
      const isWhole = watch !== undefined || seen !== undefined;
      const told = isWhole ? row.whole(result, rows.event(row.at)) : row.as(result);
      return this.#tally.countEvent(told, rows, row.at);
    }
    const at = this.#step(MET, met.number, 0);
    const number = this.#numbers.get(at);
    const decided = this.#decided[number - 1] ?? this.#hold(resultOf(row.event(), met), true);
    if (number === 0) this.#numbers.set(at, this.#decided.length);
    this.#tally.countMet({ rows, row, decided, named: this.#evaluation.named }, kept?.piece);
  }

  /** Evaluates a row. A text: why its decision is the engine's. */
  #evaluate(open: OpenRows, at: number): string | undefined {
    const { row } = open;
    const k = this.#ahead.placeOf(open, row, at);
    row.to(at);
    const others = this.#handOver.why(row);
    if (others !== undefined) return others;
    if (this.#handOver.checksArguments(row)) row.readWhole();
    const why = this.#ahead.evaluate(row, k);
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
      denial: this.#denials.of(row),
      frame: row.frame.number,
      resource: this.#above ? row.resource : 0,
      recorded: this.#recorded ? row.recorded() : undefined,
    };
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
    const result = resultBetween(event, before, after);
    return (this.#plain[outcome] = this.#hold(result, this.#outcomes.isFull));
  }

  #hold(result: CallResult, isFull: boolean): Decided {
    const kind = this.#parts.text.code(this.#sink.coverage.kinds(result).decision);
    const decided = { result, number: this.#decided.length, kind, isFull };
    this.#decided.push(decided);
    if (this.#kept?.isTooDiverse(this.#decided.length, this.#calls) === true)
      this.#kept = undefined;
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

/** A call of a cell for which the edited rules come to something else than before. */
interface Moved {
  readonly at: number;
  readonly cell: number;
  readonly change: number;
  readonly piece: KeptPiece;
}

/** Where steps of each kind start. INVARIANT: these are no numbers of steps. */
const [MET, MOVED] = [-1, -2];
const NONE: ReadonlySet<string> = new Set();
