import type { HashList } from "../../documents/part-result.ts";
import { hashesIn } from "./hash-sample.ts";

/** So many hashes are compared; of more, those with the least values. */
const MOST = 262_144;

/** Finds hashes that two parts list. */
export class SharedHashes {
  #parts = new Map<string, number>();
  #below: string | undefined;

  /** Notes what a part lists; a part, if any, that listed one of these before. */
  note(list: HashList, part: number): number | undefined {
    let other: number | undefined;
    for (const hash of hashesIn(list)) {
      if (this.#below !== undefined && hash >= this.#below) break;
      const known = this.#parts.get(hash);
      if (known === undefined) this.#parts.set(hash, part);
      else if (known !== part) other ??= known;
    }
    if (this.#parts.size > 2 * MOST) this.#cut();
    return other;
  }

  #cut(): void {
    const sorted = [...this.#parts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#below = sorted[MOST]?.[0];
    this.#parts = new Map(sorted.slice(0, MOST));
  }
}
