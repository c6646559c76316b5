import { reallyRan, type TraceEvent } from "../api/trace-event.ts";
import { KnownIds } from "./known-ids.ts";

/** What is kept of a call for its outcome. */
export interface RecentCall {
  readonly session: string | undefined;
  readonly permitted: boolean;
  /** Fields of its resource that are not written down. */
  readonly masked: readonly string[];
  /** Fields that its decision asks to redact of its result; undefined: a log does not say. */
  readonly redact: readonly string[] | undefined;
}

/** So many calls are waited for at least; of those from twice as many on an outcome is refused. */
const KEPT = 50_000;
/** So many ids that were made here are kept: those of outcomes are among them. */
const OWN = 2 * KEPT;

/**
 * The newest calls by id, so that an outcome finds the one that it is of. WHY two maps: to delete
 * the oldest of one with each call takes longer than to decide it. WHY ids that were made here are
 * apart: they are numbered, and a list takes less time than a map.
 */
export class RecentCalls {
  #calls = new Map<string, RecentCall>();
  #older = new Map<string, RecentCall>();
  /** Ids of all events, but those that are made here: no other event gets any of them. */
  readonly #known = new KnownIds();
  readonly #prefix: string;
  /** The call of number n at n, modulo its length; undefined: no outcome is waited for. */
  readonly #own: (RecentCall | undefined)[] = [];
  #next = 0;

  /** `boot`: what no other process that writes the same log begins its ids with. */
  constructor(boot: string) {
    this.#prefix = `${boot}-`;
  }

  /** An id that no event has. */
  next(): string {
    this.#own[this.#next % OWN] = undefined;
    return this.#prefix + (this.#next++).toString(36);
  }

  /** The number of an id that was made here, while it is kept. */
  #numberOf(id: string): number | undefined {
    if (!id.startsWith(this.#prefix)) return undefined;
    const number = Number.parseInt(id.slice(this.#prefix.length), 36);
    const isKept = number < this.#next && number >= this.#next - OWN;
    return isKept && id.endsWith(`-${number.toString(36)}`) ? number : undefined;
  }

  /** Whether no further call may have an id: another event has it, or will be given it. */
  isTaken(id: string): boolean {
    return id.startsWith(this.#prefix) || this.#known.has(id);
  }

  /** Whether a call of an id waits for an outcome. */
  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  add(id: string, call: RecentCall): void {
    const number = this.#numberOf(id);
    if (number !== undefined) {
      this.#own[number % OWN] = call;
      return;
    }
    this.#known.add(id);
    if (this.#calls.size >= KEPT) {
      this.#older = this.#calls;
      this.#calls = new Map();
    }
    this.#calls.set(id, call);
  }

  /** Takes up what a log says: a call, or an outcome that is known already. */
  restore(event: TraceEvent): void {
    this.#known.add(event.id);
    if (event.type === "call")
      this.add(event.id, {
        session: event.session,
        permitted: reallyRan(event),
        masked: [],
        redact: undefined,
      });
    else if (event.type === "outcome" && event.parent !== undefined) this.take(event.parent);
  }

  /** The call of an id that waits for an outcome. */
  get(id: string): RecentCall | undefined {
    const number = this.#numberOf(id);
    const own = number === undefined ? undefined : this.#own[number % OWN];
    return own ?? this.#calls.get(id) ?? this.#older.get(id);
  }

  /** The call of an id is waited for no longer. */
  take(id: string): void {
    const number = this.#numberOf(id);
    if (number !== undefined) this.#own[number % OWN] = undefined;
    this.#calls.delete(id);
    this.#older.delete(id);
  }
}
