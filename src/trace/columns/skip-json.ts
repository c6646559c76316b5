import { isExactNumber } from "../../text/exact-number.ts";

/**
 * Steps over JSON in bytes of UTF-8, checking its grammar; each gives the offset behind, or -1
 * where it is none.
 */

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA, COLON, SPACE] = [
  34, 92, 123, 125, 91, 93, 44, 58, 32,
];
const [N, T, F, MINUS, PLUS, DOT, ZERO, NINE, SLASH, U] = [
  110, 116, 102, 45, 43, 46, 48, 57, 47, 117,
];
/** Deeper values are left to `JSON.parse`. */
export const MAX_DEPTH = 200;
/** Objects of more members that are no columns are left to `JSON.parse`. */
export const MAX_KEYS = 64;

const decoder = new TextDecoder();

const ESCAPES = new Uint8Array(256);
for (const char of [QUOTE, BACKSLASH, SLASH, 98, 102, N, 114, T]) ESCAPES[char] = 1;
const HEX = new Uint8Array(256);
for (const char of "0123456789abcdefABCDEF") HEX[char.charCodeAt(0)] = 1;

/** Spaces, tabs and carriage returns; a line feed ends a line of a trace, so it is none here. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  for (let byte = bytes[at]; byte === SPACE || byte === 9 || byte === 13; byte = bytes[at]) at++;
  return at;
}

/** `at` is behind the opening quote. */
export function skipString(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte > BACKSLASH || (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH)) at++;
    else if (byte === QUOTE) return at + 1;
    else if (byte !== BACKSLASH) return -1;
    else {
      at = skipEscape(bytes, at + 1);
      if (at < 0) return -1;
    }
  }
}

function skipEscape(bytes: Uint8Array, at: number): number {
  const escaped = bytes[at] ?? 0;
  if (ESCAPES[escaped] === 1) return at + 1;
  if (escaped !== U) return -1;
  for (let i = 1; i <= 4; i++) if (HEX[bytes[at + i] ?? 0] !== 1) return -1;
  return at + 5;
}

function skipWord(bytes: Uint8Array, at: number, word: "true" | "false" | "null"): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return -1;
  return at + word.length;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  const start = at;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at++;
  return at > start ? at : -1;
}

/** A number without exponent of fewer characters is one that a double holds. */
const SURELY_EXACT = 16;

/** A number that no double holds makes its line unusual. */
function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const first = at;
  at = skipDigits(bytes, at);
  if (at < 0 || (bytes[first] === ZERO && at > first + 1)) return -1;
  if (bytes[at] === DOT) at = skipDigits(bytes, at + 1);
  if (at < 0) return -1;
  if (((bytes[at] ?? 0) | 32) === 101) {
    at++;
    if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
    at = skipDigits(bytes, at);
    if (at < 0) return -1;
  } else if (at - start < SURELY_EXACT) return at;
  return isExactNumber(decoder.decode(bytes.subarray(start, at))) ? at : -1;
}

/** Any value, up to {@link MAX_DEPTH} levels deep. */
export function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return skipString(bytes, at + 1);
  if (byte === OPEN) return depth < MAX_DEPTH ? skipObject(bytes, at + 1, depth + 1) : -1;
  if (byte === OPEN_LIST) return depth < MAX_DEPTH ? skipList(bytes, at + 1, depth + 1) : -1;
  if (byte === T) return skipWord(bytes, at, "true");
  if (byte === F) return skipWord(bytes, at, "false");
  return byte === N ? skipWord(bytes, at, "null") : skipNumber(bytes, at);
}

/**
 * Where the quote behind a key stands; -1 for a key with an escape, which is unusual. `at` is
 * behind the opening quote.
 */
export function endOfKey(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte > BACKSLASH || (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH)) at++;
    else return byte === QUOTE ? at : -1;
  }
}

/**
 * Adds where a key stands to those of its object; false: it stands there already, or there are too
 * many to look through.
 */
export function noteKey(keys: number[], bytes: Uint8Array, from: number, to: number): boolean {
  if (keys.length >= 2 * MAX_KEYS) return false;
  for (let i = 0; i < keys.length; i += 2) {
    const start = keys[i] ?? 0;
    if ((keys[i + 1] ?? 0) - start !== to - from) continue;
    let same = 0;
    while (same < to - from && bytes[start + same] === bytes[from + same]) same++;
    if (same === to - from) return false;
  }
  keys.push(from, to);
  return true;
}

/**
 * `at` is behind the opening brace. An object with a member twice is none: `JSON.parse` would keep
 * the last in silence.
 */
function skipObject(bytes: Uint8Array, at: number, depth: number): number {
  at = skipSpace(bytes, at);
  if (bytes[at] === CLOSE) return at + 1;
  const keys: number[] = [];
  for (;;) {
    if (bytes[at] !== QUOTE) return -1;
    const to = endOfKey(bytes, at + 1);
    if (to < 0 || !noteKey(keys, bytes, at + 1, to)) return -1;
    at = skipColon(bytes, to + 1);
    if (at < 0) return -1;
    at = skipValue(bytes, at, depth);
    if (at < 0) return -1;
    if (bytes[at] !== COMMA) {
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE) return at + 1;
      if (bytes[at] !== COMMA) return -1;
    }
    at = skipSpace(bytes, at + 1);
  }
}

/** The colon behind a key and the space around it; a negative `at` stays so. */
export function skipColon(bytes: Uint8Array, at: number): number {
  if (at < 0) return -1;
  if (bytes[at] !== COLON) at = skipSpace(bytes, at);
  return bytes[at] === COLON ? skipSpace(bytes, at + 1) : -1;
}

/** `at` is behind the opening bracket. */
function skipList(bytes: Uint8Array, at: number, depth: number): number {
  at = skipSpace(bytes, at);
  if (bytes[at] === CLOSE_LIST) return at + 1;
  for (;;) {
    at = skipValue(bytes, at, depth);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
  }
}
