/** Bits a word. */
export const BITS = 32;

/** The bit of a slot within its word. */
export function bitOf(slot: number): number {
  return 1 << (slot % BITS);
}

export function wordOf(slot: number): number {
  return Math.floor(slot / BITS);
}

/** The words in which the slots are set for which something holds. */
export function bitsOf<T>(
  all: readonly T[],
  holds: (one: T, index: number) => boolean,
): Uint32Array {
  const words = new Uint32Array(Math.ceil(all.length / BITS));
  all.forEach((one, index) => {
    if (holds(one, index)) words[wordOf(index)] = (words[wordOf(index)] ?? 0) | bitOf(index);
  });
  return words;
}

/** Bits, and the words in which there are any. */
export interface Bits {
  readonly bits: Uint32Array;
  readonly words: readonly number[];
}

/** Bits with the words in which there are any. */
export function wordsSet(bits: Uint32Array): Bits {
  return { bits, words: [...bits.keys()].filter((word) => bits[word] !== 0) };
}

/** Whether a row of words has any of some bits. */
export function hasAny(words: Uint32Array, { words: where, bits }: Bits): boolean {
  for (let i = 0; i < where.length; i++) {
    const word = where[i] ?? 0;
    if (((words[word] ?? 0) & (bits[word] ?? 0)) !== 0) return true;
  }
  return false;
}

/** The places of the bits that a row of words has of some, ascending. */
export function indexesOf(words: Uint32Array, { words: where, bits }: Bits): readonly number[] {
  const found: number[] = [];
  for (const word of where)
    for (let left = (words[word] ?? 0) & (bits[word] ?? 0); left !== 0; left &= left - 1)
      found.push(word * BITS + 31 - Math.clz32(left & -left));
  return found;
}
