import type { Dictionary } from "../../trace/columns/dictionary.ts";
import { endOfKey, skipColon, skipSpace, skipValue } from "../../trace/columns/skip-json.ts";
import type { ValueCodes } from "./value-codes.ts";

const [OPEN, CLOSE, QUOTE, COMMA, N] = [123, 125, 34, 44, 110];
const encoder = new TextEncoder();

/** Reads members of the people whom calls act for off the bytes of their JSON. */
export class PersonReader {
  readonly #names: readonly Uint8Array[];
  readonly #values: readonly ValueCodes[];

  /** `values`: the numbers of each member's values, in the order of `names`. */
  constructor(names: readonly string[], values: readonly ValueCodes[]) {
    this.#names = names.map((name) => encoder.encode(name));
    this.#values = values;
  }

  /** How many members are read. */
  get count(): number {
    return this.#names.length;
  }

  /**
   * Writes the numbers of a person's members into `found`, 0 for those that are not there, from the
   * code's own place on; false: a value is no map, or has a key with an escape.
   */
  read({ pool, offsets }: Dictionary, code: number, found: Int32Array): boolean {
    const start = offsets[code] ?? 0;
    if (pool[start] !== OPEN || start === (offsets[code + 1] ?? 0)) return false;
    const into = code * this.#names.length;
    let at = skipSpace(pool, start + 1);
    while (pool[at] === QUOTE) {
      const from = at + 1;
      const to = endOfKey(pool, from);
      const value = to < 0 ? -1 : skipColon(pool, to + 1);
      const end = value < 0 ? -1 : skipValue(pool, value, 1);
      if (end < 0) return false;
      // a null member is not there (design 3.5)
      const place = pool[value] === N ? -1 : this.#placeOf(pool, from, to);
      if (place >= 0) found[into + place] = this.#values[place]?.number(pool, value, end, 0) ?? 0;
      at = skipSpace(pool, end);
      if (pool[at] === COMMA) at = skipSpace(pool, at + 1);
    }
    return pool[at] === CLOSE;
  }

  /** Which member a key names; -1: none that is read. */
  #placeOf(pool: Uint8Array, from: number, to: number): number {
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i];
      if (name?.length === to - from && standsAt(pool, from, name)) return i;
    }
    return -1;
  }
}

function standsAt(pool: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (pool[at + i] !== text[i]) return false;
  return true;
}
