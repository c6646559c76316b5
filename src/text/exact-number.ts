import { endOfString } from "./json-string.ts";
import { spliced } from "./splice.ts";

const DECIMAL = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/**
 * A written number as its digits without zeros around them, and the power of ten of the last one.
 */
function digitsOf(text: string): string | undefined {
  const [, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return "0";
  const plain = digits.replace(/0+$/, "");
  return `${plain}e${Number(exponent) - fraction.length + digits.length - plain.length}`;
}

/**
 * Whether a double holds the number that a text writes, as it is written back: 9007199254740993,
 * 1e400 and
 * 1.00000000000000001 would be rounded (design 3.4). Below 2^53 the seventeen digits by which some
 * programs write a double name it too: 0.10000000000000001 is 0.1.
 */
export function isExactNumber(text: string): boolean {
  if (text.length < 16 && !/[eE]/.test(text)) return true;
  const value = Number(text);
  if (String(value) === text) return true;
  if (!Number.isFinite(value)) return false;
  if (/^[+-]?0[xob]/i.test(text))
    return BigInt(text.replace(/^[+-]/, "")) === BigInt(Math.abs(value));
  const digits = digitsOf(text);
  if (digits === digitsOf(String(value))) return true;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && digits === digitsOf(value.toPrecision(17));
}

/** A number of a JSON text that no double holds. */
export interface InexactNumber {
  readonly start: number;
  readonly end: number;
  /** The keys on the way to it; indexes of lists are digits. */
  readonly path: readonly string[];
}

/** A number of at least sixteen characters, or one with an exponent, where JSON may write one. */
const SUSPECT = /(?:[:[,]|^)\s*-?(?:\d[\d.]{14}|\d[\d.]*[eE])/;
const TOKENS = /["{}[\],]|-?\d[\d.eE+-]*/g;

/**
 * The numbers of a JSON text that no double holds, in their order. `json` is one that `JSON.parse`
 * takes.
 */
export function inexactNumbers(json: string): readonly InexactNumber[] {
  if (!SUSPECT.test(json)) return [];
  const found: InexactNumber[] = [];
  const place = new JsonPlace();
  const tokens = new RegExp(TOKENS);
  for (let match = tokens.exec(json); match !== null; match = tokens.exec(json)) {
    const start = match.index;
    if (match[0] === '"') tokens.lastIndex = endOfString(json, start) + 1;
    const end = tokens.lastIndex;
    const token = json.slice(start, end);
    place.take(token);
    if (/^[-\d]/.test(token) && !isExactNumber(token))
      found.push({ start, end, path: place.path() });
  }
  return found;
}

/** Where in a JSON text a reader of its tokens (but for colons and words) stands. */
class JsonPlace {
  /** For each open list the index of its element, for each open object the key as it is written. */
  readonly #open: (number | string | undefined)[] = [];
  /** Whether an object's key comes next. */
  #key = false;

  take(token: string): void {
    const inner = this.#open.length - 1;
    const last = this.#open[inner];
    if (token === "{" || token === "[") this.#open.push(token === "[" ? 0 : undefined);
    else if (token === "}" || token === "]") this.#open.pop();
    else if (token === "," && typeof last === "number") this.#open[inner] = last + 1;
    else if (this.#key) this.#open[inner] = token;
    this.#key = token === "{" || (token === "," && typeof last !== "number");
  }

  path(): readonly string[] {
    return this.#open.map((part) =>
      typeof part === "string" ? String(JSON.parse(part)) : String(part ?? ""),
    );
  }
}

/** Before the digits of a number in {@link keepNumbers}: no text that somebody wrote. */
const KEPT = "\u0000=";
const NUMBERS_AND_QUOTES = /"|-?\d[\d.eE+-]*/g;
const WRITTEN = /"\\u0000=(-?\d[\d.eE+-]*)"(?!:)/g;

/**
 * A JSON text in which the numbers that no double holds are texts, so that whoever parses it keeps
 * their digits; {@link writtenNumbers} makes numbers of them again.
 */
export function keepNumbers(json: string): string {
  const found: { readonly start: number; readonly end: number }[] = [];
  const tokens = new RegExp(NUMBERS_AND_QUOTES);
  for (let match = tokens.exec(json); match !== null; match = tokens.exec(json)) {
    const [token] = match;
    if (token === '"') tokens.lastIndex = endOfString(json, match.index) + 1;
    else if (!isExactNumber(token)) found.push({ start: match.index, end: tokens.lastIndex });
  }
  if (found.length === 0) return json;
  return spliced(json, found, ({ start, end }) => JSON.stringify(KEPT + json.slice(start, end)));
}

/**
 * What `JSON.stringify` wrote of a value that {@link keepNumbers} made, with its numbers as they
 * were.
 */
export function writtenNumbers(json: string): string {
  return json.includes('"\\u0000=') ? json.replace(WRITTEN, "$1") : json;
}

/** The digits of a number that {@link keepNumbers} kept; undefined for any other text. */
export function keptDigits(text: string): string | undefined {
  return text.startsWith(KEPT) ? text.slice(KEPT.length) : undefined;
}

/**
 * A number by the text that writes it: one that no double holds as {@link keepNumbers} keeps it.
 */
export function keptNumber(text: string): number | string {
  return isExactNumber(text) ? Number(text) : KEPT + text;
}
