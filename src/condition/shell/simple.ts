import type { ShellReader } from "./reader.ts";
import { readRedirection, RedirectionList } from "./redirections.ts";
import type { Assignment, SimpleCommand } from "./simple-command.ts";
import { isNumber, plainWord, textOf, unknownWord, type Word } from "./word.ts";
import { readWord } from "./words.ts";

const ASSIGNMENT = /([a-zA-Z_]\w*)(\+?)=/y;
const INDEXED = /[a-zA-Z_]\w*\[/y;
const ARRAY = /[a-zA-Z_]\w*\+?=\(/y;
const END = /^[\n;&|)]?$/;

/** Builtins whose words may be assignments, arrays among them. */
const DECLARING: ReadonlySet<string> = new Set([
  "export",
  "declare",
  "typeset",
  "local",
  "readonly",
]);

/** A simple command while it is read. */
class CommandState {
  readonly words: Word[] = [];
  readonly assignments: Assignment[] = [];
  readonly redirections = new RedirectionList();

  constructor(readonly start: number) {}

  isEmpty(): boolean {
    return this.words.length + this.assignments.length + this.redirections.all.length === 0;
  }
}

/**
 * Reads one simple command, and adds it to the script's. A word that is followed by `(` is left to
 * the caller: it may be the name of a function.
 */
export function readSimpleCommand(
  reader: ShellReader,
): SimpleCommand | { readonly functionName: string } {
  const state = new CommandState(reader.at);
  for (;;) {
    reader.skipBlanks();
    if (readRedirection(reader, state.redirections)) continue;
    if (END.test(reader.peek()) || reader.peek() === "#") break;
    if (reader.peek() === "(") return { functionName: functionName(reader, state) };
    readNext(reader, state);
  }
  if (state.isEmpty()) reader.fault(state.start, "a command", "is missing");
  return finish(reader, state);
}

function functionName(
  reader: ShellReader,
  { words, assignments, redirections }: CommandState,
): string {
  const [only] = words;
  const lone = words.length === 1 && assignments.length + redirections.all.length === 0;
  if (!lone || only?.plain !== true) reader.fault(reader.at, "`(`", "is not expected here");
  return textOf(only) ?? "";
}

function readNext(reader: ShellReader, state: CommandState): void {
  const { words, redirections } = state;
  if (redirections.endsAt !== undefined)
    reader.fault(redirections.endsAt, "`&>`", "ends the command in some shells: put it last");
  if (words.length === 0 && readAssignment(reader, state)) return;
  const declares = DECLARING.has(textOf(words[0] ?? plainWord("", 0)) ?? "");
  if (declares && reader.match(ARRAY) !== undefined) return readDeclaredArray(reader, state);
  const start = reader.at;
  const word = readWord(reader);
  const isVariable = /[<>]/.test(reader.peek()) && /^\{\w+\}$/.test(textOf(word) ?? "");
  if (isVariable) reader.fault(start, "`{...}` before a redirection", "is a word to some shells");
  if (word.plain && textOf(word) === "}")
    reader.fault(start, "`}`", "closes a group in some shells: quote it");
  words.push(word);
}

/** `NAME=value` before a command. */
function readAssignment(reader: ShellReader, state: CommandState): boolean {
  const start = reader.at;
  if (
    reader.match(INDEXED) !== undefined &&
    /^\w*\[[^\s\]]*\]\+?=/.test(reader.text.slice(start, start + 200))
  ) {
    reader.fault(start, "the index of an assignment", "is evaluated as code by arithmetic");
  }
  const matched = reader.take(ASSIGNMENT);
  if (matched === undefined) return false;
  const name = matched.replace(/\+?=$/, "");
  const isArray = reader.peek() === "(";
  if (matched.endsWith("+=") && !isArray) reader.fault(start, "`+=`", "is a word to some shells");
  const value = isArray ? readArray(reader) : readWord(reader, "value");
  state.assignments.push({ name, value, exported: false, at: reader.place(start) });
  noteValue(reader, name, value);
  return true;
}

/** `NAME=(...)` behind `declare` and its like: one word, of which the name is known. */
function readDeclaredArray(reader: ShellReader, { words }: CommandState): void {
  const at = reader.place(reader.at);
  const name = (reader.take(ARRAY) ?? "").replace(/\($/, "");
  reader.at--;
  words.push({
    at,
    pieces: [...plainWord(name, at).pieces, ...readArray(reader).pieces],
    plain: false,
  });
}

/** `(a b c)`: the values of an array, from its bracket on. */
function readArray(reader: ShellReader): Word {
  const start = reader.at;
  reader.at++;
  for (;;) {
    reader.skipBlanks();
    const next = reader.peek();
    if (next === ")") break;
    if (next === "\n" && !reader.awaitsHeredoc()) reader.at++;
    else if (next === "#" || next === "[")
      reader.fault(reader.at, "an index or a comment in an array", "is not read");
    else if (next === "") reader.fault(start, "the array", "is not closed");
    else readWord(reader);
  }
  reader.at++;
  if (!/^[ \t\n;&|)]?$/.test(reader.peek()))
    reader.fault(reader.at, "the array", "is part of a word");
  return unknownWord(reader.place(start), false);
}

/** Remembers whether a variable is given a number. */
export function noteValue(reader: ShellReader, name: string, value: Word): void {
  if (!isNumber(value)) reader.script.numbers.others.add(name);
}

function finish(reader: ShellReader, state: CommandState): SimpleCommand {
  const exported = state.words.length > 0;
  return reader.add({
    at: reader.place(state.start),
    words: state.words,
    assignments: state.assignments.map((assignment) => ({ ...assignment, exported })),
    redirections: state.redirections.all,
    inputs: state.redirections.inputs(),
  });
}
