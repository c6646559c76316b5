import { readArithmetic, readLoopArithmetic } from "./arithmetic.ts";
import { readArithmeticExpansion } from "./expansion.ts";
import { takeNewline } from "./heredoc.ts";
import type { ShellReader } from "./reader.ts";
import { readRedirection, RedirectionList } from "./redirections.ts";
import { noteValue, readSimpleCommand } from "./simple.ts";
import type { SimpleCommand } from "./simple-command.ts";
import { readTest } from "./test-command.ts";
import { isNumber, plainWord, textOf, unknownWord, type Word } from "./word.ts";
import { readWord } from "./words.ts";

const KEYWORD =
  /(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|function|time|in|\{|\}|!|\[\[)(?=[ \t\n;&|()<>]|$)/y;
const COMPOUND: ReadonlySet<string> = new Set([
  "if",
  "for",
  "while",
  "until",
  "case",
  "function",
  "{",
  "[[",
]);
const TIMED = /time(?:[ \t]+-p)?[ \t]+(?=(?:if|for|while|until|case|\{|\[\[|!)[ \t]|\()/y;
const NAME = /[a-zA-Z_]\w*(?=[ \t\n;])/y;
const FUNCTION_NAME = /[a-zA-Z_][\w.-]*(?=[ \t\n({])/y;
const RANGE = /\{\d+\.\.\d+(?:\.\.\d+)?\}(?=[ \t;\n])/y;
const CASE_END = /;;&|;;|;&/y;

/** What may end a list: keywords, `)`, `;;`, or the empty text for the end of the script. */
type Ends = readonly string[];

function keyword(reader: ShellReader): string | undefined {
  return reader.match(KEYWORD);
}

/** Takes blanks and a comment. */
function skipComment(reader: ShellReader): void {
  reader.skipBlanks();
  if (reader.peek() !== "#") return;
  const start = reader.at;
  const newline = reader.text.indexOf("\n", start);
  reader.at = newline < 0 ? reader.text.length : newline;
  const odd = reader.isSubstituted() && /['"`()\\$]/.test(reader.text.slice(start, reader.at));
  if (odd)
    reader.fault(start, "the comment in a substitution", "has characters that older shells read");
}

function skipNewlines(reader: ShellReader): void {
  for (skipComment(reader); reader.peek() === "\n"; skipComment(reader)) takeNewline(reader);
}

function isAtEnd(reader: ShellReader, ends: Ends): boolean {
  if (reader.peek() === "") return true;
  if (reader.peek() === ")") return ends.includes(")");
  if (reader.match(CASE_END) !== undefined) return ends.includes(";;");
  const word = keyword(reader);
  return word !== undefined && ends.includes(word);
}

function expect(reader: ShellReader, word: string): void {
  if (keyword(reader) !== word) reader.fault(reader.at, `\`${word}\``, "is missing");
  reader.at += word.length;
}

/** Reads commands up to one of `ends`, which is left; there has to be one unless `mayBeEmpty`. */
function readCommands(reader: ShellReader, ends: Ends, mayBeEmpty = false): void {
  const start = reader.at;
  let isEmpty = true;
  for (;;) {
    skipNewlines(reader);
    if (isAtEnd(reader, ends)) break;
    isEmpty = false;
    const before = reader.numbers;
    readAndOr(reader);
    if (!readSeparator(reader, before)) break;
  }
  if (isEmpty && !mayBeEmpty) reader.fault(start, "a command", "is missing");
  if (!isAtEnd(reader, ends) || (reader.peek() === "" && !ends.includes(""))) unexpected(reader);
}

function unexpected(reader: ShellReader): never {
  if (reader.peek() === "") reader.fault(reader.at, "the end of the line", "is not expected");
  reader.fault(reader.at, "what stands", "is not expected here");
}

/** Takes `;`, `&` or a newline behind a command; false where there is none. */
function readSeparator(reader: ShellReader, before: ReadonlySet<string>): boolean {
  skipComment(reader);
  if (reader.match(CASE_END) !== undefined) return false;
  const sign = reader.peek();
  if (sign === "\n") return true;
  if (sign !== ";" && sign !== "&") return false;
  if (sign === "&") reader.numbers = before;
  reader.at++;
  return true;
}

function readAndOr(reader: ShellReader): void {
  readPipeline(reader);
  for (;;) {
    skipComment(reader);
    if (!reader.sees("&&") && !reader.sees("||")) return;
    reader.at += 2;
    skipNewlines(reader);
    const before = reader.numbers;
    readPipeline(reader);
    reader.numbers = before;
  }
}

function readPipeline(reader: ShellReader): void {
  if (keyword(reader) === "!") {
    if (!/[ \t]/.test(reader.peek(1))) reader.fault(reader.at, "`!`", "is not followed by a space");
    reader.at++;
    reader.skipBlanks();
  }
  const before = reader.numbers;
  const first = readCommand(reader);
  skipComment(reader);
  if (reader.peek() !== "|" || reader.sees("||")) {
    if (first !== undefined) learnNumbers(reader, first);
    return;
  }
  reader.numbers = before;
  while (reader.peek() === "|" && !reader.sees("||")) {
    reader.at += reader.sees("|&") ? 2 : 1;
    skipNewlines(reader);
    readCommand(reader);
    reader.numbers = before;
    skipComment(reader);
  }
}

/** A command that only assigns tells which variables are numbers from here on. */
function learnNumbers(reader: ShellReader, { words, assignments }: SimpleCommand): void {
  if (words.length > 0) return;
  const names = assignments.flatMap(({ name, value }) =>
    value !== undefined && isNumber(value) ? [name] : [],
  );
  if (names.length > 0) reader.numbers = new Set([...reader.numbers, ...names]);
}

/** One command; the simple command that it is, if it is one. */
function readCommand(reader: ShellReader): SimpleCommand | undefined {
  const timed = reader.take(TIMED);
  if (timed !== undefined) reader.skipBlanks();
  const word = keyword(reader);
  if (reader.peek() === "(" || (word !== undefined && COMPOUND.has(word))) {
    readCompound(reader, word);
    return undefined;
  }
  if (word !== undefined && word !== "time")
    reader.fault(reader.at, `\`${word}\``, "is not expected here");
  const start = reader.at;
  const command = readSimpleCommand(reader);
  if ("functionName" in command) {
    readFunctionBrackets(reader, start, command.functionName);
    return undefined;
  }
  return command;
}

/** `( ... )`, `{ ... }`, `if` and their like, with the redirections behind them. */
function readCompound(reader: ShellReader, word: string | undefined): void {
  const start = reader.at;
  reader.nested(() => {
    if (word === undefined) return readSubshell(reader);
    if (word === "[[") return readTest(reader);
    reader.at += word.length;
    if (word === "{") readCommands(reader, ["}"]);
    else if (word === "if") return readIf(reader);
    else if (word === "for") return readFor(reader);
    else if (word === "case") return readCase(reader);
    else if (word === "function") return readFunction(reader);
    else return readLoop(reader);
    expect(reader, "}");
  });
  readTrailingRedirections(reader, start);
}

function readTrailingRedirections(reader: ShellReader, start: number): void {
  const list = new RedirectionList();
  do reader.skipBlanks();
  while (readRedirection(reader, list));
  if (list.all.length === 0) return;
  const at = reader.place(start);
  reader.add({ at, words: [], assignments: [], redirections: list.all, inputs: list.inputs() });
}

function readSubshell(reader: ShellReader): void {
  reader.at++;
  if (reader.peek() === "(") return readArithmeticCommand(reader);
  readCommands(reader, [")"]);
  reader.at++;
}

/** `((...))`: arithmetic to bash, and a subshell in a subshell to dash. It is read as both. */
function readArithmeticCommand(reader: ShellReader): void {
  const start = ++reader.at;
  readArithmetic(reader, "))", readArithmeticExpansion);
  const text = reader.text.slice(start, reader.at - 2);
  const inner = reader.inner({ text, origin: (at) => reader.place(start + at) });
  readList(inner, undefined);
}

function readIf(reader: ShellReader): void {
  readCommands(reader, ["then"]);
  expect(reader, "then");
  readCommands(reader, ["elif", "else", "fi"]);
  while (keyword(reader) === "elif") {
    expect(reader, "elif");
    readCommands(reader, ["then"]);
    expect(reader, "then");
    readCommands(reader, ["elif", "else", "fi"]);
  }
  if (keyword(reader) === "else") {
    expect(reader, "else");
    readCommands(reader, ["fi"]);
  }
  expect(reader, "fi");
}

/** `while` and `until` from behind the keyword. */
function readLoop(reader: ShellReader): void {
  readCommands(reader, ["do"]);
  readBody(reader);
}

function readBody(reader: ShellReader): void {
  expect(reader, "do");
  readCommands(reader, ["done"]);
  expect(reader, "done");
}

function readFor(reader: ShellReader): void {
  const start = reader.at;
  reader.skipBlanks();
  if (reader.sees("((")) {
    reader.at += 2;
    const name = readLoopArithmetic(reader, readArithmeticExpansion);
    if (name !== undefined) addLoopVariable(reader, name, plainWord("0", reader.place(start)));
  } else readForNames(reader, start);
  reader.skipBlanks();
  if (reader.peek() === ";") reader.at++;
  skipNewlines(reader);
  readBody(reader);
}

function readForNames(reader: ShellReader, start: number): void {
  const name = reader.take(NAME);
  if (name === undefined) reader.fault(start, "`for`", "is not followed by a name");
  skipNewlines(reader);
  if (keyword(reader) !== "in") {
    addLoopVariable(reader, name, unknownWord(reader.place(start), false));
    return;
  }
  reader.at += "in".length;
  const values = readValues(reader);
  const [only] = values;
  const isKnown =
    values.length === 1 && only !== undefined && only !== "number" && textOf(only) !== undefined;
  const areNumbers = values.every((value) => value === "number" || isNumber(value));
  if (areNumbers) {
    addLoopVariable(reader, name, plainWord("0", reader.place(start)));
    reader.numbers = new Set([...reader.numbers, name]);
  } else addLoopVariable(reader, name, isKnown ? only : unknownWord(reader.place(start), false));
}

/**
 * The words between `in` and `;` or a newline; `number` stands for a range that bash makes numbers
 * of.
 */
function readValues(reader: ShellReader): (Word | "number")[] {
  const values: (Word | "number")[] = [];
  for (;;) {
    reader.skipBlanks();
    if (/^[\n;]$/.test(reader.peek())) return values;
    values.push(reader.take(RANGE) === undefined ? readWord(reader) : "number");
  }
}

function addLoopVariable(reader: ShellReader, name: string, value: Word): void {
  noteValue(reader, name, value);
  const assignment = { name, value, exported: false, at: value.at };
  reader.add({ at: value.at, words: [], assignments: [assignment], redirections: [], inputs: [] });
}

function readCase(reader: ShellReader): void {
  reader.skipBlanks();
  readWord(reader);
  skipNewlines(reader);
  expect(reader, "in");
  for (;;) {
    skipNewlines(reader);
    if (keyword(reader) === "esac") break;
    readPatterns(reader);
    reader.nested(() => readCommands(reader, [";;", "esac"], true));
    if (reader.take(CASE_END) === undefined) break;
  }
  expect(reader, "esac");
}

function readPatterns(reader: ShellReader): void {
  if (reader.peek() === "(") reader.at++;
  for (;;) {
    reader.skipBlanks();
    readWord(reader);
    reader.skipBlanks();
    const sign = reader.peek();
    if (sign !== "|" && sign !== ")") unexpected(reader);
    reader.at++;
    if (sign === ")") return;
  }
}

/** `function name ...` from behind the keyword. */
function readFunction(reader: ShellReader): void {
  const start = reader.at;
  reader.skipBlanks();
  const name = reader.take(FUNCTION_NAME);
  if (name === undefined) reader.fault(start, "`function`", "is not followed by a name");
  reader.skipBlanks();
  if (reader.peek() === "(") readFunctionBrackets(reader, start, name);
  else readFunctionBody(reader, start);
}

/** `()` and the body of a function, from the bracket on. */
function readFunctionBrackets(reader: ShellReader, start: number, name: string): void {
  if (!/^[a-zA-Z_][\w.-]*$/.test(name)) reader.fault(start, "the function", "has an unusual name");
  reader.at++;
  reader.skipBlanks();
  if (reader.peek() !== ")") reader.fault(reader.at, "`(`", "is not expected here");
  reader.at++;
  readFunctionBody(reader, start);
}

function readFunctionBody(reader: ShellReader, start: number): void {
  skipNewlines(reader);
  const word = keyword(reader);
  const isGroup = word === "{" || reader.peek() === "(";
  if (!isGroup) reader.fault(start, "the function", "has a body that some shells do not read");
  readCompound(reader, word);
}

/** Reads a list of commands, and the bracket that closes it; without one, a whole script. */
export function readList(reader: ShellReader, close: ")" | undefined): void {
  readCommands(reader, [close ?? ""], true);
  if (close !== undefined) reader.at++;
  else if (reader.awaitsHeredoc()) reader.fault(reader.at, "the heredoc", "has no text");
}
