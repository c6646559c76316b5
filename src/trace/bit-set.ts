/** A set of small numbers, one bit each, with its size at hand: which sessions a group of calls was seen in. */
export class BitSet {
  #words = new Uint32Array(1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(ordinal: number): void {
    const [word, bit] = [ordinal >>> 5, 1 << (ordinal & 31)];
    if (word >= this.#words.length) this.#grow(word);
    const found = this.#words[word] ?? 0;
    if ((found & bit) !== 0) return;
    this.#words[word] = found | bit;
    this.#size++;
  }

  /** The bits themselves, 32 a word. */
  part(): Uint32Array {
    return this.#words.slice();
  }

  /** Adds what another set's {@link part} holds, each number as what it is here. */
  merge(words: Uint32Array, numbers: Uint32Array): void {
    words.forEach((found, word) => {
      for (let left = found; left !== 0; left &= left - 1) this.add(numbers[32 * word + 31 - Math.clz32(left & -left)] ?? 0);
    });
  }

  has(ordinal: number): boolean {
    return ((this.#words[ordinal >>> 5] ?? 0) & (1 << (ordinal & 31))) !== 0;
  }

  #grow(word: number): void {
    const words = new Uint32Array(Math.max(word + 1, 2 * this.#words.length));
    words.set(this.#words);
    this.#words = words;
  }
}
