/**
 * Gives each distinct text a small number (0, 1, 2 ... in the order of first sight), holding no
 * text: two 32-bit hashes stand for it, about 16 to 32 bytes each. Two different texts get one
 * number with a probability of about n * n / 2^65: one in 37 million for a million sessions.
 */
export class TextNumbers {
  /** WHY so few at first: a typed array of more than 64 bytes is slow to make. */
  #capacity = 8;
  /** Two lanes a slot; 0, 0 is a free slot. */
  #lanes = new Uint32Array(2 * this.#capacity);
  #ordinals = new Uint32Array(this.#capacity);
  #size = 0;
  #lastText: string | undefined;
  #lastOrdinal = 0;

  /** How many distinct texts there were. */
  get size(): number {
    return this.#size;
  }

  /** What stands for each text, by number: two hashes each. */
  part(): readonly number[] {
    return [...this.hashes()];
  }

  /** The same, four bytes a hash. */
  hashes(): Uint32Array {
    const all = new Uint32Array(2 * this.#size);
    for (let slot = 0; slot < this.#capacity; slot++) {
      if (this.#lanes[2 * slot + 1] === 0) continue;
      all[2 * (this.#ordinals[slot] ?? 0)] = this.#lanes[2 * slot] ?? 0;
      all[2 * (this.#ordinals[slot] ?? 0) + 1] = this.#lanes[2 * slot + 1] ?? 0;
    }
    return all;
  }

  /** Takes what another table's {@link part} tells: the numbers here of its texts, by theirs. */
  merge(part: ArrayLike<number>): Uint32Array {
    const numbers = new Uint32Array(part.length / 2);
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = this.#numberOf(part[2 * i] ?? 0, part[2 * i + 1] ?? 0);
    return numbers;
  }

  /** The number of `text`. */
  ordinal(text: string): number {
    // WHY: events of one session mostly follow each other
    if (text === this.#lastText) return this.#lastOrdinal;
    this.#lastText = text;
    const [high, low] = hashesOf(text);
    this.#lastOrdinal = this.#numberOf(high, low);
    return this.#lastOrdinal;
  }

  /** The number of what two hashes stand for. */
  ordinalOf(high: number, low: number): number {
    return this.#numberOf(high, low || 1);
  }

  /** The number of `text`; undefined: it has none yet, and gets none. */
  find(text: string): number | undefined {
    return this.findHash(...hashesOf(text));
  }

  /** The number of what two hashes stand for; undefined: it has none yet, and gets none. */
  findHash(high: number, low: number): number | undefined {
    const slot = this.#slot(high, low);
    return this.#lanes[2 * slot + 1] === 0 ? undefined : this.#ordinals[slot];
  }

  #numberOf(high: number, low: number): number {
    const slot = this.#slot(high, low);
    if (this.#lanes[2 * slot + 1] !== 0) return this.#ordinals[slot] ?? 0;
    const ordinal = this.#size++;
    this.#fill(slot, high, low, ordinal);
    if (this.#size * 4 > this.#capacity * 3) this.#grow();
    return ordinal;
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #slot(high: number, low: number): number {
    const mask = this.#capacity - 1;
    let slot = high & mask;
    while (
      this.#lanes[2 * slot + 1] !== 0 &&
      !(this.#lanes[2 * slot] === high && this.#lanes[2 * slot + 1] === low)
    )
      slot = (slot + 1) & mask;
    return slot;
  }

  #fill(slot: number, high: number, low: number, ordinal: number): void {
    this.#lanes[2 * slot] = high;
    this.#lanes[2 * slot + 1] = low;
    this.#ordinals[slot] = ordinal;
  }

  #grow(): void {
    const [lanes, ordinals] = [this.#lanes, this.#ordinals];
    this.#capacity *= 2;
    this.#lanes = new Uint32Array(2 * this.#capacity);
    this.#ordinals = new Uint32Array(this.#capacity);
    ordinals.forEach((ordinal, old) => {
      const [high, low] = [lanes[2 * old] ?? 0, lanes[2 * old + 1] ?? 0];
      if (low !== 0) this.#fill(this.#slot(high, low), high, low, ordinal);
    });
  }
}

/** Both hashes of a text, as sixteen hexadecimal digits. */
export function hashText(text: string): string {
  return hexOf(hashesOf(text));
}

/** Two hashes as sixteen hexadecimal digits. */
export function hexOf(hashes: readonly [high: number, low: number]): string {
  return hashes.map((one) => one.toString(16).padStart(8, "0")).join("");
}

/**
 * The two hashes that stand for a text; the second is never 0. Each multiplies and xors UTF-16
 * units, as FNV-1a does.
 */
export function hashesOf(text: string): readonly [high: number, low: number] {
  let [high, low] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995);
  }
  return [finished(high), finished(low) || 1];
}

/** Finishes a hash as murmur3 does, so that the low bits can choose a slot. */
function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
