import { isExactNumber } from "./exact-number.ts";
import { endOfString } from "./json-string.ts";

/** What the text of a JSON value tells that the parsed value does not. */
export interface JsonFacts {
  /** How many members its objects were written with, those of inner ones included. */
  readonly members: number;
  /** How many lists and objects stand in each other at its deepest place. */
  readonly depth: number;
  /** False: a double holds every number in it. */
  readonly hasInexactNumber: boolean;
  /** How many line ends stand between its tokens, where JSON may have any. */
  readonly lineEnds: number;
  /** Of a list or object: the offset behind its bracket; undefined where there is none. */
  readonly end: number | undefined;
}

const [NEWLINE, SPACE, QUOTE, PLUS, COMMA, MINUS, POINT] = [10, 32, 34, 43, 44, 45, 46];
const [ZERO, NINE, COLON, UPPER_E, LOWER_E] = [48, 57, 58, 69, 101];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
/** As many digits are always held. */
const HELD = 15;

/** The facts of the value that begins at `start` of a text, if it is one of JSON; in one pass. */
export function jsonFacts(text: string, start = 0): JsonFacts {
  let [members, open, depth, lineEnds, hasInexactNumber] = [0, 0, 0, 0, false];
  let end: number | undefined;
  // WHY in this order: most of what stands between the texts of a document is blank
  for (let at = start; at < text.length && end === undefined; at++) {
    const char = text.charCodeAt(at);
    if (char <= SPACE) {
      if (char === NEWLINE) lineEnds++;
    } else if (char === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) break;
    } else if (char === COLON) members++;
    else if (char === COMMA) continue;
    else if (char === OPEN_OBJECT || char === OPEN_LIST) {
      if (++open > depth) depth = open;
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) {
      if (--open <= 0) end = at + 1;
    } else if (char <= NINE) {
      const digits = endOf(text, at, isDigit);
      const last = isExponent(text.charCodeAt(digits)) ? endOf(text, digits, isOfExponent) : digits;
      if (last > digits || last - at >= HELD)
        hasInexactNumber ||= !isExactNumber(text.slice(at, last));
      at = last - 1;
    }
  }
  return { members, depth, hasInexactNumber, lineEnds, end };
}

/** Whether a text is one list or object by its brackets, from its first character to its last. */
export function isOneContainer(text: string): boolean {
  return containerEnd(text) === text.length;
}

/** Where the list or object ends that a text begins with: behind its bracket, if it is there. */
export function containerEnd(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      if (end < 0) return undefined;
      at = end;
    } else if (char === OPEN_OBJECT || char === OPEN_LIST) open++;
    else if ((char === CLOSE_OBJECT || char === CLOSE_LIST) && --open === 0) return at + 1;
    if (open === 0) return undefined;
  }
  return undefined;
}

/** Where what begins at `start` ends: behind its last character that fits. */
function endOf(text: string, start: number, fits: (char: number) => boolean): number {
  let at = start + 1;
  while (fits(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(char: number): boolean {
  return (char >= ZERO && char <= NINE) || char === POINT;
}

function isExponent(char: number): boolean {
  return char === LOWER_E || char === UPPER_E;
}

function isOfExponent(char: number): boolean {
  return isDigit(char) || char === PLUS || char === MINUS;
}
