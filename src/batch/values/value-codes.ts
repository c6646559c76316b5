import { DictionaryBuilder, type Dictionary } from "../../trace/columns/dictionary.ts";
import type { Segment } from "../../trace/columns/segment.ts";

/**
 * Numbers for the values of one column over all segments: the same text, followed as deep, is the
 * same number; 0 is "not there".
 */
export class ValueCodes {
  readonly #values = new DictionaryBuilder();

  get size(): number {
    return this.#values.size;
  }

  /** The number of the text between two places of a pool. */
  number(pool: Uint8Array, from: number, to: number, depth: number): number {
    return this.#values.intern(pool, from, to, depth);
  }

  /** The number of a value of a dictionary. */
  numberOf({ pool, offsets, depths }: Dictionary, code: number): number {
    return code === 0
      ? 0
      : this.number(pool, offsets[code] ?? 0, offsets[code + 1] ?? 0, depths[code] ?? 0);
  }
}

/** The codes of one segment's column as numbers over all segments, each looked up once. */
export class SegmentCodes {
  readonly #values: ValueCodes;
  readonly #dictionary: Dictionary;
  readonly #codes: Uint32Array;
  readonly #numbers: Int32Array;

  constructor(values: ValueCodes, dictionary: Dictionary, codes: Uint32Array) {
    this.#values = values;
    this.#dictionary = dictionary;
    this.#codes = codes;
    this.#numbers = new Int32Array(dictionary.size).fill(-1);
  }

  /** The number of what a row has. */
  at(row: number): number {
    const code = this.#codes[row] ?? 0;
    const known = this.#numbers[code] ?? 0;
    if (known >= 0) return known;
    const number = this.#values.numberOf(this.#dictionary, code);
    this.#numbers[code] = number;
    return number;
  }
}

/** The codes of a segment's column as numbers over all segments. */
export function segmentCodes(
  memory: { readonly valuesOf: (column: number) => ValueCodes },
  { segment }: { readonly segment: Segment },
  column: number,
): SegmentCodes {
  return new SegmentCodes(
    memory.valuesOf(column),
    segment.dictionaries[column] ?? NOTHING,
    segment.codes[column] ?? NO_CODES,
  );
}

const NO_CODES = new Uint32Array(0);
const NOTHING: Dictionary = {
  size: 1,
  pool: new Uint8Array(0),
  offsets: new Uint32Array(2),
  depths: new Uint8Array(1),
};
