import type { Dictionary } from "../../trace/columns/dictionary.ts";
import { endOfKey, skipColon, skipSpace, skipValue } from "../../trace/columns/skip-json.ts";
import type { ValueCodes } from "./value-codes.ts";

/** The members of one person, by number over all segments; 0: not there. */
export type PersonMembers = Int32Array;

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

  /** Undefined where a value is no map, or has a key with an escape. */
  members({ pool, offsets }: Dictionary, code: number): PersonMembers | undefined {
    const start = offsets[code] ?? 0;
    const found = new Int32Array(this.#names.length);
    if (pool[start] !== OPEN || start === (offsets[code + 1] ?? 0)) return undefined;
    let at = skipSpace(pool, start + 1);
    while (pool[at] === QUOTE) {
      const from = at + 1;
      const to = endOfKey(pool, from);
      const value = to < 0 ? -1 : skipColon(pool, to + 1);
      const end = value < 0 ? -1 : skipValue(pool, value, 1);
      if (end < 0) return undefined;
      this.#note(found, pool, { from, to, value, end });
      at = skipSpace(pool, end);
      if (pool[at] === COMMA) at = skipSpace(pool, at + 1);
    }
    return pool[at] === CLOSE ? found : undefined;
  }

  #note(
    found: PersonMembers,
    pool: Uint8Array,
    at: {
      readonly from: number;
      readonly to: number;
      readonly value: number;
      readonly end: number;
    },
  ): void {
    // a null member is not there (design 3.5)
    if (pool[at.value] === N) return;
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i];
      if (name === undefined || name.length !== at.to - at.from || !standsAt(pool, at.from, name))
        continue;
      found[i] = this.#values[i]?.number(pool, at.value, at.end, 0) ?? 0;
      return;
    }
  }
}

function standsAt(pool: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (pool[at + i] !== text[i]) return false;
  return true;
}
