/** From so much on it is told that the clock went back, in milliseconds. */
const TOLD_MS = 1000;

/**
 * The time of events: never before that of an event that was recorded, so that a record is in order
 * however the system's clock is set (design 5.4).
 */
export class EventClock {
  #last: number;
  #behind = 0;
  /** The text of a time. WHY kept: many calls come in one millisecond. */
  #text = "";
  #textOf: number | undefined;
  readonly #read: () => number;

  /** `last`: the time of the newest event so far, in milliseconds since 1970. */
  constructor(read: () => number, last = 0) {
    this.#read = read;
    this.#last = last;
  }

  now(): number {
    const now = Math.floor(this.#read());
    this.#behind = Math.max(0, this.#last - now);
    if (now > this.#last) this.#last = now;
    return this.#last;
  }

  /** {@link now} as events have it. */
  text(): string {
    const now = this.now();
    if (now !== this.#textOf) {
      this.#textOf = now;
      this.#text = new Date(now).toISOString();
    }
    return this.#text;
  }

  /** Takes the time of a recorded event. */
  reached(time: number): void {
    if (time > this.#last) this.#last = Math.floor(time);
  }

  /** Milliseconds by which the system's clock is behind the newest event; 0 where nobody minds. */
  behind(): number {
    this.now();
    return this.#behind < TOLD_MS ? 0 : this.#behind;
  }
}
