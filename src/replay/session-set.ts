import type { SeenSessions, SessionsPart } from "../documents/trace-part.ts";
import { BitSet } from "../trace/bit-set.ts";

/** Distinct sessions: those that are numbered, and those of parts that share none with others. */
export class SessionSet {
  readonly #numbered = new BitSet();
  #own = 0;

  /** Adds a session by its number. */
  add(session: number): void {
    this.#numbered.add(session);
  }

  /** Adds those of another set with the same numbers. */
  addAll(more: SessionSet): void {
    this.#own += more.#own;
    for (const session of more.#numbered.numbers()) this.#numbered.add(session);
  }

  /** `areOwn`: no other part has one of them, so that none is listed. */
  part(areOwn = false): SeenSessions {
    if (areOwn) return { own: this.#own + this.#numbered.size, listed: [] };
    return { own: this.#own, listed: this.#numbered.part() };
  }

  /** `sessions`: the numbers here of the part's sessions. */
  merge({ own, listed }: SeenSessions, sessions: Uint32Array): void {
    this.#own += own;
    this.#numbered.merge(listed, sessions);
  }

  /** How many there are, as far as a sample tells. */
  count(scale: SessionScale): number {
    return this.#own + scale.of(this.#numbered.size);
  }
}

/** How many values of a hash there are. */
const HASHES = 2 ** 32;

/** How many sessions the numbered ones stand for: themselves, or all, of which they are a sample. */
export class SessionScale {
  #own = 0;
  #below: number | null = null;

  /** Sessions that are counted without a number. */
  get own(): number {
    return this.#own;
  }

  /** The hashes of the sample are below this one; null: all are numbered. */
  get below(): number | null {
    return this.#below;
  }

  merge({ own, below }: Omit<SessionsPart, "listed">): void {
    this.#own += own;
    if (below !== null) this.#below = Math.min(below, this.#below ?? HASHES);
  }

  /** `numbered`: how many of those with a number. */
  of(numbered: number): number {
    return this.#below === null
      ? numbered
      : Math.round((numbered * HASHES) / Math.max(1, this.#below));
  }
}
