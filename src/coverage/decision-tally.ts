import type { SeenCall } from "../replay/seen-call.ts";
import { MINUTE } from "../text/time.ts";
import type { RatePart } from "../documents/report-part.ts";
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
  /** The minutes with decisions, and how many: parts of a trace have minutes in common. */
  readonly #minutes = new Map<number, number>();
  /** INVARIANT: events come in the order of time, so mostly one minute is counted at a time. */
  #minute = { number: NaN, count: 0 };
  /** Minutes from this one on are not counted; null: all are. */
  #below: number | null = null;
  readonly #latency = new Latency();

  add(call: SeenCall): void {
    const { effect, answeredIn, time } = call;
    if (effect === undefined) return;
    this.#decisions++;
    if (effect === "deny") this.#denied++;
    if (answeredIn !== undefined) this.#latency.add(answeredIn);
    if (time !== undefined) this.#addTime(time);
  }

  #addTime(time: number): void {
    this.#timed++;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
    const number = Math.floor(time / MINUTE);
    if (number === this.#minute.number) return void this.#minute.count++;
    this.#settle();
    this.#minute = { number, count: 1 };
  }

  #settle(): void {
    const { number, count } = this.#minute;
    if (count > 0) this.#addMinute(number, count);
    this.#minute = { number: NaN, count: 0 };
  }

  #addMinute(number: number, count: number): void {
    if (this.#below === null || number < this.#below)
      this.#minutes.set(number, (this.#minutes.get(number) ?? 0) + count);
  }

  /** Whether the peak is that of the first minutes alone. */
  get isSample(): boolean {
    return this.#below !== null;
  }

  part(): RatePart {
    this.#settle();
    const sorted = [...this.#minutes].sort(([a], [b]) => a - b);
    const timed = this.#timed > 0;
    return {
      decisions: this.#decisions,
      denied: this.#denied,
      timed: this.#timed,
      first: timed ? this.#first : null,
      last: timed ? this.#last : null,
      minutes: sorted.flatMap(([number, count], i) => [number - (sorted[i - 1]?.[0] ?? 0), count]),
      below: this.#below,
      latency: this.#latency.part(),
    };
  }

  /** Adds what another part of the trace recorded. */
  merge({ decisions, denied, timed, first, last, minutes, below, latency }: RatePart): void {
    this.#decisions += decisions;
    this.#denied += denied;
    this.#timed += timed;
    this.#first = Math.min(this.#first, first ?? Infinity);
    this.#last = Math.max(this.#last, last ?? -Infinity);
    if (below !== null) this.#cut(below);
    let number = 0;
    for (let i = 0; i < minutes.length; i += 2)
      this.#addMinute((number += minutes[i] ?? 0), minutes[i + 1] ?? 0);
    this.#latency.merge(latency);
  }

  #cut(below: number): void {
    this.#below = Math.min(below, this.#below ?? below);
    for (const number of this.#minutes.keys())
      if (number >= this.#below) this.#minutes.delete(number);
  }

  rate(): DecisionRate {
    this.#settle();
    const minutes = Math.max(1, (this.#last - this.#first) / MINUTE);
    const timed = this.#timed > 0;
    return {
      decisions: this.#decisions,
      perMinute: timed ? Math.round((this.#timed / minutes) * 1000) / 1000 : null,
      peakMinute: timed ? [...this.#minutes.values()].reduce((a, b) => Math.max(a, b), 0) : null,
      denied: this.#denied,
      latency: this.#latency.summary(),
    };
  }
}
