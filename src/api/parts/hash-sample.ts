import type { HashList } from "../../documents/part-result.ts";
import { hashesOf } from "../../text/text-numbers.ts";

const DIGITS = 16;

/** A text's hash: sixteen hexadecimal digits. */
export function hashText(text: string): string {
  return digitsOf(hashesOf(text));
}

function digitsOf(hashes: readonly number[]): string {
  return hashes.map((hash) => hash.toString(16).padStart(DIGITS / 2, "0")).join("");
}

/**
 * The texts with the least hashes: all of them as long as there are few, else a sample that is the
 * same in whatever order they come.
 */
export class HashSample {
  readonly #most: number;
  #hashes = new Set<string>();
  #below: string | null = null;
  /** The first half of `#below`, as a number. */
  #greatest = Infinity;

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    const hashes = hashesOf(text);
    // WHY first: of many texts, most are beyond the sample
    if (hashes[0] > this.#greatest) return;
    const hash = digitsOf(hashes);
    if (this.#below !== null && hash >= this.#below) return;
    this.#hashes.add(hash);
    if (this.#hashes.size > 2 * this.#most) this.#cut();
  }

  /** Whether all texts are listed. */
  get isWhole(): boolean {
    return this.#below === null && this.#hashes.size <= this.#most;
  }

  #cut(): readonly string[] {
    const sorted = [...this.#hashes].sort();
    const kept = sorted.slice(0, this.#most);
    if (sorted.length > kept.length) {
      this.#below = sorted[this.#most] ?? null;
      if (this.#below !== null) this.#greatest = parseInt(this.#below.slice(0, DIGITS / 2), 16);
      this.#hashes = new Set(kept);
    }
    return kept;
  }

  list(): HashList {
    const kept = this.#cut();
    return { hashes: kept.join(""), below: this.#below };
  }
}

/** The hashes of a list. */
export function hashesIn({ hashes }: HashList): readonly string[] {
  return Array.from({ length: Math.floor(hashes.length / DIGITS) }, (_, i) =>
    hashes.slice(DIGITS * i, DIGITS * (i + 1)),
  );
}
