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

/** Told once whether what a call may have changed was changed; until then it is in doubt. */
export type Settle = (happened: boolean) => void;

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
  /** What the values come to, once somebody added them up: they are shown more than once. */
  sum?: number | undefined;
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
  /** Entries of which it will be told whether they were added. */
  awaited = 0;
  /** What was shown last, and from when to when it stays so; undefined: something came after it. */
  #shown: Shown<T> | undefined;

  constructor(within: number | undefined) {
    this.#within = within;
  }

  /** Entries kept, the doubtful ones included. */
  get size(): number {
    return this.#entries.length;
  }

  add(entry: Entry<T>): void {
    this.#shown = undefined;
    this.#entries.push(entry);
    this.#everAdded = true;
  }

  /** Adds an entry of which it will be told whether it was added. */
  await(at: number | undefined, value: T | undefined): Settle {
    const entry: Entry<T> = { at, value, sure: false };
    this.add(entry);
    this.awaited++;
    return (happened) => {
      this.awaited--;
      this.#shown = undefined;
      const place = this.#entries.indexOf(entry);
      // where the window has passed it, nothing is left to settle
      if (place >= 0)
        this.#entries.splice(place, 1, ...(happened ? [{ ...entry, sure: true }] : []));
    };
  }

  #prune(now: number, within: number): void {
    const [first] = this.#entries;
    if (first?.at === undefined || now - first.at <= within) return;
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
    const shown = this.#shown;
    if (shown !== undefined && shown.max === max && this.#isStill(shown, now)) return shown.view;
    if (within !== undefined && now !== undefined) this.#prune(now, within);
    return (this.#shown = this.#show(now, max)).view;
  }

  /**
   * How often a text is found among the first `max` entries at a time, all of which surely are texts
   * in the window, and how many there are; undefined: they are not, or there may be more.
   */
  find(text: string, now: number | undefined, max: number): Found | undefined {
    const within = this.#within;
    if (within !== undefined && now === undefined && this.#everAdded) return undefined;
    if (within !== undefined && now !== undefined) this.#prune(now, within);
    const found = { size: 0, times: 0 };
    for (const { at, value, sure } of this.#entries) {
      if (within !== undefined) {
        if (at === undefined || now === undefined) return undefined;
        if (isPast(at, now, within)) continue;
      }
      if (!sure || typeof value !== "string" || ++found.size >= max) return undefined;
      if (value === text) found.times++;
    }
    return found;
  }

  #show(now: number | undefined, max: number): Shown<T> {
    const within = this.#within;
    const [values, perhaps]: [T[], T[]] = [[], []];
    let open = false;
    let count = 0;
    let earliest = Infinity;
    for (const { at, value, sure } of this.#entries) {
      if (within !== undefined && now !== undefined && at !== undefined) {
        if (isPast(at, now, within)) continue;
        if (at < earliest) earliest = at;
      }
      if (count++ >= max) break;
      if (value === undefined) open = true;
      else (sure && (within === undefined || at !== undefined) ? values : perhaps).push(value);
    }
    const view = { values, perhaps, open, full: count >= max, sum: undefined };
    return { view, max, now, earliest };
  }

  /** Whether no entry came into the window or left it since it was shown. */
  #isStill({ now: before, earliest }: Shown<T>, now: number | undefined): boolean {
    const within = this.#within;
    if (within === undefined || now === before) return true;
    return now !== undefined && before !== undefined && now >= before && !(now - earliest > within);
  }
}

/** How often a text was found, among how many. */
interface Found {
  readonly size: number;
  readonly times: number;
}

/** What was shown at a time, and the time of the earliest entry in it that has one. */
interface Shown<T> {
  readonly view: View<T>;
  readonly max: number;
  readonly now: number | undefined;
  readonly earliest: number;
}

/** Whether an entry is older than a window is long (design 5.4: both ends are in it). */
function isPast(at: number, now: number, within: number): boolean {
  return now - at > within;
}
