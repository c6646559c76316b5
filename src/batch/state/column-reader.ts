import { HAS } from "../../trace/columns/line-scanner.ts";
import type { SegmentRows } from "../values/segment-rows.ts";

/** What of {@link HAS} tells, beside a column, what stands at its path: whether its root is there. */
const ROOTS = HAS.args | HAS.context;

/** Where a row stands. */
export interface RowPlace {
  readonly rows: SegmentRows;
  readonly at: number;
}

/**
 * What is made of a column, once for each code of a segment. What stands in it, and whether the event
 * has `args` and `context` at all, is all that `make` may look at.
 */
export class ColumnReader<T> {
  readonly #column: number;
  readonly #make: (rows: SegmentRows, at: number) => T;
  #rows: SegmentRows | undefined;
  #codes: Uint32Array = new Uint32Array(0);
  #has: Uint16Array = new Uint16Array(0);
  /** By what is there at all, then by code. */
  #made: (T | undefined)[][] = [];

  constructor(column: number, make: (rows: SegmentRows, at: number) => T) {
    this.#column = column;
    this.#make = make;
  }

  of({ rows, at }: RowPlace): T {
    if (rows !== this.#rows) this.#begin(rows);
    const made = (this.#made[(this.#has[at] ?? 0) & ROOTS] ??= []);
    return (made[this.#codes[at] ?? 0] ??= this.#make(rows, at));
  }

  #begin(rows: SegmentRows): void {
    this.#rows = rows;
    this.#codes = rows.segment.codes[this.#column] ?? new Uint32Array(0);
    this.#has = rows.segment.has;
    this.#made = [];
  }
}
