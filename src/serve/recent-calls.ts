import { reallyRan, type TraceEvent } from "../api/trace-event.ts";

/** What is kept of a call for its outcome. */
export interface RecentCall {
  readonly session: string | undefined;
  readonly permitted: boolean;
  /** Fields of its resource that are not written down. */
  readonly masked: readonly string[];
}

/** So many calls are waited for at least; of those from twice as many on an outcome is refused. */
const KEPT = 50_000;

/**
 * The newest calls by id, so that an outcome finds the one that it is of. WHY two maps: to delete
 * the oldest of one with each call takes longer than to decide it.
 */
export class RecentCalls {
  #calls = new Map<string, RecentCall>();
  #older = new Map<string, RecentCall>();

  has(id: string): boolean {
    return this.#calls.has(id) || this.#older.has(id);
  }

  add(id: string, call: RecentCall): void {
    if (this.#calls.size >= KEPT) {
      this.#older = this.#calls;
      this.#calls = new Map();
    }
    this.#calls.set(id, call);
  }

  /** Takes up what a log says: a call, or an outcome that is known already. */
  restore(event: TraceEvent): void {
    if (event.type === "call")
      this.add(event.id, { session: event.session, permitted: reallyRan(event), masked: [] });
    else if (event.type === "outcome" && event.parent !== undefined) this.take(event.parent);
  }

  /** The call of an id, which is waited for no longer. */
  take(id: string): RecentCall | undefined {
    const call = this.#calls.get(id) ?? this.#older.get(id);
    this.#calls.delete(id);
    this.#older.delete(id);
    return call;
  }
}
