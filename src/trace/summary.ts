import type { TraceEvent } from "./event.ts";
import type { EventCounts } from "../documents/trace-part.ts";
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
    if (from !== null && from < this.#from) this.#from = from;
    if (to !== null && to > this.#to) this.#to = to;
  }

  /** What was counted so far, but for the sessions. */
  part(): EventCounts {
    const time = (value: number): number | null => (Number.isFinite(value) ? value : null);
    return {
      events: this.#events,
      calls: this.#calls,
      from: time(this.#from),
      to: time(this.#to),
    };
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
