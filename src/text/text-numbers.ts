/** How many numbers have their hashes in one array, and the bits that make such a number. */
const [PAGE, PAGE_BITS] = [1 << 15, 15];

/**
 * Gives each distinct text a small number (0, 1, 2 ... in the order of first sight), holding no
 * text: two 32-bit hashes stand for it, about 13 to 19 bytes each. Two different texts get one
 * number with a probability of about n * n / 2^65: one in 37 million for a million sessions.
 */
export class TextNumbers {
  /**
   * By number: two hashes each. WHY pages: nothing is held twice while there are more of them. WHY
   * so few at first: a typed array of more than 64 bytes is slow to make.
   */
  readonly #pages = [new Uint32Array(16)];
  /** The numbers by their hashes, plus one; 0 is a free slot. */
  #slots = new Uint32Array(8);
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
  hashes(): Uint32Array<ArrayBuffer> {
    const all = new Uint32Array(2 * this.#size);
    this.#pages.forEach((page, i) => {
      const from = 2 * PAGE * i;
      all.set(page.subarray(0, all.length - from), from);
    });
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
    const found = this.#slots[this.#slot(high, low)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  #numberOf(high: number, low: number): number {
    const slot = this.#slot(high, low);
    const found = this.#slots[slot] ?? 0;
    if (found !== 0) return found - 1;
    const ordinal = this.#size++;
    this.#put(ordinal, high, low);
    this.#slots[slot] = ordinal + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#grow();
    return ordinal;
  }

  /** The slot that has the number of the hashes, or the free one where it belongs. */
  #slot(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = high & mask;
    for (let found = slots[slot] ?? 0; found !== 0; found = slots[slot] ?? 0) {
      if (this.#isOf(found - 1, high, low)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isOf(ordinal: number, high: number, low: number): boolean {
    const page = this.#pages[ordinal >>> PAGE_BITS];
    const at = 2 * (ordinal & (PAGE - 1));
    return page !== undefined && page[at] === high && page[at + 1] === low;
  }

  #put(ordinal: number, high: number, low: number): void {
    const [number, at] = [ordinal >>> PAGE_BITS, 2 * (ordinal & (PAGE - 1))];
    let page = this.#pages[number] ?? new Uint32Array(2 * PAGE);
    if (at >= page.length) {
      const longer = new Uint32Array(2 * page.length);
      longer.set(page);
      page = longer;
    }
    page[at] = high;
    page[at + 1] = low;
    this.#pages[number] = page;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let ordinal = 0; ordinal < this.#size; ordinal++) {
      let slot = (this.#pages[ordinal >>> PAGE_BITS]?.[2 * (ordinal & (PAGE - 1))] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = ordinal + 1;
    }
    this.#slots = slots;
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

const START: readonly [high: number, low: number] = [0x811c9dc5, 0x9e3779b9];
const FACTORS: readonly [high: number, low: number] = [0x01000193, 0x5bd1e995];
const BACKSLASH = 92;

/**
 * The two hashes that stand for a text; the second is never 0. Each multiplies and xors UTF-16
 * units, as FNV-1a does.
 */
export function hashesOf(text: string): readonly [high: number, low: number] {
  let [high, low] = START;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, FACTORS[0]);
    low = Math.imul(low ^ unit, FACTORS[1]);
  }
  return [finished(high), finished(low) || 1];
}

/**
 * Writes what {@link hashesOf} gives for ASCII characters off their bytes. Returns false, and writes
 * nothing, where a byte is not ASCII or escapes another one in JSON (`\\`).
 */
export function hashAscii(bytes: Uint8Array, from: number, to: number, into: Uint32Array): boolean {
  let [high, low] = START;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 128 || byte === BACKSLASH) return false;
    high = Math.imul(high ^ byte, FACTORS[0]);
    low = Math.imul(low ^ byte, FACTORS[1]);
  }
  into[0] = finished(high);
  into[1] = finished(low) || 1;
  return true;
}

/** Finishes a hash as murmur3 does, so that the low bits can choose a slot. */
function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
