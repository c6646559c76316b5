import { TextNumbers } from "../text/text-numbers.ts";
import type { RepeatedId, RepeatedIdList } from "../documents/trace-read.ts";
import { LISTED } from "./read-report.ts";

/** Finds the events that have the id of an earlier one. Holds no ids: some 20 bytes for each. */
export class RepeatedIds {
  readonly #ids = new TextNumbers();
  readonly #first: RepeatedId[] = [];
  #count = 0;

  /** Notes an event's own id; one that was made of its place is no other's. */
  add({ id, file, line }: RepeatedId): void {
    if (id === `${file}:${line}`) return;
    const known = this.#ids.size;
    if (this.#ids.ordinal(id) === known) return;
    this.#count++;
    if (this.#first.length < LISTED) this.#first.push({ id, file, line });
  }

  /** How many there are, and the first of them. */
  found(): RepeatedIdList {
    return { count: this.#count, first: this.#first };
  }
}
