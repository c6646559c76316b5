/**
 * What one key added to a counter over a window, in the order of calls: the same as a `Window` of
 * amounts that surely were added, as numbers alone.
 */
export class AmountWindow {
  readonly #within: number;
  /** From {@link #first} on; NaN: the event had no time, or nobody knows how much. */
  readonly #times: number[] = [];
  readonly #amounts: number[] = [];
  #first = 0;
  #sum = 0;
  /** When it was added up last, and the time of the earliest entry then; NaN: not since the last one. */
  #from = NaN;
  #earliest = NaN;

  constructor(within: number) {
    this.#within = within;
  }

  /** Undefined: nobody knows how much was added, or when. */
  add(amount: number | undefined, at: number | undefined): void {
    this.#times.push(at ?? NaN);
    this.#amounts.push(amount ?? NaN);
    this.#from = NaN;
  }

  /** What entries in the window come to at a time, both its ends included; undefined: nobody knows. */
  sum(now: number | undefined): number | undefined {
    if (now === undefined) return undefined;
    if (!(now >= this.#from) || now - this.#earliest > this.#within) this.#addUp(now);
    return Number.isNaN(this.#sum) ? undefined : this.#sum;
  }

  #addUp(now: number): void {
    this.#forget(now);
    const [times, amounts, within] = [this.#times, this.#amounts, this.#within];
    let sum = 0;
    let earliest = Infinity;
    for (let i = this.#first; i < times.length; i++) {
      const at = times[i] ?? NaN;
      if (now - at > within) continue;
      if (at < earliest) earliest = at;
      // one without time may be in the window or not
      sum += Number.isNaN(at) ? NaN : (amounts[i] ?? NaN);
    }
    this.#sum = sum;
    this.#from = now;
    this.#earliest = earliest;
  }

  /** Drops the first entries that the window has passed; one without time never has. */
  #forget(now: number): void {
    const times = this.#times;
    let first = this.#first;
    while (first < times.length && now - (times[first] ?? NaN) > this.#within) first++;
    this.#first = first === times.length ? 0 : first;
    if (first === times.length) times.length = this.#amounts.length = 0;
    if (this.#first < SPARE || 2 * this.#first < times.length) return;
    times.splice(0, first);
    this.#amounts.splice(0, first);
    this.#first = 0;
  }
}

/** So many entries may stay that the window has passed. */
const SPARE = 16;
