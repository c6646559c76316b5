/** One change of a counter or list: when (undefined: the event had no time), and how much, or that nobody can tell. */
export interface Entry<T> {
  readonly at: number | undefined;
  /** Undefined: something may have been added, or not. */
  readonly value: T | undefined;
}

/** What a windowed list of entries shows at `now`: entries in the window, and whether more cannot be told. */
export interface View<T> {
  readonly values: readonly T[];
  readonly doubtful: boolean;
  /** True where there were as many entries as are looked at, those included of which nobody knows the value. */
  readonly full: boolean;
}

const EMPTY: View<never> = { values: [], doubtful: false, full: false };

/**
 * Entries of one key in the order of calls. With a window, both ends included (design 5.4), those that it has passed
 * are forgotten; one without time can never be told to have passed.
 */
export class Window<T> {
  #entries: Entry<T>[] = [];
  /** INVARIANT: what a call without time sees must not hang on whether somebody read, and so forgot, entries before. */
  #everAdded = false;
  readonly #within: number | undefined;

  constructor(within: number | undefined) {
    this.#within = within;
  }

  /** Entries kept, the doubtful ones included. */
  get size(): number {
    return this.#entries.length;
  }

  add(entry: Entry<T>): void {
    this.#entries.push(entry);
    this.#everAdded = true;
  }

  #prune(now: number, within: number): void {
    const passed = this.#entries.findIndex((e) => e.at === undefined || now - e.at <= within);
    if (passed < 0) this.#entries = [];
    else if (passed > 0) this.#entries.splice(0, passed);
  }

  /** What of the first `max` entries in the window is known. */
  view(now: number | undefined, max: number = Infinity): View<T> {
    const within = this.#within;
    if (within !== undefined && now === undefined && this.#everAdded) return { values: [], doubtful: true, full: false };
    if (this.#entries.length === 0) return EMPTY;
    if (within !== undefined && now !== undefined) this.#prune(now, within);
    const values: T[] = [];
    let doubtful = false;
    let count = 0;
    for (const { at, value } of this.#entries) {
      if (within !== undefined && now !== undefined && at !== undefined && now - at > within) continue;
      if (count++ >= max) break;
      if (value === undefined || (within !== undefined && at === undefined)) doubtful = true;
      else values.push(value);
    }
    return { values, doubtful, full: count >= max };
  }
}
