import { CST, Lexer, type YAMLError } from "yaml";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Span } from "../text/span.ts";

/** An error of YAML in plain words. */
interface Said {
  readonly message: string;
  readonly help: string;
  /** Where it is, if not where YAML met it. */
  readonly at?: Span;
}

/** An error with the text that it is in; its offsets are of that text. */
interface Met {
  readonly text: string;
  readonly span: Span;
  readonly message: string;
}

/** Lexemes that stand for nothing in the text. */
const EMPTY: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["[", "]"],
  ["{", "}"],
]);

/** In longer texts nobody looks for what is open: each error would read the whole of it. */
const MOST_SEARCHED = 300_000;

/** The bracket or brace that is open at an offset, the innermost one; undefined: none is. */
function openBefore(text: string, end: number): number | undefined {
  if (end > MOST_SEARCHED) return undefined;
  const open: number[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (EMPTY.has(lexeme)) continue;
    if (offset >= end) break;
    const kind = CST.tokenType(lexeme);
    if (kind === "flow-seq-start" || kind === "flow-map-start") open.push(offset);
    if (kind === "flow-seq-end" || kind === "flow-map-end") open.pop();
    offset += lexeme.length;
  }
  return open.at(-1);
}

function unclosed({ text, span }: Met): Said | undefined {
  const start = openBefore(text, span.start);
  const help = "write it; lines of a list or a map have to stand further in than its field";
  if (start === undefined) return { message: "a list or a map has no `]` or `}` at its end", help };
  const opening = text.charAt(start);
  const closing = CLOSING.get(opening) ?? "";
  const { line } = positionAt(lineStarts(text), start);
  const end = positionAt(lineStarts(text), span.start).line;
  const what = opening === "[" ? "list" : "map";
  const far = end > line + 1 ? `, and YAML reads on to line ${end}` : "";
  return {
    message: `the ${what} that begins here has no \`${closing}\` at its end${far}`,
    help,
    at: { start, end: start + 1 },
  };
}

function unclosedQuote({ text, span, message }: Met): Said {
  const quote = message.includes('"') ? '"' : "'";
  const start = quoteStart(text, span.start);
  return {
    message: `the text that begins here has no \`${quote}\` at its end`,
    help: `write the \`${quote}\``,
    ...(start === undefined ? {} : { at: { start, end: start + 1 } }),
  };
}

/** Where the quoted text begins that goes on to an offset. */
function quoteStart(text: string, end: number): number | undefined {
  if (end > MOST_SEARCHED) return undefined;
  let offset = 0;
  let start: number | undefined;
  for (const lexeme of new Lexer().lex(text)) {
    if (EMPTY.has(lexeme)) continue;
    if (offset > end) break;
    if (/^["']/.test(lexeme)) start = offset;
    offset += lexeme.length;
  }
  return start;
}

/** What stands at a place, up to the end of its line. */
function shown(text: string, { start }: Span): string {
  const [line = ""] = /^[^\r\n]*/.exec(text.slice(start)) ?? [];
  const word = line.trim();
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}

/** The parser has left all that it was in the midst of, so that whatever follows has no place. */
export const LOST = /^Unexpected \S+ token in YAML stream/;

/** The first text at which the parser has lost its place. */
function unplaced({ text, span }: Met): Said {
  const sign = text.charAt(span.start);
  if (sign === "}" || sign === "]") {
    const opening = sign === "}" ? "{" : "[";
    return {
      message: `this \`${sign}\` ends nothing: no \`${opening}\` is open here`,
      help: `remove it, or write the \`${opening}\``,
    };
  }
  if (sign === ":")
    return {
      message: "no name of a field stands before this `:`",
      help: "write `<field>: <value>` in one line; put a text in quotes that begins with `:`",
    };
  return {
    message: `\`${shown(text, span)}\` cannot stand here: what it could belong to has ended`,
    help: "check the columns and the quotes of the lines above it",
  };
}

const UNNAMED = "a field has no `:` behind its name";

const SAYINGS: readonly (readonly [pattern: RegExp, say: (met: Met) => Said | undefined])[] = [
  [/^Flow (?:sequence|map) .*end with a/i, unclosed],
  [/^Missing closing ["']quote/i, unclosedQuote],
  [LOST, unplaced],
  [
    /at node end$/,
    ({ text, span }) => ({
      message: `\`${shown(text, span)}\` cannot stand behind a value that has ended`,
      help: "put the whole value in one pair of quotes, or begin a new line",
    }),
  ],
  [
    /^Implicit keys need to be on a single line/,
    () => ({
      message: "the name of a field goes over several lines",
      help: "does the line lack a `:` behind the field's name, or a text its closing quote?",
    }),
  ],
  [
    /^Implicit map keys need to be followed by map values/,
    ({ text, span }) => ({
      message: `${UNNAMED}: \`${shown(text, span)}\``,
      help: "write `<field>: <value>`",
    }),
  ],
  [
    /^Nested mappings are not allowed in compact mappings/,
    () => ({
      message: "a value that is not in quotes has `: ` in it",
      help: "put the value in quotes, or begin a new line",
    }),
  ],
  [
    /^Missing , (?:or : )?between/,
    ({ text, span }) => ({
      message: `a \`,\` is missing before \`${shown(text, span)}\``,
      help: "separate what stands in brackets and braces by commas",
    }),
  ],
];

/** What an error of the YAML parser means, and what to do; undefined: its own words are plain. */
export function plainError({ message, pos }: YAMLError, text: string): Said | undefined {
  const met = { text, span: { start: pos[0], end: pos[1] }, message };
  return SAYINGS.find(([pattern]) => pattern.test(message.split("\n")[0] ?? ""))?.[1](met);
}
