import type { HashList } from "../../documents/part-result.ts";
import { hashesOf, TextNumbers } from "../../text/text-numbers.ts";
import { hashAt, hashesAt, hashList, hashOrder, isLess, type Hash } from "./hash-list.ts";

/**
 * The texts with the least hashes: all of them as long as there are few, else a sample that is the
 * same in whatever order they come.
 */
export class HashSample {
  readonly #most: number;
  #hashes = new TextNumbers();
  #below: Hash | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    const hash = hashesOf(text);
    // WHY first: of many texts, most are beyond the sample
    if (this.#below !== undefined && !isLess(hash, this.#below)) return;
    this.#hashes.ordinalOf(...hash);
    if (this.#hashes.size > 2 * this.#most) this.#cut();
  }

  /** Whether all texts are listed. */
  get isWhole(): boolean {
    return this.#below === undefined && this.#hashes.size <= this.#most;
  }

  /** Keeps the least hashes; those, sorted. */
  #cut(): Uint32Array {
    const all = this.#hashes.hashes();
    const order = hashOrder(all);
    const kept = hashesAt(all, order.subarray(0, this.#most));
    const first = order[this.#most];
    if (first === undefined) return kept;
    this.#below = hashAt(all, first);
    this.#hashes = new TextNumbers();
    this.#hashes.merge(kept);
    return kept;
  }

  list(): HashList {
    const kept = this.#cut();
    return hashList(kept, this.#below);
  }
}
