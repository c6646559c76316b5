import type { HashList } from "../../documents/part-result.ts";
import { hashesIn } from "./hash-list.ts";

/** So many hashes are compared; of more, those with the least values. */
const MOST = 262_144;

/**
 * Finds hashes that two parts list, at twelve bytes each. WHY all room at once: only what is filled
 * is ever taken from the machine, and no smaller copies are left behind.
 */
export class SharedHashes {
  readonly #most: number;
  /** Sorted, two numbers each. */
  readonly #halves: Uint32Array;
  /** The part of each. */
  readonly #parts: Uint32Array;
  #size = 0;

  /** `most`: how many are compared. */
  constructor(most = MOST) {
    this.#most = most;
    this.#halves = new Uint32Array(2 * most);
    this.#parts = new Uint32Array(most);
  }

  /** Notes what a part lists; a part, if any, that listed one of these before. */
  note(list: HashList, part: number): number | undefined {
    const theirs = hashesIn(list);
    let [fresh, place] = [0, 0];
    let other: number | undefined;
    for (let their = 0; 2 * their < theirs.length; their++) {
      while (place < this.#size && this.#order(place, theirs, their) < 0) place++;
      if (place < this.#size && this.#order(place, theirs, their) === 0)
        other ??= this.#parts[place];
      else fresh++;
    }
    this.#insert(theirs, fresh, part);
    return other;
  }

  /** Inserts hashes, of which so many are new, from the greatest on; those beyond the room are left out. */
  #insert(theirs: Uint32Array, fresh: number, part: number): void {
    let [place, their] = [this.#size - 1, theirs.length / 2 - 1];
    for (let to = this.#size + fresh - 1; their >= 0; to--) {
      while (place >= 0 && their >= 0 && this.#order(place, theirs, their) === 0) their--;
      if (their < 0) break;
      const isOwn = place >= 0 && this.#order(place, theirs, their) > 0;
      if (to < this.#most) {
        const [from, at] = isOwn ? [this.#halves, place] : [theirs, their];
        this.#halves[2 * to] = from[2 * at] ?? 0;
        this.#halves[2 * to + 1] = from[2 * at + 1] ?? 0;
        this.#parts[to] = isOwn ? (this.#parts[place] ?? 0) : part;
      }
      if (isOwn) place--;
      else their--;
    }
    this.#size = Math.min(this.#most, this.#size + fresh);
  }

  /** Negative: the hash at a place here comes before one of theirs; 0: it is the same. */
  #order(place: number, theirs: Uint32Array, their: number): number {
    return (
      (this.#halves[2 * place] ?? 0) - (theirs[2 * their] ?? 0) ||
      (this.#halves[2 * place + 1] ?? 0) - (theirs[2 * their + 1] ?? 0)
    );
  }
}
