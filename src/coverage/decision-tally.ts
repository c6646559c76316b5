import type { TraceEvent } from "../trace/event.ts";
import { MINUTE } from "../text/time.ts";
import { Latency } from "./latency.ts";
import type { DecisionRate } from "../documents/coverage-result.ts";

/**
 * How many decisions the recorded decision points made, how fast, and how many of them were
 * denials.
 */
export class DecisionRateTally {
  #decisions = 0;
  #denied = 0;
  #timed = 0;
  #first = Infinity;
  #last = -Infinity;
  /** INVARIANT: events come in the order of time, so one minute is counted at a time. */
  readonly #minute = { number: -1, count: 0, peak: 0 };
  readonly #latency = new Latency();

  add({ decision, time }: TraceEvent): void {
    if (decision === undefined) return;
    this.#decisions++;
    if (decision.effect === "deny") this.#denied++;
    if (decision.ms !== undefined) this.#latency.add(decision.ms);
    if (time !== undefined) this.#addTime(time);
  }

  #addTime(time: number): void {
    this.#timed++;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
    const number = Math.floor(time / MINUTE);
    const minute = this.#minute;
    minute.count = number === minute.number ? minute.count + 1 : 1;
    minute.number = number;
    minute.peak = Math.max(minute.peak, minute.count);
  }

  rate(): DecisionRate {
    const minutes = Math.max(1, (this.#last - this.#first) / MINUTE);
    const timed = this.#timed > 0;
    return {
      decisions: this.#decisions,
      perMinute: timed ? Math.round((this.#timed / minutes) * 1000) / 1000 : null,
      peakMinute: timed ? this.#minute.peak : null,
      denied: this.#denied,
      latency: this.#latency.summary(),
    };
  }
}
