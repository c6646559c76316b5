import { COLUMN } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { LISTED } from "../../trace/read-report.ts";

/** What of a piece matters to the whole trace, whoever counts its calls. */
export interface PieceFacts {
  readonly rows: number;
  readonly lines: number;
  readonly malformed: Segment["malformed"];
  readonly malformedCount: number;
  /** Times of its first and its latest event; NaN and -Infinity: none has one. */
  readonly first: number;
  readonly latest: number;
  /** Whether its first event has no time. */
  readonly startsTimeless: boolean;
  /** Whether no event comes after a later one. */
  readonly inOrder: boolean;
  /** Whether an event names the call that it was made under, and whether one lists approvals. */
  readonly parents: boolean;
  readonly approvals: boolean;
  /** SHA-256 of each block of the piece, 32 bytes each. */
  readonly blocks: Uint8Array;
}

/** Whether any row has something in a column. WHY not by the dictionary: a text of it may be of no row. */
function isThere(segment: Segment, column: number): boolean {
  return segment.codes[column]?.some((code) => code !== 0) === true;
}

export function factsOf(segment: Segment, blocks: Uint8Array): PieceFacts {
  const { times, rows } = segment;
  let [first, latest, inOrder] = [NaN, -Infinity, true];
  for (let row = 0; row < rows; row++) {
    const time = times[row] ?? NaN;
    if (time < latest) inOrder = false;
    if (time >= latest) latest = time;
    if (Number.isNaN(first)) first = time;
  }
  return {
    rows,
    lines: segment.lineCount,
    malformed: segment.malformed.slice(0, LISTED),
    malformedCount: segment.malformedCount,
    first,
    latest,
    startsTimeless: Number.isNaN(times[0] ?? 0),
    inOrder,
    parents: isThere(segment, COLUMN.parent),
    approvals: isThere(segment, COLUMN.approvals),
    blocks,
  };
}
