import { readArithmetic, requireNumber, variableNumber } from "./arithmetic.ts";
import { checkHistory, checkJoin, checkNewlines, readAnsi, readSingle } from "./quotes.ts";
import type { ShellReader } from "./reader.ts";
import { WordBuilder, type NumberKind } from "./word.ts";

/** Where an expansion stands, which decides about quotes and about splitting. */
export type Context = "word" | "double" | "heredoc";

const NAME = /[a-zA-Z_]\w*/y;
const SPECIAL = /[0-9@*#?$!-]/y;
const PARAMETER = /[a-zA-Z_]\w*|\d+|[@*#?$!-]/y;
const INDEX = /\[(?:[@*]|-?\d+|\$?[a-zA-Z_]\w*)\]/y;
const OFFSET = /:[ ]*(?:-?\d+|\$?[a-zA-Z_]\w*)(?::[ ]*(?:-?\d+|\$?[a-zA-Z_]\w*))?(?=\})/y;
const TRANSFORM = /@[QULu](?=\})/y;
const OPERATION = /:?[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?/y;
/** What may stand as it is in the operand of `${x:-...}`. */
const OPERAND = /[^$`'"\\{}()<>;&|\n!~]+/y;
const OPERAND_QUOTED = /[^$`'"\\{}<>\n!]+/y;
const OPERAND_ESCAPE = /\\[\\/.$`*?:@%# -]/y;
const SIMPLE_QUOTED = /"[\w ./:@%+=,-]*"/y;

/** Numbers by their nature: the status, the number of arguments, process ids. */
const NUMBERS: ReadonlySet<string> = new Set(["?", "#", "$", "!"]);

function isList(parameter: string): boolean {
  return parameter === "@" || parameter === "*";
}

function splitsIn(context: Context, parameter: string): boolean {
  return context === "word" || parameter === "@";
}

/** `$name`, `$(...)`, `${...}`, `$((...))` from behind the dollar; a lone dollar is text. */
export function readDollar(reader: ShellReader, word: WordBuilder, context: Context): void {
  const start = reader.at - 1;
  const next = reader.peek();
  if (context === "word" && (next === "'" || next === '"')) {
    reader.at++;
    if (next === "'") return readAnsi(reader, word);
    reader.fault(start, '`$"..."`', "is translated by some shells");
  }
  if (next === "(") return readSubstitution(reader, word, context);
  if (next === "{") return readParameter(reader, word, context);
  if (next === "[") reader.fault(start, "`$[...]`", "is arithmetic to some shells");
  const name = reader.take(NAME) ?? reader.take(SPECIAL);
  if (name === undefined) return readLoneDollar(reader, word, context);
  if (reader.peek() === "[")
    reader.fault(reader.at, "`[`", "is an index to some shells: write `${...}`");
  word.expansion(splitsIn(context, name), plainNumber(reader, name));
}

function readLoneDollar(reader: ShellReader, word: WordBuilder, context: Context): void {
  if (/[\\~=^+]/.test(reader.peek())) {
    reader.fault(reader.at - 1, "`$`", "starts an expansion in some shells: quote it with '...'");
  }
  word.text("$", context !== "word");
}

function plainNumber(reader: ShellReader, name: string): NumberKind {
  return NUMBERS.has(name) || variableNumber(reader, name);
}

function readSubstitution(reader: ShellReader, word: WordBuilder, context: Context): void {
  reader.at++;
  if (reader.peek() === "(") {
    reader.at++;
    reader.nested(() => readArithmetic(reader, "))", readArithmeticExpansion));
    word.expansion(context === "word", true);
  } else {
    reader.substitution();
    word.expansion(context === "word");
  }
}

/** One `$...` within arithmetic. */
export function readArithmeticExpansion(reader: ShellReader, word: WordBuilder): void {
  readDollar(reader, word, "double");
}

/** `${...}` from its brace on. */
function readParameter(reader: ShellReader, word: WordBuilder, context: Context): void {
  const start = reader.at - 1;
  reader.at++;
  const indirect = reader.sees("!") && /[a-zA-Z_]/.test(reader.peek(1));
  const length = reader.sees("#") && /[\w@*]/.test(reader.peek(1));
  if (indirect || length) reader.at++;
  const at = reader.at;
  const name = reader.take(PARAMETER);
  if (name === undefined) reader.fault(start, "`${`", "is not followed by a name");
  const index = readIndex(reader);
  const list = isList(index ?? name);
  if (indirect && !(list && reader.sees("}")))
    reader.fault(start, "`${!...}`", "names another variable");
  const whole = reader.sees("}");
  if (!whole) {
    if (length) reader.fault(start, "`${#...}`", "is not closed");
    readOperation(reader, { name, at, context });
  }
  reader.at++;
  const splitting = context === "word" || ((index ?? name) === "@" && !length);
  word.expansion(splitting, length || (whole && index === undefined && plainNumber(reader, name)));
}

/** The index of an array: `@`, `*`, or a number; undefined where there is none. */
function readIndex(reader: ShellReader): string | undefined {
  if (reader.peek() !== "[") return undefined;
  const start = reader.at;
  const matched = reader.take(INDEX);
  if (matched === undefined) reader.fault(start, "the index", "is evaluated as code by arithmetic");
  const index = matched.slice(1, -1);
  if (!isList(index)) checkNumber(reader, index, start);
  return index;
}

/** Holds a number, or a variable with or without its dollar, to be a number. */
function checkNumber(reader: ShellReader, text: string, at: number): void {
  const name = text.replace("$", "");
  requireNumber(reader, /^-?\d+$/.test(name) || variableNumber(reader, name), at);
}

interface Parameter {
  readonly name: string;
  readonly at: number;
  readonly context: Context;
}

/** What follows the name in `${name...}`, up to the brace that closes it. */
function readOperation(reader: ShellReader, parameter: Parameter): void {
  const start = reader.at;
  const offset = reader.take(OFFSET);
  if (offset !== undefined) {
    for (const part of offset.slice(1).split(":")) checkNumber(reader, part.trim(), start);
    return;
  }
  if (reader.take(TRANSFORM) !== undefined) return;
  const operation = reader.take(OPERATION);
  if (operation === undefined)
    reader.fault(start, "this form of `${...}`", "is not read by every shell");
  if (operation.endsWith("=")) assign(reader, parameter);
  reader.nested(() => readOperand(reader, parameter.context));
}

/** WHY a command of its own: `${x:=y}` assigns, wherever it stands. */
function assign(reader: ShellReader, { name, at }: Parameter): void {
  const value = { at: reader.place(at), pieces: [], plain: false };
  const unknown = new WordBuilder();
  unknown.expansion(false);
  const assignment = {
    name,
    value: { ...value, pieces: unknown.pieces },
    exported: false,
    at: reader.place(at),
  };
  reader.script.numbers.others.add(name);
  reader.add({
    at: reader.place(at),
    words: [],
    assignments: [assignment],
    redirections: [],
    inputs: [],
  });
}

/** The operand of `${x:-...}` and its like, up to the brace. */
function readOperand(reader: ShellReader, context: Context): void {
  const inside = new WordBuilder();
  const plain = context === "word" ? OPERAND : OPERAND_QUOTED;
  while (reader.peek() !== "}") {
    if (reader.take(plain) !== undefined || reader.take(OPERAND_ESCAPE) !== undefined) continue;
    const start = reader.at;
    reader.at++;
    const character = reader.text.charAt(start);
    if (character === "$") readDollar(reader, inside, context);
    else if (character === "`") readBackquotes(reader, inside, context);
    else if (context === "word" && character === "'") readSingle(reader, inside);
    else if (context === "word" && character === '"') readDouble(reader, inside);
    else if (context === "double" && character === '"') readSimpleQuoted(reader);
    else
      reader.fault(
        start,
        character === "" ? "`${`" : "a character in `${...}`",
        character === "" ? "is not closed" : "is read differently by some shells",
      );
  }
}

/**
 * WHY so little: whether quotes within `"${x:-"..."}"` open or close differs between shells, plain
 * text does not.
 */
function readSimpleQuoted(reader: ShellReader): void {
  reader.at--;
  if (reader.take(SIMPLE_QUOTED) === undefined)
    reader.fault(reader.at, "the quote within `${...}`", "is read differently by some shells");
}

/** `"..."`, from behind the opening quote. */
export function readDouble(reader: ShellReader, word: WordBuilder): void {
  const start = reader.at - 1;
  word.text("", true);
  reader.nested(() => readQuoted(reader, word, "double"));
  if (reader.peek() !== '"') reader.fault(start, "the quote", "is not closed");
  reader.at++;
}

/** Text in double quotes up to the closing one, or the whole text of a heredoc. */
export function readQuoted(
  reader: ShellReader,
  word: WordBuilder,
  context: "double" | "heredoc",
): void {
  for (;;) {
    const character = reader.peek();
    if (character === "" || (context === "double" && character === '"')) return;
    if (context === "double" && character === "!") checkHistory(reader, true);
    reader.at++;
    if (character === "\\") readQuotedEscape(reader, word, context);
    else if (character === "$") readDollar(reader, word, context);
    else if (character === "`") readBackquotes(reader, word, context);
    else {
      checkNewlines(reader, character);
      word.text(character, true);
    }
  }
}

function readQuotedEscape(reader: ShellReader, word: WordBuilder, context: Context): void {
  const next = reader.peek();
  if (next === "\n") {
    reader.at++;
    checkJoin(reader, reader.at - 2, /[^$`\\(){}!]/);
    return;
  }
  const escaped = next !== "" && (context === "double" ? '$`"\\' : "$`\\").includes(next);
  word.text(escaped ? next : "\\", true);
  if (escaped) reader.at++;
}

/** `` `...` `` from behind the opening one. */
export function readBackquotes(reader: ShellReader, word: WordBuilder, context: Context): void {
  const start = reader.at;
  const end = reader.text.indexOf("`", start);
  if (end < 0) reader.fault(start - 1, "the backquote", "is not closed");
  const text = reader.text.slice(start, end);
  const odd = context === "word" ? /\\/ : /[\\"]/;
  if (odd.test(text))
    reader.fault(
      start - 1,
      '`\\` or `"` between backquotes',
      "is read differently by some shells: write `$(...)`",
    );
  checkNewlines(reader, text);
  const inner = reader.inner({ text, origin: (at) => reader.place(start + at) });
  inner.script.readList(inner, undefined);
  reader.at = end + 1;
  word.expansion(context === "word");
}
