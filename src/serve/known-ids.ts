import { hashesOf } from "../text/text-numbers.ts";

/** Bits of the tables that are filled one after the other, powers of two. */
const SIZES = [2 ** 20, 2 ** 24, 2 ** 28] as const;
/** So many bits a table has for each id; the last one takes all that come. */
const BITS_EACH = 64;
const PROBES = 6;

interface Table {
  readonly words: Uint32Array;
  /** Ids that it still takes. */
  room: number;
}

/**
 * Ids that were given, in 34 MB at most however many there are (Bloom filters). WHY: an id that is
 * given twice makes a log that no trace may be, and who asks may bring ids for years.
 */
export class KnownIds {
  readonly #tables: Table[] = [];

  add(id: string): void {
    const { words } = this.#tableWithRoom();
    for (const bit of bitsOf(id, words))
      words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /** The newest table, or a larger one where that has no room. WHY: a small one is filled faster. */
  #tableWithRoom(): Table {
    const newest = this.#tables.at(-1);
    const bits = SIZES[this.#tables.length];
    if (newest !== undefined && (newest.room > 0 || bits === undefined)) {
      newest.room--;
      return newest;
    }
    const size = bits ?? SIZES[0];
    const table = { words: new Uint32Array(size / 32), room: size / BITS_EACH - 1 };
    this.#tables.push(table);
    return table;
  }

  /**
   * True of every id that was added, and by chance of few others: one in a million where there are
   * five million, one in five hundred where there are twenty million.
   */
  has(id: string): boolean {
    return this.#tables.some(({ words }) =>
      bitsOf(id, words).every((bit) => ((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0),
    );
  }
}

/** The bits of an id in a table: each is set where it was added. */
function bitsOf(id: string, words: Uint32Array): readonly number[] {
  const [start, step] = hashesOf(id);
  const last = words.length * 32 - 1;
  return Array.from({ length: PROBES }, (_, i) => (start + i * step) & last);
}
