import { requireNumber } from "./arithmetic.ts";
import type { ShellReader } from "./reader.ts";
import { numberOf, plainWord, textOf, WordBuilder, type Word } from "./word.ts";
import { readWord } from "./words.ts";

const CLOSE = /\]\](?=[ \t\n;&|)]|$)/y;
const JOIN = /(?:&&|\|\|)(?=[ \t])/y;
const COMPARISON = /^-(?:eq|ne|lt|le|gt|ge)$/;
const REGULAR = /(?:[^\s'"`$\\&;<>()|]|\\[.\\+*?$^[\](){}|/-])+/y;

/**
 * `[[ ... ]]` from its brackets on, as dash cuts it, to which it is a command of that name: behind
 * `&&` and `||` stands another one. Bash runs nothing but the substitutions in it. What the two end
 * at different places is not read.
 */
export function readTest(reader: ShellReader): void {
  let start = reader.at;
  reader.at += 2;
  let words: Word[] = [plainWord("[[", reader.place(start))];
  for (;;) {
    reader.skipBlanks();
    if (reader.take(CLOSE) !== undefined) break;
    if (reader.take(JOIN) !== undefined) {
      addTest(reader, start, words);
      start = reader.at;
      words = [];
    } else readTestWord(reader, words);
  }
  addTest(reader, start, [...words, plainWord("]]", reader.place(reader.at - 2))]);
}

function addTest(reader: ShellReader, start: number, words: readonly Word[]): void {
  reader.add({ at: reader.place(start), words, assignments: [], redirections: [], inputs: [] });
}

function readTestWord(reader: ShellReader, words: Word[]): void {
  if (/^[\n;&|()<>#]?$/.test(reader.peek())) {
    reader.fault(reader.at, "an operator in `[[`", "is read differently by some shells");
  }
  const at = reader.at;
  const isPattern = textOf(words[words.length - 1] ?? plainWord("", 0)) === "=~";
  words.push((isPattern ? readRegular(reader) : undefined) ?? readWord(reader));
  checkEvaluated(reader, words, at);
}

/** Bash evaluates the operands of `-eq` and its like, and the index in `-v name[index]`. */
function checkEvaluated(reader: ShellReader, words: readonly Word[], at: number): void {
  const [right, operator, left] = [...words].reverse();
  if (operator === undefined || right === undefined) return;
  const text = textOf(operator);
  if (text !== undefined && COMPARISON.test(text))
    for (const operand of [left ?? right, right]) checkNumber(reader, operand, at);
  const names = text === "-v" || text === "-R";
  if (names && !/^[a-zA-Z_]\w*$/.test(textOf(right) ?? ""))
    reader.fault(at, "a name behind `-v`", "may have an index, which is evaluated as code");
}

function checkNumber(reader: ShellReader, operand: Word, at: number): void {
  const text = textOf(operand);
  requireNumber(reader, text === undefined ? numberOf(operand) : /^-?\d+$/.test(text), at);
}

/**
 * A regular expression with brackets, which is where dash stops reading; undefined where it has
 * none.
 */
function readRegular(reader: ShellReader): Word | undefined {
  const start = reader.at;
  const word = new WordBuilder();
  let open = 0;
  for (let brackets = 0; ; ) {
    const text = reader.take(REGULAR);
    const next = reader.peek();
    if (text !== undefined) word.text(text, true);
    else if (next === "(" || (next === ")" && open > 0) || (next === "|" && open > 0)) {
      open += next === "(" ? 1 : next === ")" ? -1 : 0;
      brackets++;
      reader.at++;
      word.text(next, true);
    } else if (next === "$" && /^[\s)|]?$/.test(reader.peek(1))) {
      reader.at++;
      word.text(next, true);
    } else if (/^[ \t]$/.test(next) && open === 0) {
      if (brackets > 0) return word.build(reader.place(start));
      reader.at = start;
      return undefined;
    } else
      reader.fault(reader.at, "the expression behind `=~`", "is read differently by some shells");
  }
}
