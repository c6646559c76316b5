import type { EventCounts } from "../documents/trace-part.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import type { BatchRow } from "./batch-row.ts";
import type { ColumnCall } from "./column-call.ts";
import type { KeptPiece } from "./kept-piece.ts";
import type { CreditTally } from "./values/credit-tally.ts";
import type { OwnRows, SegmentRows } from "./values/segment-rows.ts";

/** Rows of a segment while they are walked. */
export interface OpenRows {
  readonly rows: SegmentRows;
  /** Set: only these rows are walked. */
  readonly own: OwnRows | undefined;
  readonly row: BatchRow;
  /** By code of the type column: 1 for calls. */
  readonly isCall: Uint8Array;
  readonly credits: CreditTally;
  /** Its calls, where somebody looks at each. */
  readonly seen: ColumnCall | undefined;
  /** How the calls count; undefined: nothing stays for another replay. */
  readonly kept: KeptRows | undefined;
}

/** How the calls of a segment count, and the same rows as the edited rules see them. */
export interface KeptRows {
  /** Where the first row stands in the trace. */
  readonly first: number;
  readonly piece: KeptPiece;
  readonly edited: BatchRow | undefined;
}

/** By code of the type column: 1 for calls. */
export function callTypes({ segment, views }: SegmentRows): Uint8Array {
  const size = segment.dictionaries[COLUMN.type]?.size ?? 1;
  return Uint8Array.from({ length: size }, (_, code) =>
    code === 0 || views.cache.value(COLUMN.type, code) === "call" ? 1 : 0,
  );
}

/** Whether a row is a call of which nothing is known of a replay before. */
export function isDecidedAnew(
  { rows: { segment }, own, isCall, kept }: OpenRows,
  at: number,
): boolean {
  return (
    (own === undefined || own.parts[at] === own.part) &&
    segment.whole[at] !== 1 &&
    isCall[segment.codes[COLUMN.type]?.[at] ?? 0] === 1 &&
    (kept?.edited === undefined || kept.piece.cell[at] === 0)
  );
}

/** What the trace of a segment's rows counts (`own`: of those of one part). */
export function countsOf(
  rows: SegmentRows,
  isCall: Uint8Array,
  own: OwnRows | undefined,
): EventCounts {
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
