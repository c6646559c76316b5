import type { HashList } from "../../documents/part-result.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { NumberList } from "../../trace/number-list.ts";
import { hashAt, hashesAt, hashesIn, hashOrder, isLess, type Hash } from "./hash-list.ts";

/** So many hashes are compared; of more, those with the least values. */
const MOST = 262_144;

/** Finds hashes that two parts list, at some 30 bytes each. */
export class SharedHashes {
  #hashes = new TextNumbers();
  /** The part of each hash, plus one. */
  #parts = new NumberList();
  #below: Hash | undefined;
  readonly #most: number;

  /** `most`: how many are compared; infinite: all. */
  constructor(most = MOST) {
    this.#most = most;
  }

  /** How many hashes are held. */
  get size(): number {
    return this.#hashes.size;
  }

  /** Notes what a part lists; a part, if any, that listed one of these before. */
  note(list: HashList, part: number): number | undefined {
    const halves = hashesIn(list);
    let other: number | undefined;
    for (let at = 0; 2 * at < halves.length; at++) {
      const hash = hashAt(halves, at);
      if (this.#below !== undefined && !isLess(hash, this.#below)) continue;
      const number = this.#hashes.ordinalOf(...hash);
      const known = this.#parts.at(number);
      if (known === 0) this.#parts.set(number, part + 1);
      else if (known !== part + 1) other ??= known - 1;
    }
    if (this.#hashes.size > 2 * this.#most) this.#cut();
    return other;
  }

  #cut(): void {
    const all = this.#hashes.hashes();
    const order = hashOrder(all);
    const [kept, known] = [order.subarray(0, this.#most), this.#parts];
    this.#below = hashAt(all, order[this.#most] ?? 0);
    [this.#hashes, this.#parts] = [new TextNumbers(), new NumberList()];
    this.#hashes.merge(hashesAt(all, kept));
    kept.forEach((place, i) => this.#parts.set(i, known.at(place)));
  }
}
