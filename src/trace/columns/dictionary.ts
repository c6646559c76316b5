const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The distinct values of one column, as small codes in the order of first sight; 0 is "not there".
 */
export interface Dictionary {
  /** How many codes there are, 0 included. */
  readonly size: number;
  readonly pool: Uint8Array;
  /** Where the text of a code starts in the pool; one more than codes. */
  readonly offsets: Uint32Array;
  readonly depths: Uint8Array;
}

/** Longer texts, and such with other characters than ASCII, go through the decoder. */
const SHORT = 48;

/** The JSON text of a code; empty where an object ended the path. */
export function textOf({ pool, offsets }: Dictionary, code: number): string {
  const [start, end] = [offsets[code] ?? 0, offsets[code + 1] ?? 0];
  if (end - start > SHORT) return decoder.decode(pool.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = pool[at] ?? 0;
    if (byte >= 128) return decoder.decode(pool.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

const MIN_SLOTS = 256;

/**
 * Gives each distinct value of a column its code. INVARIANT: equal hashes are compared byte by
 * byte, so that a trace cannot merge two values.
 */
export class DictionaryBuilder implements Dictionary {
  size = 1;
  pool = new Uint8Array(4096);
  offsets = new Uint32Array(MIN_SLOTS);
  depths = new Uint8Array(MIN_SLOTS);
  #hashes = new Int32Array(MIN_SLOTS);
  #slots = new Int32Array(MIN_SLOTS);
  #mask = MIN_SLOTS - 1;
  #used = 0;
  #last = 0;

  /** The code of the bytes between `from` and `to`, followed to `depth`. */
  intern(bytes: Uint8Array, from: number, to: number, depth: number): number {
    const last = this.#last;
    if (last !== 0 && this.depths[last] === depth && this.#same(last, bytes, from, to)) return last;
    let hash = depth | 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    return (this.#last = this.#find(hash, bytes, from, to, depth));
  }

  // eslint-disable-next-line max-params -- the hottest loop of reading: an object here would be made for each value
  #find(hash: number, bytes: Uint8Array, from: number, to: number, depth: number): number {
    let slot = hash & this.#mask;
    for (let code = this.#slots[slot] ?? 0; code !== 0; code = this.#slots[slot] ?? 0) {
      if (
        this.#hashes[code] === hash &&
        this.depths[code] === depth &&
        this.#same(code, bytes, from, to)
      )
        return code;
      slot = (slot + 1) & this.#mask;
    }
    return this.#add(hash, bytes.subarray(from, to), depth);
  }

  #same(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.offsets[code] ?? 0;
    if ((this.offsets[code + 1] ?? 0) - start !== to - from) return false;
    const pool = this.pool;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== pool[j]) return false;
    return true;
  }

  #add(hash: number, text: Uint8Array, depth: number): number {
    const code = this.size++;
    if (code + 2 > this.offsets.length) this.#growCodes();
    const start = this.#used;
    if (start + text.length > this.pool.length) {
      const pool = new Uint8Array(Math.max(2 * this.pool.length, start + text.length));
      pool.set(this.pool.subarray(0, start));
      this.pool = pool;
    }
    this.pool.set(text, start);
    this.#used = start + text.length;
    this.offsets[code] = start;
    this.offsets[code + 1] = this.#used;
    this.depths[code] = depth;
    this.#hashes[code] = hash;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    else this.#place(code, hash);
    return code;
  }

  #place(code: number, hash: number): void {
    let slot = hash & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = code;
  }

  #growCodes(): void {
    const grown = 2 * this.offsets.length;
    const offsets = new Uint32Array(grown);
    offsets.set(this.offsets);
    this.offsets = offsets;
    const depths = new Uint8Array(grown);
    depths.set(this.depths);
    this.depths = depths;
    const hashes = new Int32Array(grown);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    this.#mask = this.#slots.length - 1;
    for (let code = 1; code < this.size; code++) this.#place(code, this.#hashes[code] ?? 0);
  }

  /** The dictionary without room to spare and without the means to grow. */
  freeze(): Dictionary {
    return {
      size: this.size,
      pool: this.pool.slice(0, this.#used),
      offsets: this.offsets.slice(0, this.size + 1),
      depths: this.depths.slice(0, this.size),
    };
  }
}
