import type { BatchRow } from "./batch-row.ts";
import type { Evaluation } from "./evaluation.ts";
import type { OpenRows } from "./open-rows.ts";
import type { Vector } from "./vector.ts";

/** How many rows are evaluated together. */
export const ROWS = 512;

/** The rows that come next, evaluated together: each is then taken in its turn. */
export class RowsAhead {
  readonly #evaluation: Evaluation;
  readonly #isWanted: (open: OpenRows, at: number) => boolean;
  readonly #vector: Vector;
  #open: OpenRows | undefined;
  #next = 0;
  /** Up to where rows were looked at. */
  #looked = 0;
  /** Where the rows end that surely come. */
  until = 0;

  /** `isWanted`: whether a row is to be evaluated, as far as that is known ahead. */
  constructor(evaluation: Evaluation, isWanted: (open: OpenRows, at: number) => boolean) {
    this.#evaluation = evaluation;
    this.#isWanted = isWanted;
    this.#vector = evaluation.vector(ROWS);
  }

  /** The place of a row among those that are evaluated together; -1: it is evaluated alone. */
  placeOf(open: OpenRows, row: BatchRow, at: number): number {
    if (!this.#isWanted(open, at)) return -1;
    const { rows } = this.#vector;
    if (this.#open !== open || at >= this.#looked) this.#fill(open, row, at);
    else while (this.#next < this.#vector.size && (rows[this.#next] ?? 0) < at) this.#next++;
    return this.#next < this.#vector.size && rows[this.#next] === at ? this.#next : -1;
  }

  /** Evaluates the row at which `row` stands, at a place of {@link placeOf}; as {@link Evaluation.run}. */
  evaluate(row: BatchRow, place: number): string | undefined {
    return place < 0 ? this.#evaluation.run(row) : this.#evaluation.take(this.#vector, place, row);
  }

  /** Evaluates the rows from one on, as many as may be. */
  #fill(open: OpenRows, row: BatchRow, from: number): void {
    const vector = this.#vector;
    vector.size = 0;
    let at = from;
    for (; at < this.until && vector.size < ROWS; at++)
      if (this.#isWanted(open, at)) vector.rows[vector.size++] = at;
    this.#looked = at;
    this.#evaluation.fill(vector, row);
    this.#open = open;
    this.#next = 0;
  }
}
