import { endOfString } from "./json-string.ts";

/** What the text of a JSON value tells that the parsed value does not. */
export interface JsonFacts {
  /** How many members its objects were written with, those of inner ones included. */
  readonly members: number;
  /** How many lists and objects stand in each other at its deepest place. */
  readonly depth: number;
  /** False: every number in it has few digits and no exponent, so that a double holds it. */
  readonly hasLongNumber: boolean;
}

const [QUOTE, POINT, ZERO, NINE, COLON] = [34, 46, 48, 57, 58];
const [UPPER_E, LOWER_E, OPEN_LIST, CLOSE_LIST] = [69, 101, 91, 93];
const [OPEN_OBJECT, CLOSE_OBJECT] = [123, 125];
/** As many digits are always held. */
const HELD = 15;

/** The facts of a text that `JSON.parse` takes, in one pass. */
export function jsonFacts(text: string): JsonFacts {
  let [members, open, depth, hasLongNumber] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === COLON) members++;
    else if (char === OPEN_OBJECT || char === OPEN_LIST) {
      if (++open > depth) depth = open;
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) open--;
    else if (char >= ZERO && char <= NINE) {
      const end = endOfNumber(text, at);
      hasLongNumber ||= end - at >= HELD || isExponent(text.charCodeAt(end));
      at = end - 1;
    }
  }
  return { members, depth, hasLongNumber };
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

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (let char = text.charCodeAt(at); isDigit(char) || char === POINT; char = text.charCodeAt(at))
    at++;
  return at;
}

function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE;
}

function isExponent(char: number): boolean {
  return char === LOWER_E || char === UPPER_E;
}
