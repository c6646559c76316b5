import { TextNumbers } from "../text/text-numbers.ts";

/**
 * A session that may be kept: its number, how many calls that takes, and what it shows, in order.
 */
export interface Show {
  readonly session: number;
  readonly calls: number;
  readonly features: readonly number[];
}

/**
 * What each session shows, as small numbers. WHY no object a session: there may be millions, and
 * most show what others do. One that was silent for long is held as the number of its set of
 * features, of which there are few.
 */
export class SessionShows {
  readonly #most: number;
  readonly #table = new TextNumbers();
  /**
   * By session: how many calls, and which of `#texts` it shows; one of `#recent` is to be asked
   * there.
   */
  readonly #calls: number[] = [];
  readonly #shown: number[] = [];
  readonly #recent = new Map<number, Set<number>>();
  /** Sets of features: sorted, joined by commas. */
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** `most`: of so many sessions the features are held as sets, since they may show more yet. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#calls.length;
  }

  /** The number of a session, from 0 in the order of first sight. */
  ordinal(name: string): number {
    return this.#table.ordinal(name);
  }

  /**
   * Counts a call of a session; gives the features it shows so far, to be added to before the next
   * call.
   */
  count(name: string): Set<number> {
    const session = this.ordinal(name);
    this.#calls[session] = (this.#calls[session] ?? 0) + 1;
    const known = this.#recent.get(session);
    if (known !== undefined) return known;
    if (this.#recent.size >= this.#most) this.#settleOldest();
    const text = this.#texts[this.#shown[session] ?? -1];
    const features = new Set(text === undefined ? [] : numbersOf(text));
    this.#recent.set(session, features);
    return features;
  }

  /**
   * Of sessions that show the same the one with the fewest calls, of several the first; in the
   * order of first sight.
   */
  cheapest(): readonly Show[] {
    while (this.#recent.size > 0) this.#settleOldest();
    const best = new Map<number, number>();
    this.#shown.forEach((shown, session) => {
      const other = best.get(shown);
      if (other === undefined || this.#callsOf(session) < this.#callsOf(other))
        best.set(shown, session);
    });
    return [...best]
      .map(([shown, session]) => ({
        session,
        calls: this.#callsOf(session),
        features: numbersOf(this.#texts[shown] ?? ""),
      }))
      .sort((a, b) => a.session - b.session);
  }

  #callsOf(session: number): number {
    return this.#calls[session] ?? 0;
  }

  #settleOldest(): void {
    for (const [session, features] of this.#recent) {
      const text = [...features].sort((a, b) => a - b).join();
      const shown = this.#numbers.get(text) ?? this.#texts.length;
      if (shown === this.#texts.length) {
        this.#texts.push(text);
        this.#numbers.set(text, shown);
      }
      this.#shown[session] = shown;
      this.#recent.delete(session);
      return;
    }
  }
}

function numbersOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(",").map(Number);
}
