/**
 * One change of a counter or list: when (undefined: the event had no time), and how much, or that
 * nobody can tell.
 */
export interface Entry<T> {
  readonly at: number | undefined;
  /** Undefined: nobody knows what was added, if anything was. */
  readonly value: T | undefined;
  /** Whether it surely was added. */
  readonly sure: boolean;
}

/** What a windowed list of entries shows at `now`. */
export interface View<T> {
  /** Those that surely are in the window. */
  readonly values: readonly T[];
  /** Those that may be. */
  readonly perhaps: readonly T[];
  /** True where others may be, and nobody knows which. */
  readonly open: boolean;
  /**
   * True where there were as many entries as are looked at, those included of which nobody knows
   * the value.
   */
  readonly full: boolean;
}

const EMPTY: View<never> = { values: [], perhaps: [], open: false, full: false };

/**
 * Entries of one key in the order of calls. With a window, both ends included (design 5.4), those
 * that it has passed are forgotten; one without time can never be told to have passed.
 */
export class Window<T> {
  #entries: Entry<T>[] = [];
  /**
   * INVARIANT: what a call without time sees must not hang on whether somebody read, and so forgot,
   * entries before.
   */
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
    if (within !== undefined && now === undefined && this.#everAdded)
      return { ...EMPTY, open: true };
    if (this.#entries.length === 0) return EMPTY;
    if (within !== undefined && now !== undefined) this.#prune(now, within);
    const [values, perhaps]: [T[], T[]] = [[], []];
    let open = false;
    let count = 0;
    for (const { at, value, sure } of this.#entries) {
      if (within !== undefined && now !== undefined && at !== undefined && now - at > within)
        continue;
      if (count++ >= max) break;
      if (value === undefined) open = true;
      else (sure && (within === undefined || at !== undefined) ? values : perhaps).push(value);
    }
    return { values, perhaps, open, full: count >= max };
  }
}
