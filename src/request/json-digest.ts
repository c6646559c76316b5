import { canonicalJson } from "./canonical-json.ts";
import type { Json } from "./json.ts";

/**
 * Two 32-bit hashes that stand for a JSON value: the same for values whose canonical texts are the
 * same, whatever the order of members and the spelling of texts and numbers; for two others with a
 * probability of about one in 2^64.
 */
export interface JsonDigest {
  readonly high: number;
  readonly low: number;
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA, COLON] = [
  34, 92, 123, 125, 91, 93, 44, 58,
];
const [SPACE, MINUS, ZERO, NINE] = [32, 45, 48, 57];
/** What each kind of value starts from. */
const [TEXT, NUMBER, LIST, OBJECT, WORD, DEEP] = [1, 2, 3, 4, 5, 6];
/** Deeper values are told by their canonical text. */
const MAX_DEPTH = 200;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The digest of a value. */
export function jsonDigest(value: Json): JsonDigest {
  const text = encoder.encode(canonicalJson(value));
  return digestOfJson(text, 0, text.length) ?? new Hash(DEEP).bytes(text, 0, text.length).digest();
}

/**
 * The digest of the value whose JSON stands between two places of a text that is known to be JSON.
 * Undefined: the value is too deep, so that only {@link jsonDigest} gives it.
 */
export function digestOfJson(bytes: Uint8Array, from: number, to: number): JsonDigest | undefined {
  const reader = new DigestReader(bytes, from, to);
  const hash = reader.value(0);
  return reader.isTooDeep ? undefined : hash.digest();
}

/** Two hashes to which more is added. */
class Hash {
  #high: number;
  #low: number;

  constructor(kind: number) {
    this.#high = 0x811c9dc5 ^ kind;
    this.#low = 0x9e3779b9 ^ kind;
  }

  add(word: number): this {
    this.#high = Math.imul(this.#high ^ word, 0x01000193);
    this.#high ^= this.#high >>> 15;
    this.#low = Math.imul(this.#low ^ word, 0x5bd1e995);
    this.#low ^= this.#low >>> 13;
    return this;
  }

  bytes(bytes: Uint8Array, from: number, to: number): this {
    let [high, low] = [this.#high, this.#low];
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low ^ byte, 0x5bd1e995);
      low ^= low >>> 15;
    }
    [this.#high, this.#low] = [high, low];
    return this.add(to - from);
  }

  /** Adds another one after what is there. */
  follow(next: Hash): this {
    this.add(next.#high);
    return this.add(next.#low);
  }

  /** Adds another one to what is there, in whatever order they come. */
  join(next: Hash): this {
    const { high, low } = next.digest();
    this.#high = (this.#high + high) | 0;
    this.#low = (this.#low + low) | 0;
    return this;
  }

  digest(): JsonDigest {
    return { high: mixed(this.#high), low: mixed(this.#low) };
  }
}

/** Spreads a hash over all its bits, as murmur3 does. */
function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const NUMBERS = new Float64Array(1);
const WORDS = new Uint32Array(NUMBERS.buffer);

/** Reads a value off its JSON. INVARIANT: it never reads behind the end, whatever stands there. */
class DigestReader {
  readonly #bytes: Uint8Array;
  readonly #to: number;
  #at: number;
  isTooDeep = false;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
  }

  value(depth: number): Hash {
    const first = this.#next();
    if (first === QUOTE) return this.#text();
    if (first === OPEN || first === OPEN_LIST) {
      if (depth < MAX_DEPTH) return first === OPEN ? this.#object(depth) : this.#list(depth);
      this.isTooDeep = true;
      this.#at = this.#to;
      return new Hash(DEEP);
    }
    return first === MINUS || (first >= ZERO && first <= NINE) ? this.#number() : this.#word();
  }

  /** The first byte that is no white space; -1: the end. */
  #next(): number {
    while (this.#at < this.#to) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte > SPACE) return byte;
      this.#at++;
    }
    return -1;
  }

  #text(): Hash {
    const from = this.#at + 1;
    let isPlain = true;
    let at = from;
    for (; at < this.#to; at++) {
      const byte = this.#bytes[at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) continue;
      isPlain = false;
      at++;
    }
    this.#at = at + 1;
    return isPlain
      ? new Hash(TEXT).bytes(this.#bytes, from, at)
      : escapedText(decoder.decode(this.#bytes.subarray(from - 1, at + 1)));
  }

  #number(): Hash {
    const from = this.#at;
    this.#skipWord();
    let text = "";
    for (let at = from; at < this.#at; at++) text += String.fromCharCode(this.#bytes[at] ?? 0);
    // -0 is written as 0
    NUMBERS[0] = Number(text) + 0;
    return new Hash(NUMBER).add(WORDS[0] ?? 0).add(WORDS[1] ?? 0);
  }

  #word(): Hash {
    const from = this.#at;
    this.#skipWord();
    return new Hash(WORD).bytes(this.#bytes, from, this.#at);
  }

  #skipWord(): void {
    for (; this.#at < this.#to; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte <= SPACE || byte === COMMA || byte === CLOSE || byte === CLOSE_LIST) return;
    }
  }

  #list(depth: number): Hash {
    const hash = new Hash(LIST);
    this.#at++;
    while (this.#goesOn(CLOSE_LIST)) hash.follow(this.value(depth + 1));
    return hash;
  }

  #object(depth: number): Hash {
    const hash = new Hash(OBJECT);
    this.#at++;
    while (this.#goesOn(CLOSE)) {
      const key = this.#text();
      if (this.#next() === COLON) this.#at++;
      hash.join(key.follow(this.value(depth + 1)));
    }
    return hash;
  }

  /** Whether another member follows; steps over what stands before it, or over the end. */
  #goesOn(close: number): boolean {
    let next = this.#next();
    if (next === COMMA) {
      this.#at++;
      next = this.#next();
    }
    if (next !== close) return next >= 0;
    this.#at++;
    return false;
  }
}

/** A text with escapes: the same as without them, where it can be written so. */
function escapedText(json: string): Hash {
  const value: unknown = JSON.parse(json);
  const text = String(value);
  const isWritten = !/\p{Surrogate}/u.test(text);
  const bytes = encoder.encode(isWritten ? text : JSON.stringify(text));
  const hash = new Hash(TEXT).bytes(bytes, 0, bytes.length);
  return isWritten ? hash : hash.add(DEEP);
}
