import type { VersionDecision } from "./version-decision.ts";
import type { DecisionCounts } from "../documents/replay-result.ts";
import type { CountsPart } from "../documents/trace-part.ts";

/** How often each key came, listed by count (most first), then by key. */
export class Counts {
  /** Undefined: nothing came yet. WHY: many groups are counted at the end alone. */
  #counts: Map<string, number> | undefined;

  add(key: string, by = 1): void {
    this.#counts ??= new Map();
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  get(key: string): number {
    return this.#counts?.get(key) ?? 0;
  }

  part(): CountsPart {
    return [...(this.#counts ?? [])];
  }

  merge(part: CountsPart): void {
    for (const [key, count] of part) this.add(key, count);
  }

  byCount(): readonly (readonly [string, number])[] {
    return this.part().toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }

  /** By key, the key split at its NUL into two. */
  pairs(): readonly (readonly [string, string, number])[] {
    return this.byKey().map(([key, calls]) => {
      const [first = "", second = ""] = key.split("\u0000");
      return [first, second, calls];
    });
  }

  byKey(): readonly (readonly [string, number])[] {
    return this.part().toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

/** Decisions by effect; an indeterminate one is counted only as that (design 12). */
export class DecisionTally {
  allow = 0;
  require_approval = 0;
  deny = 0;
  indeterminate = 0;

  /** Counts `calls` calls that were decided so. */
  add(side: VersionDecision, calls: number): void {
    if (side.indeterminate) this.indeterminate += calls;
    else this[side.effect] += calls;
  }

  merge(part: DecisionCounts): void {
    this.allow += part.allow;
    this.require_approval += part.require_approval;
    this.deny += part.deny;
    this.indeterminate += part.indeterminate;
  }

  counts(): DecisionCounts {
    return {
      allow: this.allow,
      require_approval: this.require_approval,
      deny: this.deny,
      indeterminate: this.indeterminate,
    };
  }
}
