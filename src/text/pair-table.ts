const START = 1 << 10;
/** A step takes so many entries, which lie side by side: where it comes from, by what, where to. */
const WIDTH = 4;

/**
 * Steps from one number to the next by what a row holds: the same steps from the same start end at
 * the same number. A number is of one step alone, so whatever hangs on it may be kept by it.
 */
export class PairTable {
  #entries = new Int32Array(START * WIDTH);
  #mask = START - 1;
  /** How many numbers there are; 0 is the start. */
  size = 1;

  /** The number that a step leads to, whatever `value` is. */
  step(from: number, value: number): number {
    const slot = this.#slotOf(from, value);
    const to = this.#entries[slot + 2] ?? 0;
    return to === 0 ? this.#add(slot, from, value) : to;
  }

  /** The number that a step leads to; 0: it was never taken. */
  find(from: number, value: number): number {
    return this.#entries[this.#slotOf(from, value) + 2] ?? 0;
  }

  /** Where a step stands, or would stand. */
  #slotOf(from: number, value: number): number {
    const entries = this.#entries;
    const last = this.#mask * WIDTH;
    const hash = Math.imul(from, 0x9e3779b1) ^ Math.imul(value + 0x7f4a7c15, 0x85ebca6b);
    let slot = ((hash ^ (hash >>> 15)) & this.#mask) * WIDTH;
    while (entries[slot + 2] !== 0 && (entries[slot] !== from || entries[slot + 1] !== value))
      slot = (slot + WIDTH) & last;
    return slot;
  }

  #add(slot: number, from: number, value: number): number {
    const to = this.size++;
    this.#put(slot, from, value, to);
    if (this.size * 2 > this.#mask) this.#grow();
    return to;
  }

  #put(slot: number, from: number, value: number, to: number): void {
    this.#entries[slot] = from;
    this.#entries[slot + 1] = value;
    this.#entries[slot + 2] = to;
  }

  #grow(): void {
    const old = this.#entries;
    this.#entries = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    for (let at = 0; at < old.length; at += WIDTH) {
      const [from, value, to] = [old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0];
      if (to !== 0) this.#put(this.#slotOf(from, value), from, value, to);
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

/**
 * One thing for each number of a table. WHY no array: numbers that are far apart would make it one
 * that is looked up by hash.
 */
export class KeptThings<T> {
  readonly #places = new Kept();
  readonly #things: T[] = [];

  get(number: number): T | undefined {
    const place = this.#places.get(number);
    return place === 0 ? undefined : this.#things[place - 1];
  }

  set(number: number, thing: T): T {
    this.#places.set(number, this.#things.push(thing));
    return thing;
  }
}

/** Small numbers, from 0 on, for the numbers of a table, in the order in which they are asked for. */
export class Ordinals {
  readonly #known = new Kept();
  #size = 0;

  of(number: number): number {
    const known = this.#known.get(number);
    if (known > 0) return known - 1;
    this.#known.set(number, this.#size + 1);
    return this.#size++;
  }
}
