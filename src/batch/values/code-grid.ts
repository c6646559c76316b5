import type { RowViews } from "./views.ts";

/** Larger grids are not made: then there is no place for any row. */
const MOST = 1 << 20;

/** Numbers by the codes of a few columns together, each at its own place; -1: not known. */
export class CodeGrid {
  readonly #codes: readonly Uint32Array[];
  readonly #sizes: readonly number[];
  /** How many places there are; 0: too many, so no row has one. */
  readonly places: number;
  #numbers: Int32Array | undefined;

  constructor({ segment }: RowViews, columns: readonly number[]) {
    this.#codes = columns.map((column) => segment.codes[column] ?? new Uint32Array(0));
    this.#sizes = columns.map((column) => segment.dictionaries[column]?.size ?? 1);
    const places = this.#sizes.reduce((product, size) => product * size, 1);
    this.places = places <= MOST ? places : 0;
  }

  /** The codes of a place, in the order of the columns. */
  codes(place: number): readonly number[] {
    const codes: number[] = [];
    let left = place;
    for (let i = this.#sizes.length - 1; i >= 0; i--) {
      const size = this.#sizes[i] ?? 1;
      codes.unshift(left % size);
      left = Math.floor(left / size);
    }
    return codes;
  }

  /** The place of a row; -1: it has none. */
  at(row: number): number {
    if (this.places === 0) return -1;
    let place = 0;
    for (let i = 0; i < this.#codes.length; i++)
      place = place * (this.#sizes[i] ?? 1) + (this.#codes[i]?.[row] ?? 0);
    return place;
  }

  get(place: number): number {
    return this.#numbers?.[place] ?? -1;
  }

  set(place: number, number: number): void {
    this.#numbers ??= new Int32Array(this.places).fill(-1);
    this.#numbers[place] = number;
  }
}
