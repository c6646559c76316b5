import type { Counted } from "../../documents/trace-read.ts";

/**
 * Different names that are told apart; the rest is counted together, so that a hostile trace costs
 * no memory.
 */
const NAMES = 10_000;
const REST = "(others)";

/** Counts names. */
export class NameCounts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const known = this.#counts.get(name);
    const key = known === undefined && this.#counts.size >= NAMES ? REST : name;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Most first, then by name. */
  list(): readonly Counted[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }
}
