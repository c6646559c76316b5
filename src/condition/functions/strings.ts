import { MAX_LIST, MAX_STRING } from "../arithmetic.ts";
import { INT, listOf, STRING, type Type } from "../types.ts";
import { mapAmong } from "../words.ts";
import { Failure, type NoValue, type Value } from "../value.ts";
import { binary, int, list, string, ternary, unary, type Overload } from "./overload.ts";

const OUTSIDE = new Failure("an index is outside the string");
const NOT_TEXTS = new Failure("no such overload: `join` takes a list of strings");
const TOO_LARGE = new Failure("the result is too large");

/** Code points of `text`, which CEL counts by, where UTF-16 would count otherwise. */
function points(text: string): readonly string[] {
  return [...text];
}

function within(index: bigint, length: number): number | undefined {
  return index < 0n || index > BigInt(length) ? undefined : Number(index);
}

function charAt(text: string, index: bigint): string | Failure {
  const all = points(text);
  const at = within(index, all.length);
  return at === undefined ? OUTSIDE : (all[at] ?? "");
}

/**
 * WHY: String.indexOf is linear where a loop over code points is not; only the index is then turned
 * into code points.
 */
function indexOf(text: string, part: string, from: bigint): bigint | Failure {
  const all = points(text);
  const start = within(from, all.length);
  if (start === undefined) return OUTSIDE;
  if (part === "") return BigInt(start);
  const found = text.indexOf(part, all.slice(0, start).join("").length);
  return found < 0 ? -1n : BigInt(points(text.slice(0, found)).length);
}

function lastIndexOf(text: string, part: string, from: bigint): bigint | Failure {
  const all = points(text);
  const start = within(from, all.length);
  if (start === undefined) return OUTSIDE;
  if (part === "") return BigInt(start);
  const found = text.lastIndexOf(part, all.slice(0, start).join("").length);
  return found < 0 ? -1n : BigInt(points(text.slice(0, found)).length);
}

function lastIndex(text: string, part: string): bigint | Failure {
  const length = BigInt(points(text).length);
  return lastIndexOf(text, part, length);
}

function substring(text: string, from: bigint, to?: bigint): string | Failure {
  const all = points(text);
  const start = within(from, all.length);
  const end = to === undefined ? all.length : within(to, all.length);
  return start === undefined || end === undefined || start > end
    ? OUTSIDE
    : all.slice(start, end).join("");
}

function replace(text: string, part: string, by: string, most: bigint): string | Failure {
  const pieces = part === "" ? points(text) : text.split(part);
  const gaps = part === "" ? pieces.length + 1 : pieces.length - 1;
  const count = most < 0n || most > BigInt(gaps) ? gaps : Number(most);
  if (text.length + count * by.length > MAX_STRING) return TOO_LARGE;
  if (part === "")
    return [
      ...pieces.map((piece, i) => (i < count ? by : "") + piece),
      count > pieces.length ? by : "",
    ].join("");
  return pieces.map((piece, i) => (i === 0 ? piece : (i <= count ? by : part) + piece)).join("");
}

/** WHY by hand: `replace` with a limit has four operands, one more than the builders know. */
const REPLACE_SOME: Overload = {
  name: ".replace",
  params: [STRING, STRING, STRING, INT],
  result: () => STRING,
  call: ([text, part, by, most]) =>
    typeof text === "string" &&
    typeof part === "string" &&
    typeof by === "string" &&
    typeof most === "bigint"
      ? replace(text, part, by, most)
      : undefined,
};

function split(text: string, separator: string, most: bigint): Value | NoValue {
  if (most === 0n) return [];
  const pieces = separator === "" ? points(text) : text.split(separator);
  if (pieces.length > MAX_LIST) return TOO_LARGE;
  if (most < 0n || BigInt(pieces.length) <= most) return pieces;
  const kept = Number(most) - 1;
  return [...pieces.slice(0, kept), pieces.slice(kept).join(separator)];
}

function join(parts: readonly Value[], separator: string): Value | NoValue {
  const texts = parts.filter((part) => typeof part === "string");
  if (texts.length < parts.length) return NOT_TEXTS;
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  return length > MAX_STRING ? TOO_LARGE : texts.join(separator);
}

function asciiCase(text: string, upper: boolean): string {
  return upper
    ? text.replace(/[a-z]+/g, (s) => s.toUpperCase())
    : text.replace(/[A-Z]+/g, (s) => s.toLowerCase());
}

const BLANK = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING = new RegExp(`^${BLANK}+`);
const BLANK_CHARACTER = new RegExp(BLANK);

/**
 * The white space of Unicode at both ends removed; a loop at the end, since `\s+$` would be
 * quadratic.
 */
function trim(text: string): string {
  const rest = text.replace(LEADING, "");
  let end = rest.length;
  while (end > 0 && BLANK_CHARACTER.test(rest.charAt(end - 1))) end--;
  return rest.slice(0, end);
}

/** The type of a text that a function makes word by word: what it can be is then known too. */
export function eachWord(change: (word: string) => string): (args: readonly Type[]) => Type {
  return ([first]) => {
    if (first?.kind !== "string" || first.among === undefined) return STRING;
    return { kind: "string", among: mapAmong(first.among, change) };
  };
}

const QUOTED: ReadonlyMap<string, string> = new Map([
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
  ["\\", "\\\\"],
  ['"', '\\"'],
]);

function quote(text: string): string {
  const escaped = points(text).map(
    (c) => QUOTED.get(c) ?? (/[\ud800-\udfff]/.test(c) && c.length === 1 ? "\ufffd" : c),
  );
  return `"${escaped.join("")}"`;
}

/** The `strings` extension of cel-go but for `format`. Positions count code points. */
export const STRINGS: readonly Overload[] = [
  binary(".charAt", [string, int], STRING, charAt),
  binary(".indexOf", [string, string], INT, (text, part) => indexOf(text, part, 0n)),
  ternary(".indexOf", [string, string, int], INT, indexOf),
  binary(".lastIndexOf", [string, string], INT, lastIndex),
  ternary(".lastIndexOf", [string, string, int], INT, lastIndexOf),
  unary(
    ".lowerAscii",
    string,
    eachWord((text) => asciiCase(text, false)),
    (text) => asciiCase(text, false),
  ),
  unary(
    ".upperAscii",
    string,
    eachWord((text) => asciiCase(text, true)),
    (text) => asciiCase(text, true),
  ),
  ternary(".replace", [string, string, string], STRING, (text, part, by) =>
    replace(text, part, by, -1n),
  ),
  REPLACE_SOME,
  binary(".split", [string, string], listOf(STRING), (text, separator) =>
    split(text, separator, -1n),
  ),
  ternary(".split", [string, string, int], listOf(STRING), split),
  binary(".substring", [string, int], STRING, substring),
  ternary(".substring", [string, int, int], STRING, substring),
  unary(".trim", string, eachWord(trim), trim),
  unary(".reverse", string, STRING, (text) => [...text].reverse().join("")),
  unary(".join", list, STRING, (parts) => join(parts, "")),
  binary(".join", [list, string], STRING, join),
  unary("strings.quote", string, STRING, quote),
];
