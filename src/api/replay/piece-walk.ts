import type { BatchSink } from "../../batch/batch-tally.ts";
import { BatchWalk, type WalkStart } from "../../batch/batch-walk.ts";
import type { OpenRows } from "../../batch/open-rows.ts";
import type { CallKeeper } from "../../batch/kept-replay.ts";
import { RowFilter } from "../../batch/row-filter.ts";
import type { SessionOptions } from "../../batch/session-walk.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { Tallies } from "../../coverage/trace-part.ts";
import { SegmentRows, type OwnRows, type RowContext } from "../../batch/values/segment-rows.ts";
import type { ReadVersions } from "../../batch/values/versions.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { EventIds } from "../../engine/event-ids.ts";
import type { FilterOptions } from "../../replay/filter.ts";
import type { ExampleOrder } from "../../replay/group-tally.ts";
import type { DecisionCounter, SeenObserver } from "../../replay/seen-call.ts";
import type { ReplayObserver } from "../../replay/walk.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { JoinedLabels } from "../../trace/columns/joined-labels.ts";
import type { LabelTable } from "../../trace/labels.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { HeldLines, LineReader } from "./line-reader.ts";

/** INVARIANT: no piece has so many rows. */
const PIECE_ROWS = 2 ** 25;

/** A piece: which it is of the trace, and of which file. */
export interface WalkedPiece {
  readonly index: number;
  readonly file: number;
  readonly segment: Segment;
  readonly held?: HeldLines | undefined;
}

/** A piece whose rows are walked when they are due. */
interface HeldRows {
  readonly piece: WalkedPiece;
  readonly own: OwnRows | undefined;
  /** Undefined: none of its rows was due so far. */
  open: OpenRows | undefined;
  /** How many of its rows are still to come. */
  left: number;
}

/** What pieces are walked for besides what every replay counts. */
export interface PieceWork {
  readonly lines: LineReader;
  readonly log?: BatchSink["log"];
  /** What stays between replays of the trace. */
  readonly kept?: CallKeeper | undefined;
  readonly filter?: FilterOptions | undefined;
  /** Labels that are joined to the events of rows; those of columns are joined already. */
  readonly labels?: LabelTable | undefined;
  /** Which call of a group stands for it, where several have one time; by default the first one. */
  readonly examples?: ExampleOrder;
  /** Told the rows of each piece, before any of them is decided. */
  readonly told?: (rows: SegmentRows) => void;
  /**
   * How many things are remembered of calls that differ, at least those of a stretch of rows;
   * undefined: all of them. Not together with `kept`.
   */
  readonly remembered?: number;
  /** Who is told every call and every other event as a whole. */
  readonly watch?: ReplayObserver | undefined;
  /** Who looks at each of them, as far as columns tell. */
  readonly seen?: ((coverage: CoverageTally) => SeenObserver) | undefined;
  /** Who counts what calls come to. */
  readonly counted?: DecisionCounter | undefined;
}

/** A piece with the labels of its rows joined to those that they carry. */
export function joinLabels(
  { index, file, held, segment }: WalkedPiece,
  labels: JoinedLabels | undefined,
  lines: LineReader,
): WalkedPiece {
  if (labels === undefined) return { index, file, held, segment };
  const named = (row: number): string => lines.event({ file, held, segment }, row).id;
  return { index, file, held, segment: labels.join(segment, named) };
}

/** Counts pieces of a trace under both versions, in the order of the trace. */
export class PieceWalk {
  readonly #tally: ReplayTally;
  readonly #coverage: CoverageTally;
  readonly #makeWalk: (start: WalkStart) => BatchWalk;
  #walk: BatchWalk;
  readonly #work: PieceWork;
  readonly #filter: RowFilter | undefined;
  readonly #held = new Map<number, HeldRows>();
  /** How many rows were due so far, here or elsewhere. */
  #before = 0;

