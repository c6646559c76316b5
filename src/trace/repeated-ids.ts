import { TextNumbers } from "../text/text-numbers.ts";
import type { RepeatedId, RepeatedIdList } from "../documents/trace-read.ts";
import type { Dictionary } from "./columns/dictionary.ts";
import { hashId, idOf, type OwnIds } from "./own-ids.ts";
import { LISTED } from "./read-report.ts";

/** Of larger traces ids are not held against each other: columns do without them. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Whether a trace of so many bytes, unpacked, is small enough that events are looked for that have
 * the id of an earlier one (design 7.7).
 */
export function comparesIds(bytes: number): boolean {
  return bytes < MOST_BYTES;
}

const DIGIT_0 = 48;

/** Finds the events that have the id of an earlier one. Holds no ids: some 20 bytes for each. */
export class RepeatedIds {
  readonly #ids = new TextNumbers();
  readonly #first: RepeatedId[] = [];
  #count = 0;

  /**
   * Notes the ids of the rows `from` to `to` (not included) of a piece of `file`, before which
   * `before` lines stand. One that was made of its event's place is no other's.
   */
  add(
    ids: OwnIds,
    rows: { from: number; to: number },
    place: { file: string; before: number },
  ): void {
    const { codes, lines, texts } = ids;
    const { file, before } = place;
    const hashes = new Uint32Array(2);
    for (let row = rows.from; row < rows.to; row++) {
      const code = codes[row] ?? 0;
      const line = before + (lines[row] ?? 0) + 1;
      if (code === 0 || isPlace(texts, code, place.file, line)) continue;
      const known = this.#ids.size;
      hashId(texts, code, hashes);
      if (this.#ids.ordinalOf(hashes[0] ?? 0, hashes[1] ?? 0) === known) continue;
      this.#count++;
      if (this.#first.length < LISTED) this.#first.push({ id: idOf(texts, code), file, line });
    }
  }

  /** How many there are, and the first of them. */
  found(): RepeatedIdList {
    return { count: this.#count, first: this.#first };
  }
}

/** Whether an id names the place of its event. WHY the digit first: no text is made for the others. */
function isPlace(texts: Dictionary, code: number, file: string, line: number): boolean {
  const last = texts.pool[(texts.offsets[code + 1] ?? 0) - 2];
  return last === DIGIT_0 + (line % 10) && idOf(texts, code) === `${file}:${line}`;
}
