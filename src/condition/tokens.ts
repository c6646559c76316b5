import { isExactNumber } from "../text/exact-number.ts";
import type { LiteralValue } from "./ast.ts";
import { decodeBytes, decodeString, LiteralFault } from "./literals.ts";

export type TokenKind = "ident" | "quoted" | "literal" | "punctuation" | "end";

/**
 * One token; `text` is the name, the punctuation or, for a literal, its source. Offsets count
 * UTF-16 units.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Set on literals. An int may be 2^63 here: only a minus before it makes that one valid. */
  readonly literal?: LiteralValue;
}

/**
 * A place at which the text stops being CEL. Thrown inside the parser, caught by `parseExpression`
 * alone.
 */
export class SyntaxFault extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    readonly help?: string,
  ) {
    super(message);
  }
}

const BLANK = /(?:[ \t\n\f\r]+|\/\/[^\n]*)+/y;
const WORD = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const QUOTED = /`[a-zA-Z0-9_.\-/ ]+`/y;
const QUOTE = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y;
const HEX = /0[xX][0-9a-fA-F]+[uU]?/y;
const NUMBER = /(?:\d*\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?/y;
const PUNCTUATION = /&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function integer(source: string, start: number): LiteralValue {
  const unsigned = /[uU]$/.test(source);
  const value = BigInt(unsigned ? source.slice(0, -1) : source);
  const limit = unsigned ? 18446744073709551615n : 9223372036854775808n;
  if (value > limit)
    throw new SyntaxFault(
      `\`${source.slice(0, 40)}\` is out of range`,
      start,
      start + source.length,
      "CEL integers have 64 bits",
    );
  return { type: unsigned ? "uint" : "int", value };
}

function decimal(source: string, start: number): LiteralValue {
  if (!/[.eE]/.test(source)) return integer(source, start);
  if (/[uU]$/.test(source))
    throw new SyntaxFault("the suffix `u` belongs to whole numbers", start, start + source.length);
  const value = Number(source);
  if (!Number.isFinite(value))
    throw new SyntaxFault(
      `\`${source.slice(0, 40)}\` is out of range`,
      start,
      start + source.length,
    );
  return { type: "double", value, ...(isExactNumber(source) ? {} : { rounded: true }) };
}

function closingQuote(text: string, from: number, quote: string, raw: boolean): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(quote, at)) return at;
    if (text[at] === "\\" && !raw) at++;
    else if (quote.length === 1 && (text[at] === "\n" || text[at] === "\r")) return -1;
  }
  return -1;
}

function quotedLiteral(text: string, start: number, opening: string): Token {
  const quote = /["'].*$/.exec(opening)?.[0] ?? opening;
  const prefix = opening.slice(0, opening.length - quote.length).toLowerCase();
  const from = start + opening.length;
  const close = closingQuote(text, from, quote, prefix.includes("r"));
  if (close < 0)
    throw new SyntaxFault(
      "this string is not closed",
      start,
      text.length,
      `end it with \`${quote}\``,
    );
  const body = text.slice(from, close);
  const value = prefix.includes("b")
    ? decodeBytes(body, prefix.includes("r"))
    : decodeString(body, prefix.includes("r"));
  if (value instanceof LiteralFault)
    throw new SyntaxFault(value.message, from + value.start, from + value.end);
  const literal: LiteralValue =
    typeof value === "string" ? { type: "string", value } : { type: "bytes", value };
  const end = close + quote.length;
  return { kind: "literal", text: text.slice(start, end), start, end, literal };
}

const WORD_LITERALS: ReadonlyMap<string, LiteralValue> = new Map<string, LiteralValue>([
  ["true", { type: "bool", value: true }],
  ["false", { type: "bool", value: false }],
  ["null", { type: "null" }],
]);

function wordToken(word: string, start: number): Token {
  const place = { text: word, start, end: start + word.length };
  const literal = WORD_LITERALS.get(word);
  if (literal !== undefined) return { kind: "literal", ...place, literal };
  return { kind: word === "in" ? "punctuation" : "ident", ...place };
}

function numberToken(text: string, start: number): Token | undefined {
  const hex = match(HEX, text, start);
  const source = hex ?? match(NUMBER, text, start);
  if (source === undefined) return undefined;
  const literal = hex === undefined ? decimal(source, start) : integer(source, start);
  return { kind: "literal", text: source, start, end: start + source.length, literal };
}

/** What to write for a name with letters that no name of CEL has: `args.größe`. */
function letterHelp(text: string, start: number): string | undefined {
  if (!/^\p{L}/u.test(text.slice(start))) return undefined;
  const [, dot = "", begun = ""] = /(\.?)([\p{L}\p{N}_]*)$/u.exec(text.slice(0, start)) ?? [];
  const [rest = ""] = /^[\p{L}\p{M}\p{N}_]+/u.exec(text.slice(start)) ?? [];
  const name = begun + rest;
  const way =
    dot === ""
      ? `write a text in quotes: \`'${name}'\``
      : `write \`['${name}']\` instead of \`.${name}\``;
  return `names have only the letters a to z, digits and \`_\`; ${way}`;
}

function unexpected(text: string, start: number): SyntaxFault {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const help: Record<string, string> = {
    "&": "write `&&`",
    "|": "write `||`",
    "=": "write `==`",
    ...Object.fromEntries([..."‘’‚‛“”„´"].map((quote) => [quote, "write a plain `'`"])),
    "–": "write `-`",
    "—": "write `-`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
    "\u00a0": "this is a no-break space: write a plain one",
    "~": "to search by a pattern, write `x.matches('^a$')`",
    $: "names stand alone: write `args.amount`, without `$`",
    "`": "back-quotes may contain letters, digits, `_`, `.`, `-`, `/` and spaces",
  };
  return new SyntaxFault(
    `unexpected character \`${character}\``,
    start,
    start + character.length,
    Object.hasOwn(help, character) ? help[character] : letterHelp(text, start),
  );
}

function nextToken(text: string, start: number): Token {
  const opening = match(QUOTE, text, start);
  if (opening !== undefined) return quotedLiteral(text, start, opening);
  const word = match(WORD, text, start);
  if (word !== undefined) return wordToken(word, start);
  const number = numberToken(text, start);
  if (number !== undefined) return number;
  const quoted = match(QUOTED, text, start);
  if (quoted !== undefined)
    return { kind: "quoted", text: quoted.slice(1, -1), start, end: start + quoted.length };
  const sign = match(PUNCTUATION, text, start);
  if (sign === undefined) throw unexpected(text, start);
  return { kind: "punctuation", text: sign, start, end: start + sign.length };
}

/**
 * The tokens of `text` in order, the last of kind `end`; throws {@link SyntaxFault}. Linear in the
 * text.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(BLANK, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = nextToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}
