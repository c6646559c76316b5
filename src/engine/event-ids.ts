import { TextNumbers } from "../text/text-numbers.ts";
import { NumberList } from "../text/number-list.ts";

/** How often ids were seen; that is what tells whether one event is meant by an id, or several. */
export interface SeenIds {
  /** Events of that id in all. */
  readonly count: (id: string) => number;
  /** Events of that id in one session; undefined: those that have none. */
  readonly countIn: (id: string, session: string | undefined) => number;
}

/** Where nobody counts: every id is that of the events that were noted. */
export const UNCOUNTED: SeenIds = { count: () => 0, countIn: () => 0 };

/** Counts the events of each id, and holds no text: some 30 bytes an event. */
export class EventIds implements SeenIds {
  #ids = new TextNumbers();
  readonly #sessions = new TextNumbers();
  /** By the number of an id: the session of its first event. */
  #first = new NumberList();
  /**
   * Of an id that several events have: how many more there are, by session. WHY apart: nearly none
   * has.
   */
  readonly #more = new Map<number, Map<number, number>>();

  #isStopped = false;

  /** How many distinct ids there are. */
  get size(): number {
    return this.#ids.size;
  }

  /** Forgets all, and counts no more: whoever asks from now on gets an error. */
  stop(): void {
    this.#isStopped = true;
    [this.#ids, this.#first] = [new TextNumbers(), new NumberList()];
    this.#more.clear();
  }

  add({ id, session }: { readonly id: string; readonly session?: string | undefined }): void {
    if (this.#isStopped) return;
    const known = this.#ids.size;
    const [number, own] = [this.#ids.ordinal(id), this.#session(session)];
    if (number === known) {
      this.#first.push(own);
      return;
    }
    const more = this.#more.get(number) ?? new Map<number, number>();
    more.set(own, (more.get(own) ?? 0) + 1);
    this.#more.set(number, more);
  }

  count(id: string): number {
    const number = this.#numberOf(id);
    if (number === undefined) return 0;
    return [...(this.#more.get(number)?.values() ?? [])].reduce((sum, one) => sum + one, 1);
  }

  countIn(id: string, session: string | undefined): number {
    const number = this.#numberOf(id);
    if (number === undefined) return 0;
    const own = this.#session(session);
    return (this.#first.at(number) === own ? 1 : 0) + (this.#more.get(number)?.get(own) ?? 0);
  }

  #numberOf(id: string): number | undefined {
    if (this.#isStopped) throw new Error("the ids of events are not counted any more");
    return this.#ids.find(id);
  }

  /** An event's session is never the empty text, so that stands for none. */
  #session(name: string | undefined): number {
    return this.#sessions.ordinal(name ?? "");
  }
}
