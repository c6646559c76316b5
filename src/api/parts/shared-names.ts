import type { HashList } from "../../documents/part-result.ts";
import { NumberList } from "../../text/number-list.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { hashAt, hashesIn } from "./hash-list.ts";

/**
 * Finds names that two parts list, at some 30 bytes each: all that there are up to a bound; of more,
 * those with the least hashes, which are the same in whatever order parts come.
 */
export class SharedNames {
  readonly #most: number;
  #names = new TextNumbers();
  /** The part of each name, plus one. */
  #parts = new NumberList();
  /** Only names whose first hash is below this one are compared. */
  #below = 2 ** 32;
  /** How many parts listed any. */
  #lists = 0;
  #areAll = true;

  /** `most`: how many are compared. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether every name of a part was compared with every name of the others. */
  get isWhole(): boolean {
    return this.#areAll || this.#lists < 2;
  }

  /** Notes what a part lists; a part, if any, that listed one of these before. */
  note(list: HashList, part: number): number | undefined {
    const hashes = hashesIn(list);
    if (hashes.length > 0) this.#lists++;
    if (list.below !== null) this.#areAll = false;
    let other: number | undefined;
    for (let at = 0; 2 * at < hashes.length; at++) {
      const [high, low] = hashAt(hashes, at);
      if (high >= this.#below) break;
      const known = this.#add(high, low, part + 1);
      if (known !== part + 1) other ??= known - 1;
    }
    return other;
  }

  /** Adds a name; the part that it is of, plus one. */
  #add(high: number, low: number, part: number): number {
    const name = this.#names.ordinalOf(high, low);
    const known = this.#parts.at(name);
    if (known !== 0) return known;
    this.#parts.set(name, part);
    while (this.#names.size > this.#most) this.#cut();
    return part;
  }

  /** Keeps the names with the lesser half of the hashes. */
  #cut(): void {
    const [hashes, parts] = [this.#names.hashes(), this.#parts];
    this.#areAll = false;
    this.#below /= 2;
    this.#names = new TextNumbers();
    this.#parts = new NumberList();
    for (let at = 0; 2 * at < hashes.length; at++) {
      const [high, low] = hashAt(hashes, at);
      if (high < this.#below) this.#parts.set(this.#names.ordinalOf(high, low), parts.at(at));
    }
  }
}
