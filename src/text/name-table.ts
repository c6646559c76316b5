const START = 1 << 10;

/**
 * Gives each distinct text a number, in the order of first sight, and knows it again exactly: names
 * of plain ASCII are kept as bytes, some twelve bytes each beside their own length.
 */
export class NameTable {
  #slots = new Int32Array(START).fill(-1);
  #hashes = new Int32Array(START / 2);
  #ends = new Uint32Array(START / 2);
  #bytes = new Uint8Array(16 * START);
  #mask = START - 1;
  /** Texts of other characters. */
  readonly #others = new Map<string, number>();
  #size = 0;
  #lastText: string | undefined;
  #lastNumber = -1;

  get size(): number {
    return this.#size;
  }

  /** The number of a text; -1: it has none, and gets none. */
  find(text: string): number {
    if (text === this.#lastText) return this.#lastNumber;
    const hash = hashOf(text);
    if (hash === undefined) return this.#others.get(text) ?? -1;
    const number = this.#slots[this.#slotOf(text, hash)] ?? -1;
    if (number >= 0) this.#remember(text, number);
    return number;
  }

  /** The number of a text, which gets one. */
  number(text: string): number {
    if (text === this.#lastText) return this.#lastNumber;
    const hash = hashOf(text);
    if (hash === undefined) {
      const known = this.#others.get(text);
      if (known !== undefined) return known;
      this.#others.set(text, this.#size);
      return this.#add("", 0);
    }
    const slot = this.#slotOf(text, hash);
    let number = this.#slots[slot] ?? -1;
    if (number < 0) {
      number = this.#add(text, hash);
      this.#slots[slot] = number;
      if (2 * this.#size > this.#slots.length) this.#grow();
    }
    this.#remember(text, number);
    return number;
  }

  #remember(text: string, number: number): void {
    this.#lastText = text;
    this.#lastNumber = number;
  }

  /** The slot of a text, or the free one that it would get. */
  #slotOf(text: string, hash: number): number {
    let slot = hash & this.#mask;
    for (let number = this.#slots[slot] ?? -1; number >= 0; number = this.#slots[slot] ?? -1) {
      if (this.#hashes[number] === hash && this.#is(number, text)) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #is(number: number, text: string): boolean {
    const start = number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
    if ((this.#ends[number] ?? 0) - start !== text.length) return false;
    for (let i = 0; i < text.length; i++)
      if (this.#bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #add(text: string, hash: number): number {
    const number = this.#size++;
    const start = number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
    const end = start + text.length;
    if (number >= this.#hashes.length) {
      this.#hashes = longer(this.#hashes, new Int32Array(2 * this.#hashes.length));
      this.#ends = longer(this.#ends, new Uint32Array(2 * this.#ends.length));
    }
    if (end > this.#bytes.length)
      this.#bytes = longer(this.#bytes, new Uint8Array(Math.max(end, 2 * this.#bytes.length)));
    for (let i = 0; i < text.length; i++) this.#bytes[start + i] = text.charCodeAt(i);
    this.#hashes[number] = hash;
    this.#ends[number] = end;
    return number;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length).fill(-1);
    this.#mask = this.#slots.length - 1;
    for (const number of old) {
      if (number < 0) continue;
      let slot = (this.#hashes[number] ?? 0) & this.#mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = number;
    }
  }
}

function longer<T extends Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Undefined: the text has other characters than ASCII. */
function hashOf(text: string): number | undefined {
  let hash = 0x811c9dc5;
  let seen = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    seen |= code;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  if (seen > 127) return undefined;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
