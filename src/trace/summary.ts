import type { TraceEvent } from "./event.ts";
import { TextNumbers } from "../text/text-numbers.ts";
import { formatTime } from "../text/time.ts";

/**
 * What a trace holds (design 12, `trace`). Times are text in UTC; undefined: no event has a time.
 */
export interface TraceSummary {
  readonly events: number;
  readonly calls: number;
  /** Distinct sessions over all events. */
  readonly sessions: number;
  readonly from?: string;
  readonly to?: string;
}

/** How many events a part of a trace has, and when they were; infinite where none has a time. */
export interface EventCounts {
  readonly events: number;
  readonly calls: number;
  readonly from: number;
  readonly to: number;
}

/** Counts events as they pass. */
export class TraceTally {
  #events = 0;
  #calls = 0;
  #from = Infinity;
  #to = -Infinity;
  readonly #sessions: TextNumbers;

  /** `sessions` may be shared with whoever needs the sessions' numbers. */
  constructor(sessions: TextNumbers = new TextNumbers()) {
    this.#sessions = sessions;
  }

  add(event: TraceEvent): void {
    this.#events++;
    if (event.type === "call") this.#calls++;
    if (event.session !== undefined) this.#sessions.ordinal(event.session);
    if (event.time === undefined) return;
    if (event.time < this.#from) this.#from = event.time;
    if (event.time > this.#to) this.#to = event.time;
  }

  /** Counts many events at once; their sessions are to be numbered by whoever knows them. */
  addCounts({ events, calls, from, to }: EventCounts): void {
    this.#events += events;
    this.#calls += calls;
    if (from < this.#from) this.#from = from;
    if (to > this.#to) this.#to = to;
  }

  /** What was counted so far, but for the sessions. */
  part(): EventCounts {
    return { events: this.#events, calls: this.#calls, from: this.#from, to: this.#to };
  }

  /** Calls so far. */
  get calls(): number {
    return this.#calls;
  }

  summary(): TraceSummary {
    const counts = { events: this.#events, calls: this.#calls, sessions: this.#sessions.size };
    return this.#to === -Infinity
      ? counts
      : { ...counts, from: formatTime(this.#from), to: formatTime(this.#to) };
  }
}
