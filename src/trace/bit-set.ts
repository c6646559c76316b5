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
  /** Undefined: there is no more than one number. WHY: that is what most groups of many have. */
  #pages: Map<number, Uint32Array> | undefined;
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
    if (this.#pages === undefined && ordinal === this.#only) return;
    this.#pages ??= this.#paged();
    if (addTo(this.#pages, ordinal)) this.#size++;
  }

  /** The pages of a set of no more than one number. */
  #paged(): Map<number, Uint32Array> {
    const pages = new Map<number, Uint32Array>();
    if (this.#size > 0) addTo(pages, this.#only);
    return pages;
  }

  /** The bits themselves: of each page its number, then its words, 32 bits each. */
  part(): readonly number[] {
    return [...(this.#pages ?? this.#paged())]
      .sort(([a], [b]) => a - b)
      .flatMap(([number, words]) => [number, ...words]);
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
    for (const [page, words] of this.#pages ?? this.#paged())
      for (let at = 0; at < PAGE_BITS; at++)
        if (((words[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0) yield page * PAGE_BITS + at;
  }

  has(ordinal: number): boolean {
    if (this.#pages === undefined) return this.#size > 0 && ordinal === this.#only;
    const page = this.#pages.get(Math.floor(ordinal / PAGE_BITS));
    return ((page?.[(ordinal % PAGE_BITS) >>> 5] ?? 0) & (1 << (ordinal & 31))) !== 0;
  }
}

/** Sets the bit of a number; whether it was not set before. */
function addTo(pages: Map<number, Uint32Array>, ordinal: number): boolean {
  const number = Math.floor(ordinal / PAGE_BITS);
  const page = pages.get(number) ?? new Uint32Array(PAGE_WORDS);
  pages.set(number, page);
  const [word, bit] = [(ordinal % PAGE_BITS) >>> 5, 1 << (ordinal & 31)];
  const found = page[word] ?? 0;
  page[word] = found | bit;
  return (found & bit) === 0;
}
