/** What {@link BitSet.merge} takes for a number that is none here. */
export const NO_NUMBER = 0xffffffff;

/** Words of a page, and the numbers that they stand for. */
export const PAGE_WORDS = 32;
const PAGE_BITS = 32 * PAGE_WORDS;

/**
 * A set of small numbers, one bit each, with its size at hand: which sessions a group of calls was
 * seen in. WHY pages: of a hundred thousand groups each may hold one number alone, and a high one.
 */
export class BitSet {
  /**
   * Where the words of a page begin. Undefined: there is no more than one number. WHY: that is what
   * most groups of many have.
   */
  #pages: Map<number, number> | undefined;
  /** The words of all pages. WHY one array: one for each page takes four times as much. */
  #words = NO_WORDS;
  /** That number, if there is one. */
  #only = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(ordinal: number): void {
    if (this.#size === 0) {
      [this.#only, this.#size] = [ordinal, 1];
      return;
    }
    if (this.#pages === undefined) {
      if (ordinal === this.#only) return;
      this.#pages = new Map();
      this.#set(this.#pages, this.#only);
    }
    if (this.#set(this.#pages, ordinal)) this.#size++;
  }

  /** Sets the bit of a number; whether it was not set before. */
  #set(pages: Map<number, number>, ordinal: number): boolean {
    const number = Math.floor(ordinal / PAGE_BITS);
    const page = pages.get(number) ?? this.#newPage(pages, number);
    const [word, bit] = [page + ((ordinal % PAGE_BITS) >>> 5), 1 << (ordinal & 31)];
    const found = this.#words[word] ?? 0;
    this.#words[word] = found | bit;
    return (found & bit) === 0;
  }

  #newPage(pages: Map<number, number>, number: number): number {
    const at = PAGE_WORDS * pages.size;
    if (at === this.#words.length) {
      const words = new Uint32Array(PAGE_WORDS * Math.ceil(1.5 * (pages.size + 1)));
      words.set(this.#words);
      this.#words = words;
    }
    pages.set(number, at);
    return at;
  }

  /** The bits themselves: of each page its number, then its words, 32 bits each. */
  part(): readonly number[] {
    return this.#listed().flatMap(([number, words]) => [number, ...words]);
  }

  /** The pages in order, each with its number. */
  #listed(): readonly (readonly [number: number, words: Uint32Array])[] {
    if (this.#size === 0) return [];
    if (this.#pages === undefined) return [pageOf(this.#only)];
    return [...this.#pages]
      .sort(([a], [b]) => a - b)
      .map(([number, at]) => [number, this.#words.subarray(at, at + PAGE_WORDS)]);
  }

  /** Adds what another set's {@link part} holds, each number as what it is here, if it is here. */
  merge(part: readonly number[], numbers: Uint32Array): void {
    for (let at = 0; at < part.length; at += 1 + PAGE_WORDS) {
      const first = (part[at] ?? 0) * PAGE_BITS;
      part.slice(at + 1, at + 1 + PAGE_WORDS).forEach((found, word) => {
        for (let left = found; left !== 0; left &= left - 1) {
          const number = numbers[first + 32 * word + 31 - Math.clz32(left & -left)] ?? NO_NUMBER;
          if (number !== NO_NUMBER) this.add(number);
        }
      });
    }
  }

  /** The numbers of the set, in no order that matters. */
  *numbers(): Generator<number> {
    for (const [page, words] of this.#listed())
      for (let at = 0; at < PAGE_BITS; at++)
        if (((words[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0) yield page * PAGE_BITS + at;
  }

  has(ordinal: number): boolean {
    if (this.#pages === undefined) return this.#size > 0 && ordinal === this.#only;
    const page = this.#pages.get(Math.floor(ordinal / PAGE_BITS));
    if (page === undefined) return false;
    const word = this.#words[page + ((ordinal % PAGE_BITS) >>> 5)] ?? 0;
    return (word & (1 << (ordinal & 31))) !== 0;
  }
}

const NO_WORDS = new Uint32Array(0);

/** The page of a number alone. */
function pageOf(ordinal: number): readonly [number: number, words: Uint32Array] {
  const words = new Uint32Array(PAGE_WORDS);
  words[(ordinal % PAGE_BITS) >>> 5] = 1 << (ordinal & 31);
  return [Math.floor(ordinal / PAGE_BITS), words];
}
