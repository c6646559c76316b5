import type { CompiledSet } from "../../engine/compile-set.ts";
import type { EntityGlob } from "../../policy/glob.ts";
import type { ResourceForm } from "../../policy/model.ts";
import type { Dictionary } from "../../trace/columns/dictionary.ts";
import type { BytesTest } from "./plain-atoms.ts";
import { patternsOf } from "./resource-class.ts";

const encoder = new TextEncoder();
const SLASH = 47;
const QUOTE = 34;
const BACKSLASH = 92;
const DOT = 46;
const DASH = 45;
const MOST_TESTS = 30;

function standsAt(pool: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (pool[at + i] !== text[i]) return false;
  return true;
}

function hasSlash(pool: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (pool[at] === SLASH) return true;
  return false;
}

/**
 * What a pattern asks of an id of a type, on its bytes; `undefined`: nothing (it fits none, or
 * all); `null`: more than can be asked so.
 */
function testOf(glob: EntityGlob, type: string): BytesTest | undefined | null {
  if (glob.fits(type, undefined) !== undefined) return undefined;
  const id = glob.pattern.slice(glob.pattern.indexOf(":") + 1);
  const star = id.indexOf("*");
  const head = encoder.encode(star < 0 ? id : id.slice(0, star));
  if (/\p{Surrogate}/u.test(id)) return null;
  if (star < 0) return (pool, from, to) => to - from === head.length && standsAt(pool, from, head);
  if (id.length - star === 1)
    return (pool, from, to) =>
      to - from >= head.length &&
      standsAt(pool, from, head) &&
      !hasSlash(pool, from + head.length, to);
  return /^\*+$/.test(id.slice(star))
    ? (pool, from, to) => to - from >= head.length && standsAt(pool, from, head)
    : null;
}

const isWord = (byte: number): boolean => (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122);
const isSegmentStart = (byte: number): boolean =>
  isWord(byte) || (byte >= 65 && byte <= 90) || byte === DASH || byte === 95;

/**
 * A path that is its own normal form at first sight (design 3.6): no segment is empty or begins
 * with a dot.
 */
function isPlainPath(pool: Uint8Array, from: number, to: number): boolean {
  if (pool[from] !== SLASH) return false;
  let begins = true;
  for (let at = from + 1; at < to; at++) {
    const byte = pool[at] ?? 0;
    if (byte === SLASH) {
      if (begins) return false;
      begins = true;
    } else if (begins) {
      if (!isSegmentStart(byte)) return false;
      begins = false;
    } else if (byte !== DOT && !isSegmentStart(byte)) return false;
  }
  return !begins;
}

const SCHEMES = ["http://", "https://"].map((scheme) => encoder.encode(scheme));
const LONGEST_HOST = 63;

/**
 * A URL that is its own normal form at first sight: labels of small letters and digits, the last
 * one without digits, a plain path.
 */
function isPlainUrl(pool: Uint8Array, from: number, to: number): boolean {
  const scheme = SCHEMES.find((one) => standsAt(pool, from, one));
  if (scheme === undefined) return false;
  const host = from + scheme.length;
  let at = host;
  let [before, digits] = [DOT, false];
  for (; at < to && pool[at] !== SLASH; at++) {
    const byte = pool[at] ?? 0;
    const joins = byte === DOT || byte === DASH;
    if (joins ? before === DOT || before === DASH : !isWord(byte)) return false;
    if (byte === DOT) digits = false;
    else if (byte < 97) digits = true;
    before = byte;
  }
  return (
    at - host <= LONGEST_HOST &&
    before !== DOT &&
    before !== DASH &&
    !digits &&
    isPlainPath(pool, at, to)
  );
}

const PLAIN: { readonly [form in ResourceForm]?: BytesTest } = {
  opaque: () => true,
  path: isPlainPath,
  url: isPlainUrl,
};

/** Ids of one type by what the patterns of every version make of them, told on their bytes. */
export class IdClasses {
  readonly #isPlain: BytesTest;
  readonly #tests: readonly BytesTest[];
  readonly #numbers = new Map<number, number>();

  private constructor(isPlain: BytesTest, tests: readonly BytesTest[]) {
    this.#isPlain = isPlain;
    this.#tests = tests;
  }

  /**
   * `types`: the type that each version gives such an id; `asked`: what conditions ask of it
   * besides. Undefined where patterns ask more than bytes tell.
   */
  static of(
    versions: readonly CompiledSet[],
    types: readonly (string | undefined)[],
    asked: readonly BytesTest[],
  ): IdClasses | undefined {
    const forms = new Set(
      versions.map((set, i) => set.catalog.forms.get(types[i] ?? "") ?? "opaque"),
    );
    const [form = "opaque"] = forms;
    const isPlain = PLAIN[form];
    if (
      types.length < versions.length ||
      types.includes(undefined) ||
      forms.size !== 1 ||
      isPlain === undefined
    )
      return undefined;
    const tests = versions
      .flatMap((set, i) =>
        patternsOf(set, types[i] ?? "").map((glob) => testOf(glob, types[i] ?? "")),
      )
      .filter((test) => test !== undefined);
    const sound = tests.filter((test) => test !== null);
    return sound.length < tests.length || tests.length + asked.length > MOST_TESTS
      ? undefined
      : new IdClasses(isPlain, [...sound, ...asked]);
  }

  /**
   * The number that `make` gives for any id that is alike to this one; undefined: it is no plain
   * text.
   */
  number({ pool, offsets }: Dictionary, code: number, make: () => number): number | undefined {
    const [start, end] = [offsets[code] ?? 0, offsets[code + 1] ?? 0];
    if (pool[start] !== QUOTE) return undefined;
    for (let at = start + 1; at < end - 1; at++) if (pool[at] === BACKSLASH) return undefined;
    if (!this.#isPlain(pool, start + 1, end - 1)) return undefined;
    let mask = 0;
    for (const test of this.#tests) mask = 2 * mask + (test(pool, start + 1, end - 1) ? 1 : 0);
    const known = this.#numbers.get(mask);
    if (known !== undefined) return known;
    const made = make();
    this.#numbers.set(mask, made);
    return made;
  }
}
