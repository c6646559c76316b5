/**
 * What was worked out for two names, either of which may be unknown; all is forgotten where it gets
 * too much. WHY two maps and no text of both names: that would have to be made for every question.
 */
export class NameMemo<T> {
  readonly #byFirst = new Map<string | undefined, Map<string | undefined, T>>();
  readonly #limit: number;
  #size = 0;

  /** Remembers at most `limit` answers at a time. */
  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  get(first: string | undefined, second: string | undefined): T | undefined {
    return this.#byFirst.get(first)?.get(second);
  }

  /** Remembers `value`, which was not known, and gives it back. */
  put(first: string | undefined, second: string | undefined, value: T): T {
    if (this.#size >= this.#limit) {
      this.#byFirst.clear();
      this.#size = 0;
    }
    this.#size++;
    const inner = this.#byFirst.get(first);
    if (inner === undefined) this.#byFirst.set(first, new Map([[second, value]]));
    else inner.set(second, value);
    return value;
  }
}
