/** Gives each distinct row of numbers a small number, in the order of first sight. */
export class TupleTable {
  readonly #width: number;
  #rows: Int32Array;
  #hashes = new Int32Array(1024);
  #slots = new Int32Array(4096).fill(-1);
  #mask = 4095;
  size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#rows = new Int32Array(1024 * width);
  }

  /** The number of the first `width` entries of `tuple`; a fresh one is the old `size`. */
  intern(tuple: Int32Array): number {
    const width = this.#width;
    let hash = 0;
    for (let i = 0; i < width; i++)
      hash = Math.imul((hash ^ (tuple[i] ?? 0)) + (hash >>> 13), 0x9e3779b1);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    for (let found = this.#slots[slot] ?? -1; found >= 0; found = this.#slots[slot] ?? -1) {
      if (this.#hashes[found] === hash && this.#same(found, tuple)) return found;
      slot = (slot + 1) & this.#mask;
    }
    return this.#add(tuple, hash);
  }

  /** An entry of a tuple by its number. */
  at(number: number, entry: number): number {
    return this.#rows[number * this.#width + entry] ?? 0;
  }

  #same(number: number, tuple: Int32Array): boolean {
    const width = this.#width;
    const rows = this.#rows;
    for (let i = 0, at = number * width; i < width; i++, at++)
      if (rows[at] !== tuple[i]) return false;
    return true;
  }

  #add(tuple: Int32Array, hash: number): number {
    const number = this.size++;
    if (this.size > this.#hashes.length) this.#growRows();
    this.#rows.set(tuple.subarray(0, this.#width), number * this.#width);
    this.#hashes[number] = hash;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    else this.#place(number, hash);
    return number;
  }

  #place(number: number, hash: number): void {
    let slot = hash & this.#mask;
    while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = number;
  }

  #growRows(): void {
    const rows = new Int32Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
    const hashes = new Int32Array(2 * this.#hashes.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    this.#mask = this.#slots.length - 1;
    for (let number = 0; number < this.size; number++)
      this.#place(number, this.#hashes[number] ?? 0);
  }
}
