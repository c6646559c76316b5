import type { BatchRow } from "./batch-row.ts";
import type { Evaluation } from "./evaluation.ts";
import { isDecidedAnew, type OpenRows } from "./open-rows.ts";
import type { Vector } from "./vector.ts";

/** How many rows are evaluated together. */
const ROWS = 512;

/** The rows that come next, evaluated together: each is then taken in its turn. */
export class RowsAhead {
  readonly #evaluation: Evaluation;
  readonly #vector: Vector;
  #open: OpenRows | undefined;
  #next = 0;
  /** Where the rows end that surely come. */
  until = 0;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
    this.#vector = evaluation.vector(ROWS);
  }

  /** The place of a row among those that are evaluated together; -1: it is evaluated alone. */
  placeOf(open: OpenRows, at: number): number {
    if (!isDecidedAnew(open, at)) return -1;
    const { rows, size } = this.#vector;
    if (this.#open === open) while (this.#next < size && (rows[this.#next] ?? 0) < at) this.#next++;
    if (this.#open !== open || this.#next === size) this.#fill(open, at);
    return rows[this.#next] === at ? this.#next : -1;
  }

  /** Evaluates the row at which `row` stands, at a place of {@link placeOf}; as {@link Evaluation.run}. */
  evaluate(row: BatchRow, place: number): string | undefined {
    return place < 0 ? this.#evaluation.run(row) : this.#evaluation.take(this.#vector, place, row);
  }

  /** Evaluates the rows from one on, as many as may be. */
  #fill(open: OpenRows, from: number): void {
    const vector = this.#vector;
    vector.size = 0;
    for (let at = from; at < this.until && vector.size < ROWS; at++)
      if (isDecidedAnew(open, at)) vector.rows[vector.size++] = at;
    this.#evaluation.fill(vector, open.row);
    this.#open = open;
    this.#next = 0;
  }
}
