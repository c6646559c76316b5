import type { Call } from "../../engine/call.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { prepareCall } from "../../engine/call.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { ValueCache } from "../../trace/columns/value-cache.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { SessionTable } from "../../trace/session-table.ts";
import { Frames } from "./frame.ts";
import { Interner } from "./interner.ts";
import { isPathColumn, RowViews } from "./views.ts";

/** What the rows of a segment are asked while they are walked. */
export interface RowContext {
  readonly sessions: SessionTable;
  /** The number of the credential that a subject's text names, noted as used by it; undefined: none. */
  readonly credential: (subject: TraceEvent["request"]) => number | undefined;
  /** The event of a row's line, read from the trace itself. */
  readonly readEvent: (segment: Segment, row: number) => TraceEvent;
}

/** One segment's rows, with what many of them share worked out once. */
export class SegmentRows {
  readonly segment: Segment;
  readonly views: RowViews;
  readonly frames: Frames;
  readonly #context: RowContext;
  readonly #columns: readonly number[];
  readonly #sessionNumbers: Int32Array;
  /** By the codes of a subject; -1: it has none. */
  readonly #credentials = new Map<number, number>();
  /** The calls of the row that was asked for last: versions of one set share theirs. */
  readonly #calls = new Map<CompiledSet, Call>();
  #callsRow = -1;
  #read: { readonly row: number; readonly event: TraceEvent } | undefined;

  constructor(segment: Segment, context: RowContext) {
    this.segment = segment;
    this.#context = context;
    const cache = new ValueCache(segment);
    this.views = new RowViews(segment, cache);
    this.frames = new Frames(segment, cache, new Interner());
    this.#columns = segment.layout.columns.flatMap((_, column) => (isPathColumn(column) ? [column] : []));
    this.#sessionNumbers = new Int32Array(segment.dictionaries[COLUMN.session]?.size ?? 1).fill(-1);
  }

  session(row: number): string | undefined {
    return this.views.name(COLUMN.session, row);
  }

  /** The session's number among all of the trace. */
  sessionNumber(row: number): number | undefined {
    const code = this.views.code(COLUMN.session, row);
    if (code === 0) return undefined;
    const known = this.#sessionNumbers[code] ?? -1;
    if (known >= 0) return known;
    return (this.#sessionNumbers[code] = this.#context.sessions.ordinal(this.session(row) ?? ""));
  }

  parent(row: number): string | undefined {
    return this.views.name(COLUMN.parent, row);
  }

  type(row: number): string {
    return this.views.name(COLUMN.type, row) ?? "call";
  }

  time(row: number): number | undefined {
    return this.views.time(row);
  }

  credential(row: number): number | undefined {
    if (this.segment.whole[row] === 1) return this.#context.credential(this.event(row).request);
    const rest = this.views.code(COLUMN.subjectRest, row);
    const id = this.views.code(COLUMN.credential, row);
    if (rest === 0 && id === 0) return undefined;
    const key = ((rest * this.#size(COLUMN.credential) + id) * this.#size(COLUMN.subjectType) + this.views.code(COLUMN.subjectType, row)) * this.#size(COLUMN.subjectId) + this.views.code(COLUMN.subjectId, row);
    const known = this.#credentials.get(key);
    if (known !== undefined) return known < 0 ? undefined : known;
    const subject = this.views.entity("subject", row);
    const found = this.#context.credential(subject === undefined ? {} : { subject });
    this.#credentials.set(key, found ?? -1);
    return found;
  }

  #size(column: number): number {
    return this.segment.dictionaries[column]?.size ?? 1;
  }

  /** The row's call as a version sees it, as far as columns tell. */
  call(set: CompiledSet, row: number): Call {
    if (this.#callsRow !== row) this.#calls.clear();
    this.#callsRow = row;
    const known = this.#calls.get(set);
    if (known !== undefined) return known;
    const call = prepareCall(set, this.views.live(row, this.#columns, this.frames.of(row)));
    this.#calls.set(set, call);
    return call;
  }

  /** The event itself, read anew. */
  event(row: number): TraceEvent {
    if (this.#read?.row !== row) this.#read = { row, event: this.#context.readEvent(this.segment, row) };
    return this.#read.event;
  }

  id(row: number): string {
    const named = this.views.name(COLUMN.id, row);
    return named ?? this.event(row).id;
  }

  lazyId(row: number): () => string {
    return () => this.id(row);
  }
}
