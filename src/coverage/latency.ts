import type { RatePart } from "../documents/report-part.ts";
import type { DecisionRate } from "../documents/coverage-result.ts";

/** Up to here values are kept as they are. */
const EXACT = 4096;
/** Beyond, values share a bucket with those within two percent of them. */
const STEP = Math.log(1.02);
const LEAST = 1e-4;

function bucketOf(value: number): number {
  return value <= LEAST ? 0 : 1 + Math.round(Math.log(value / LEAST) / STEP);
}

function valueOf(bucket: number): number {
  return bucket === 0 ? 0 : Number((LEAST * Math.exp((bucket - 1) * STEP)).toPrecision(3));
}

/** Percentiles of many values in little memory: exact for a few thousand, to two percent beyond. */
export class Latency {
  #values: number[] = [];
  readonly #buckets = new Map<number, number>();
  #count = 0;

  add(milliseconds: number): void {
    if (!(milliseconds >= 0) || milliseconds === Infinity) return;
    this.#count++;
    if (this.#buckets.size > 0) return this.#fill(bucketOf(milliseconds), 1);
    this.#values.push(milliseconds);
    if (this.#values.length > EXACT) this.#round();
  }

  #round(): void {
    for (const value of this.#values) this.#fill(bucketOf(value), 1);
    this.#values = [];
  }

  #fill(bucket: number, values: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + values);
  }

  part(): RatePart["latency"] {
    return { recorded: this.#count, values: this.#values, buckets: [...this.#buckets] };
  }

  /** Adds what another part of the trace recorded. */
  merge({ recorded, values, buckets }: RatePart["latency"]): void {
    for (const value of values) this.add(value);
    if (buckets.length === 0) return;
    this.#round();
    for (const [bucket, count] of buckets) this.#fill(bucket, count);
    this.#count += recorded;
  }

  summary(): DecisionRate["latency"] {
    const exact = this.#buckets.size === 0;
    const sorted = exact ? this.#values.toSorted((a, b) => a - b) : [];
    const at = (share: number): number | null => {
      if (this.#count === 0) return null;
      const rank = Math.max(1, Math.ceil(share * this.#count));
      return exact ? (sorted[rank - 1] ?? null) : this.#ranked(rank);
    };
    return { recorded: this.#count, p50: at(0.5), p99: at(0.99), exact };
  }

  #ranked(rank: number): number {
    let passed = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      passed += count;
      if (passed >= rank) return valueOf(bucket);
    }
    return 0;
  }
}
