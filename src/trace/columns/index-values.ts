import type { Dictionary } from "./dictionary.ts";
import { COLUMN, OBJECTS, type Layout } from "./layout.ts";
import type { Segment } from "./segment.ts";
import { endOfKey, skipColon, skipSpace, skipValue } from "./skip-json.ts";

/** Which members of an object are kept, by their names; `all`: whatever stands there. */
type Kept = "all" | ReadonlyMap<string, Kept>;

/**
 * How the values of a column are kept. `named`: a text in the place of an object is a name;
 * `flags`: only members that are true or false.
 */
interface Keeping {
  readonly members: Kept;
  readonly named: boolean;
  readonly each: boolean;
  readonly flags: boolean;
}

function keptBelow(paths: readonly (readonly string[])[]): Kept {
  if (paths.some((path) => path.length === 0)) return "all";
  const names = new Set(paths.flatMap(([name]) => (name === undefined ? [] : [name])));
  return new Map(
    [...names].map((name) => [
      name,
      keptBelow(paths.filter(([own]) => own === name).map((path) => path.slice(1))),
    ]),
  );
}

function membersAt(path: readonly string[], { members }: Layout): Kept {
  const below = members.filter((member) => path.every((name, i) => member[i] === name));
  const above = members.some(
    (member) => member.length <= path.length && member.every((name, i) => path[i] === name),
  );
  return above ? "all" : keptBelow(below.map((member) => member.slice(path.length)));
}

/** An entity's members may stand in its `properties` too (design 3.1). */
function withProperties(members: Kept): Kept {
  return members === "all" ? members : new Map([...members, ["properties", members]]);
}

const ENTITIES: ReadonlySet<number> = new Set([
  COLUMN.subjectRest,
  COLUMN.actionRest,
  COLUMN.resourceRest,
]);

function keepingOf(layout: Layout, column: number): Keeping {
  const members = membersAt(layout.columns[column]?.path ?? [], layout);
  return {
    members: ENTITIES.has(column) ? withProperties(members) : members,
    named: column === COLUMN.onBehalfOf || column === COLUMN.delegation,
    each: column === COLUMN.delegation,
    flags: false,
  };
}

const LABELS: Keeping = { members: new Map(), named: false, each: false, flags: true };

const decoder = new TextDecoder();
const [QUOTE, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA, COLON] = [34, 123, 125, 91, 93, 44, 58];
const [LETTER_F, LETTER_N, LETTER_T, ZERO] = [102, 110, 116, 48];

/** Copies JSON texts that were checked before, but for the members that nobody reads. */
class Pruner {
  readonly #to: Uint8Array;
  #from: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** `most`: how long all texts are together; what is kept of one is never longer than it. */
  constructor(most: number) {
    this.#to = new Uint8Array(most);
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#to.subarray(0, this.#length);
  }

  #put(byte: number): void {
    this.#to[this.#length++] = byte;
  }

  #copy(from: number, to: number): void {
    this.#to.set(this.#from.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** A value of a column: the text `from`. */
  take(from: Uint8Array, keeping: Keeping): void {
    this.#from = from;
    if (keeping.each && from[0] === OPEN_LIST) this.#items(0, keeping);
    else this.#value(0, keeping.members, keeping);
  }

  /**
   * A value in whose place something else of its kind stands where it is neither an object nor
   * kept: reading below it fails alike.
   */
  #value(at: number, kept: Kept, keeping: Keeping | undefined): number {
    const end = skipValue(this.#from, at, 0);
    if (end < 0) throw new Error("a value that was read before cannot be read again");
    const first = this.#from[at] ?? 0;
    if (kept === "all" || isWord(first) || (first === QUOTE && keeping?.named === true))
      this.#copy(at, end);
    else if (first === OPEN) this.#object(at, kept, keeping?.flags === true);
    else if (first === QUOTE || first === OPEN_LIST) this.#empty(first);
    else this.#put(ZERO);
    return end;
  }

  #empty(first: number): void {
    this.#put(first);
    this.#put(first === QUOTE ? QUOTE : CLOSE_LIST);
  }

  #object(start: number, kept: ReadonlyMap<string, Kept>, flags: boolean): void {
    this.#put(OPEN);
    const first = this.#length;
    let at = skipSpace(this.#from, start + 1);
    while (this.#from[at] === QUOTE) {
      const key = endOfKey(this.#from, at + 1);
      const value = skipColon(this.#from, key + 1);
      const name = decoder.decode(this.#from.subarray(at + 1, key));
      const below = flags ? flagAt(this.#from[value] ?? 0) : kept.get(name);
      if (below !== undefined)
        this.#member(at, { key, value, below, follows: this.#length > first });
      at = skipSpace(this.#from, skipValue(this.#from, value, 0));
      if (this.#from[at] === COMMA) at = skipSpace(this.#from, at + 1);
    }
    this.#put(CLOSE);
  }

  #member(
    at: number,
    {
      key,
      value,
      below,
      follows,
    }: {
      readonly key: number;
      readonly value: number;
      readonly below: Kept;
      readonly follows: boolean;
    },
  ): void {
    if (follows) this.#put(COMMA);
    this.#copy(at, key + 1);
    this.#put(COLON);
    this.#value(value, below, undefined);
  }

  #items(start: number, keeping: Keeping): void {
    this.#put(OPEN_LIST);
    const first = this.#length;
    let at = skipSpace(this.#from, start + 1);
    while (at < this.#from.length && this.#from[at] !== CLOSE_LIST) {
      if (this.#length > first) this.#put(COMMA);
      at = skipSpace(this.#from, this.#value(at, keeping.members, keeping));
      if (this.#from[at] === COMMA) at = skipSpace(this.#from, at + 1);
    }
    this.#put(CLOSE_LIST);
  }
}

function isWord(byte: number): boolean {
  return byte === LETTER_T || byte === LETTER_F || byte === LETTER_N;
}

function flagAt(byte: number): Kept | undefined {
  return byte === LETTER_T || byte === LETTER_F ? "all" : undefined;
}

function pruned(dictionary: Dictionary, keeping: Keeping): Dictionary {
  if (keeping.members === "all" || dictionary.size < 2) return dictionary;
  const pruner = new Pruner(dictionary.offsets[dictionary.size] ?? 0);
  const offsets = new Uint32Array(dictionary.size + 1);
  for (let code = 1; code < dictionary.size; code++) {
    const [from, to] = [dictionary.offsets[code] ?? 0, dictionary.offsets[code + 1] ?? 0];
    offsets[code] = pruner.length;
    if (to > from) pruner.take(dictionary.pool.subarray(from, to), keeping);
  }
  offsets[dictionary.size] = pruner.length;
  return { ...dictionary, pool: pruner.bytes, offsets };
}

/**
 * A segment with no more of its entities, credentials, people and labels than its layout keeps:
 * secrets that no rule reads are not in it. Every call is decided and counted as before.
 */
export function withoutUnread(segment: Segment): Segment {
  const keeping = new Map<number, Keeping>([
    ...OBJECTS.map((column) => [column, keepingOf(segment.layout, column)] as const),
    [COLUMN.labels, LABELS],
  ]);
  const dictionaries = segment.dictionaries.map((dictionary, column) => {
    const own = keeping.get(column);
    return own === undefined ? dictionary : pruned(dictionary, own);
  });
  return { ...segment, dictionaries };
}
