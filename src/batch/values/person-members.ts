import type { Dictionary } from "../../trace/columns/dictionary.ts";
import { endOfKey, skipColon, skipSpace, skipValue } from "../../trace/columns/skip-json.ts";
import { ValueCodes } from "./value-codes.ts";

const [OPEN, CLOSE, QUOTE, COMMA, N] = [123, 125, 34, 44, 110];
const encoder = new TextEncoder();

/** What was read of the people of one dictionary. */
interface ReadPeople {
  /** By code and member: the numbers of their values; 0: it is not there. */
  readonly members: Int32Array;
  /** By code: 1 where the person was read, 2 where that cannot be; 0: not asked yet. */
  readonly known: Uint8Array;
}

/**
 * Reads members of the people whom calls act for off the bytes of their JSON: each person of a
 * dictionary once, whoever asks.
 */
export class PersonReader {
  readonly names: readonly string[];
  readonly #names: readonly Uint8Array[];
  readonly #values: readonly ValueCodes[];
  readonly #people = new WeakMap<Dictionary, ReadPeople>();

  /** `names`: of the members that are read. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#names = names.map((name) => encoder.encode(name));
    this.#values = names.map(() => new ValueCodes());
  }

  /** How many values of members are known. */
  get size(): number {
    return this.#values.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The numbers of the members of a dictionary's people, which are known once they are
   * {@link isRead}, from the code's own place on; 0: a member is not there.
   */
  membersOf(dictionary: Dictionary): Int32Array {
    return this.#of(dictionary).members;
  }

  /** Whether a person's members are known; false: a value is no map, or has a key with an escape. */
  isRead(dictionary: Dictionary, code: number): boolean {
    const { members, known } = this.#of(dictionary);
    if (known[code] === 0) known[code] = this.#read(dictionary, code, members) ? 1 : 2;
    return known[code] === 1;
  }

  #of(dictionary: Dictionary): ReadPeople {
    const known = this.#people.get(dictionary);
    if (known !== undefined) return known;
    const { size } = dictionary;
    const members = new Int32Array(size * this.names.length);
    const made = { members, known: new Uint8Array(size) };
    this.#people.set(dictionary, made);
    return made;
  }

  #read({ pool, offsets }: Dictionary, code: number, found: Int32Array): boolean {
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
