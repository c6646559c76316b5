import type { Credits } from "../../replay/credits.ts";
import type { SegmentRows } from "./segment-rows.ts";

/** By kind: a bit for the baseline, one for the candidate. */
const KINDS: readonly Credits[] = [0, 1, 2, 3].map((kind) => ({
  baseline: (kind & 1) !== 0,
  candidate: (kind & 2) !== 0,
}));

export function kindOf(credits: Credits | undefined): number {
  return credits === undefined ? 0 : (credits.baseline ? 1 : 0) + (credits.candidate ? 2 : 0);
}

/** Takes how many calls used a credential, by its number among all. */
export type Credited = (credits: Credits, credential: number, calls: number) => void;

/** Counts the credentials of a segment's calls by their places, each of which is looked up once. */
export class CreditTally {
  readonly #rows: SegmentRows;
  readonly #credited: Credited;
  /**
   * Calls by kind and place; a place of kind 0 is noted all the same: who else uses a credential
   * matters.
   */
  readonly #calls: Uint32Array;
  readonly #places: number;

  constructor(rows: SegmentRows, credited: Credited) {
    this.#rows = rows;
    this.#credited = credited;
    this.#places = rows.credentialPlaces;
    this.#calls = new Uint32Array(KINDS.length * this.#places);
  }

  /** `place`: where the row's credential stands, if that is known already. */
  add(row: number, kind: number, place = this.#rows.credentialPlace(row)): void {
    if (place >= 0) {
      const at = kind * this.#places + place;
      this.#calls[at] = (this.#calls[at] ?? 0) + 1;
      return;
    }
    const credential = this.#rows.credential(row);
    if (credential !== undefined) this.#tell(kind, credential, 1);
  }

  /** Tells what was counted, in the order of the places. */
  flush(): void {
    for (let at = 0; at < this.#calls.length; at++) {
      const calls = this.#calls[at] ?? 0;
      if (calls === 0) continue;
      const credential = this.#rows.credentialAt(at % this.#places);
      if (credential !== undefined) this.#tell(Math.floor(at / this.#places), credential, calls);
    }
  }

  #tell(kind: number, credential: number, calls: number): void {
    const credits = KINDS[kind];
    if (kind > 0 && credits !== undefined) this.#credited(credits, credential, calls);
  }
}