  constructor(versions: ReadVersions, options: SessionOptions, work: PieceWork) {
    this.#tally = new ReplayTally(work.examples);
    this.#coverage = new CoverageTally({
      baseline: versions.baseline?.set,
      candidate: versions.candidate.set,
    });
    this.#work = work;
    this.#filter = work.filter === undefined ? undefined : new RowFilter(work.filter);
    const { log, watch, counted } = work;
    const seen = work.seen?.(this.#coverage);
    const sink = { tally: this.#tally, coverage: this.#coverage, log, watch, seen, counted };
    this.#makeWalk = (start) => new BatchWalk(versions, options, sink, start);
    this.#walk = this.#makeWalk({ kept: work.kept });
  }

  get calls(): number {
    return this.#tally.trace.calls;
  }

  /** Which ids the events so far have; they are counted where calls stand below others. */
  get ids(): EventIds {
    const { ids } = this.#walk.sessions;
    if (ids === undefined) throw new Error("the ids of events are not counted");
    return ids;
  }

  /** Takes all rows of a piece as they stand. */
  take(piece: WalkedPiece): void {
    const rows = this.#rowsOf(piece);
    this.#walk.walk(rows, this.#chosen(rows, undefined));
  }

  /** Takes a piece whose rows are walked when they are due; `own`: only these rows. */
  hold(piece: WalkedPiece, own?: OwnRows): void {
    const left = piece.segment.rows;
    if (left > 0) this.#held.set(piece.index, { piece, own, open: undefined, left });
  }

  /** Walks rows of pieces that are held: the place of a piece, from which row, up to which. */
  walk(rows: Uint32Array): void {
    for (let at = 0; at < rows.length; at += 3) {
      const [index = 0, from = 0, to = 0] = rows.subarray(at, at + 3);
      const held = this.#held.get(index);
      if (held === undefined) throw new Error("rows are of no piece");
      held.open ??= this.#open(held);
      // whatever piece a row is of, its place in the trace is how many rows come before it
      held.open.rows.first = this.#before - from;
      this.#before += to - from;
      this.#walk.take(held.open, from, to);
      held.left -= to - from;
      if (held.left > 0) continue;
      this.#walk.close(held.open);
      this.#held.delete(index);
    }
    const { remembered = Infinity } = this.#work;
    if (this.#walk.remembered > remembered) this.#startAnew();
  }

  /** Goes on with a walk that remembers nothing of the calls so far but the state that they left. */
  #startAnew(): void {
    const open = [...this.#held.values()].filter((held) => held.open !== undefined);
    for (const held of open) held.open?.credits.flush();
    this.#walk.finish();
    this.#walk = this.#makeWalk({ goesOn: this.#walk });
    for (const held of open)
      held.open = held.open && this.#walk.open(held.open.rows, held.open.own);
  }

  #open({ piece, own }: HeldRows): OpenRows {
    const rows = this.#rowsOf(piece);
    return this.#walk.open(rows, this.#chosen(rows, own));
  }

  #chosen(rows: SegmentRows, own: OwnRows | undefined): OwnRows | undefined {
    return this.#filter === undefined ? own : this.#filter.choose(rows, own);
  }

  /** What was counted; no piece may come after. */
  finish(): Tallies {
    if (this.#held.size > 0) throw new Error("rows of a piece were not walked");
    this.#walk.finish();
    const { sessions, handed, kinds, again } = this.#walk;
    const { keylessWrites, forgotten } = sessions;
    return {
      tally: this.#tally,
      coverage: this.#coverage,
      keylessWrites,
      forgotten,
      leftOut: this.#filter?.leftOut ?? 0,
      handed: new Map(handed),
      kinds,
      again,
    };
  }

  #rowsOf(piece: WalkedPiece): SegmentRows {
    const context: RowContext = {
      sessions: this.#tally.sessions,
      credential: (request) => this.#coverage.credentials.note(request),
      readLine: (row) => this.#work.lines.line(piece, row),
      readEvent: (row) => this.#event(piece, row),
    };
    const rows = new SegmentRows(piece.segment, context, { first: piece.index * PIECE_ROWS });
    this.#work.told?.(rows);
    return rows;
  }

  #event(piece: WalkedPiece, row: number): TraceEvent {
    const event = this.#work.lines.event(piece, row);
    return this.#work.labels?.joinOne(event) ?? event;
  }
}
