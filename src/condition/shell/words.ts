import { readBackquotes, readDollar, readDouble } from "./expansion.ts";
import { checkHistory, readEscape, readForeign, readSingle } from "./quotes.ts";
import type { ShellReader } from "./reader.ts";
import { plainWord, WordBuilder, type Piece, type Word } from "./word.ts";

/** Words that look like patterns or expansions, and are operators of `[` and `[[`. */
const OPERATORS: ReadonlySet<string> = new Set(["[", "=", "==", "=~"]);
const OPERATOR = /(?:\[|==|=~|=)(?=[ \t\n]|$)/y;
const DELIMITER = /[ \t\n;&|()<>]/;
/** `{a,b}`, `{1..3}`: some shells make several words of it. */
const MIXED_RANGE = /\{(?:[a-z]\.\.[A-Z]|[A-Z]\.\.[a-z])/y;

/** How a word is read: a value is what stands behind `NAME=`, where nothing splits but lists. */
export type WordKind = "word" | "value";

class WordState {
  readonly builder = new WordBuilder();
  /** Pieces before the first unquoted brace; undefined before there is one. */
  beforeBrace: readonly Piece[] | undefined;
  isBraced = false;

  constructor(
    readonly start: number,
    readonly kind: WordKind,
  ) {}
}

/** Reads one word. There has to be one. */
export function readWord(reader: ShellReader, kind: WordKind = "word"): Word {
  const start = reader.at;
  const operator = kind === "word" ? reader.take(OPERATOR) : undefined;
  if (operator !== undefined && OPERATORS.has(operator))
    return plainWord(operator, reader.place(start));
  const state = new WordState(start, kind);
  while (readPart(reader, state));
  if (reader.at === start && kind === "word") reader.fault(start, "a word", "is missing");
  return finish(reader, state);
}

/** WHY the check: what braces make is expanded again, so that `{$,}{x@P}` is `${x@P}`. */
function finish(reader: ShellReader, { builder, beforeBrace, isBraced, start }: WordState): Word {
  if (!isBraced || beforeBrace === undefined) return builder.build(reader.place(start));
  const dollar = builder.pieces.some(
    (piece) => piece.kind === "text" && !piece.quoted && piece.text.includes("$"),
  );
  if (dollar)
    reader.fault(start, "a word with braces", "contains a `$` that may become an expansion");
  const pieces: Piece[] = [
    ...beforeBrace,
    { kind: "expansion", splits: true, number: false, process: false },
  ];
  return { at: reader.place(start), pieces, plain: false };
}

/** One piece of a word; false where the word ends. */
function readPart(reader: ShellReader, state: WordState): boolean {
  const character = reader.peek();
  if (character === "") return false;
  if (/[<>]/.test(character) && reader.peek(1) === "(") return readProcess(reader, state);
  if (DELIMITER.test(character)) return false;
  if (character > "\u007f") readForeign(reader, state.builder);
  else if ("'\"\\$`".includes(character)) readQuote(reader, state.builder, character);
  else readPlain(reader, state, character);
  return true;
}

function readQuote(reader: ShellReader, builder: WordBuilder, character: string): void {
  reader.at++;
  if (character === "'") readSingle(reader, builder);
  else if (character === '"') readDouble(reader, builder);
  else if (character === "\\") readEscape(reader, builder);
  else if (character === "$") readDollar(reader, builder, "word");
  else readBackquotes(reader, builder, "word");
}

/** `<(...)`, `>(...)`: read only as a word of their own. */
function readProcess(reader: ShellReader, { builder, start, kind }: WordState): boolean {
  if (reader.at !== start || kind === "value")
    reader.fault(reader.at, "a process substitution", "is part of a word");
  reader.at += 2;
  reader.substitution();
  builder.process();
  if (!/^[ \t\n;&|)]?$/.test(reader.peek()))
    reader.fault(start, "a process substitution", "is part of a word");
  return false;
}

/** One unquoted character of ASCII. */
function readPlain(reader: ShellReader, state: WordState, character: string): void {
  const { builder, kind } = state;
  if (character === "!") checkHistory(reader, false);
  if (isTilde(reader, state, character) || isCommandPath(reader, state, character))
    builder.expansion(false);
  else if (kind === "word" && "*?[".includes(character)) builder.expansion(true);
  else {
    if (kind === "word") readBrace(reader, state, character);
    builder.text(character, false);
  }
  reader.at++;
}

/** `~`, where it stands for a home folder. */
function isTilde(reader: ShellReader, { start }: WordState, character: string): boolean {
  return (
    character === "~" && (reader.at === start || /[=:]/.test(reader.text.charAt(reader.at - 1)))
  );
}

/**
 * `=name`, which zsh replaces by the path of a program; in an assigned value behind a colon too.
 */
function isCommandPath(
  reader: ShellReader,
  { start, kind }: WordState,
  character: string,
): boolean {
  if (character !== "=") return false;
  return reader.at === start || (kind === "value" && reader.text.charAt(reader.at - 1) === ":");
}

function readBrace(reader: ShellReader, state: WordState, character: string): void {
  if (character === "{" && !reader.sees("{}")) {
    if (reader.match(MIXED_RANGE) !== undefined)
      reader.fault(reader.at, "`{`", "produces characters that have a meaning in the shell");
    state.beforeBrace ??= state.builder.pieces.map((piece) => ({ ...piece }));
  }
  const separates = character === "," || (character === "." && reader.peek(1) === ".");
  if (separates && state.beforeBrace !== undefined) state.isBraced = true;
}
