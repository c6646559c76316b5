const START = 1 << 14;

/**
 * Steps from one number to the next by what a row holds: the same steps from the same start end at
 * the same number. A number is of one step alone, so whatever hangs on it may be kept by it.
 */
export class PairTable {
  #from = new Int32Array(START);
  #by = new Int32Array(START);
  #to = new Int32Array(START);
  #mask = START - 1;
  /** How many numbers there are; 0 is the start. */
  size = 1;

  /** The number that a step leads to, whatever `value` is. */
  step(from: number, value: number): number {
    let slot = this.#slot(from, value);
    for (let to = this.#to[slot] ?? 0; to !== 0; to = this.#to[slot] ?? 0) {
      if (this.#from[slot] === from && this.#by[slot] === value) return to;
      slot = (slot + 1) & this.#mask;
    }
    return this.#add(slot, from, value);
  }

  #slot(from: number, value: number): number {
    const hash = Math.imul(from, 0x9e3779b1) ^ Math.imul(value + 0x7f4a7c15, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }

  #add(slot: number, from: number, value: number): number {
    const to = this.size++;
    this.#from[slot] = from;
    this.#by[slot] = value;
    this.#to[slot] = to;
    if (this.size * 2 > this.#to.length) this.#grow();
    return to;
  }

  #grow(): void {
    const [from, by, to] = [this.#from, this.#by, this.#to];
    this.#from = new Int32Array(2 * to.length);
    this.#by = new Int32Array(2 * to.length);
    this.#to = new Int32Array(2 * to.length);
    this.#mask = this.#to.length - 1;
    for (let old = 0; old < to.length; old++) {
      if (to[old] === 0) continue;
      let slot = this.#slot(from[old] ?? 0, by[old] ?? 0);
      while (this.#to[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#from[slot] = from[old] ?? 0;
      this.#by[slot] = by[old] ?? 0;
      this.#to[slot] = to[old] ?? 0;
    }
  }
}

/** One number for each number of a table; 0 where nothing was kept yet. */
export class Kept {
  #values = new Int32Array(1024);

  get(number: number): number {
    return this.#values[number] ?? 0;
  }

  set(number: number, value: number): void {
    if (number >= this.#values.length) {
      const grown = new Int32Array(Math.max(number + 1, 2 * this.#values.length));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[number] = value;
  }
}
