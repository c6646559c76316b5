import { reallyRan, type TraceEvent } from "../api/trace-event.ts";

/** What is kept of a call for its outcome. */
export interface RecentCall {
  readonly session: string | undefined;
  readonly permitted: boolean;
  /** Fields of its resource that are not written down. */
  readonly masked: readonly string[];
}

/** More calls than these are not waited for at once: of the oldest an outcome is refused. */
const KEPT = 100_000;

/** The newest calls by id, so that an outcome finds the one that it is of. */
export class RecentCalls {
  readonly #calls = new Map<string, RecentCall>();

  has(id: string): boolean {
    return this.#calls.has(id);
  }

  add(id: string, call: RecentCall): void {
    this.#calls.set(id, call);
    if (this.#calls.size <= KEPT) return;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined) this.#calls.delete(oldest);
  }

  /** Takes up what a log says: a call, or an outcome that is known already. */
  restore(event: TraceEvent): void {
    if (event.type === "call")
      this.add(event.id, { session: event.session, permitted: reallyRan(event), masked: [] });
    else if (event.type === "outcome" && event.parent !== undefined) this.take(event.parent);
  }

  /** The call of an id, which is waited for no longer. */
  take(id: string): RecentCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }
}
