import type { ShellReader } from "./reader.ts";
import { numberOf, WordBuilder, type NumberKind } from "./word.ts";

/** Reads one `$...` within arithmetic. */
export type ReadExpansion = (reader: ShellReader, word: WordBuilder) => void;

const NUMBER = /0[xX][0-9a-fA-F]+|\d+/y;
const NAME = /[a-zA-Z_]\w*/y;
const OPERATOR = /[-+*/%<>=!&|^~?:, \t]/y;
const INITIAL = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*\d+[ \t]*(?=;)/y;

/** Variables that bash keeps whole numbers itself. */
const OWN_NUMBERS: ReadonlySet<string> = new Set([
  "RANDOM",
  "SECONDS",
  "LINENO",
  "UID",
  "EUID",
  "PPID",
]);

/** What is known of the value of `$name` as a number. */
export function variableNumber(reader: ShellReader, name: string): NumberKind {
  if (OWN_NUMBERS.has(name) || reader.numbers.has(name)) return { name };
  return false;
}

/** Holds a value to be a whole number: bash evaluates every other one, and commands in it run. */
export function requireNumber(reader: ShellReader, number: NumberKind, at: number): void {
  if (number === false) reader.fault(at, "a value", "is evaluated as code by arithmetic");
  if (typeof number === "object") {
    reader.script.numbers.uses.push({ name: number.name, at: reader.place(at) });
  }
}

/** One operand or operator; false where neither is here. */
function readTerm(reader: ShellReader, expansion: ReadExpansion): boolean {
  const start = reader.at;
  if (reader.take(NUMBER) !== undefined || reader.take(OPERATOR) !== undefined) return true;
  const name = reader.take(NAME);
  if (name !== undefined) {
    requireNumber(reader, variableNumber(reader, name), start);
    return true;
  }
  if (reader.peek() !== "$") return false;
  const word = new WordBuilder();
  reader.at++;
  expansion(reader, word);
  requireNumber(reader, numberOf(word.build(start)), start);
  return true;
}

/** Reads arithmetic up to and with `close`, of which only numbers may be operands. */
export function readArithmetic(
  reader: ShellReader,
  close: "))" | ";",
  expansion: ReadExpansion,
): void {
  const start = reader.at;
  for (let open = 0; open > 0 || !reader.sees(close); ) {
    if (reader.peek() === "(") {
      open++;
      reader.at++;
    } else if (reader.peek() === ")" && open > 0) {
      open--;
      reader.at++;
    } else if (!readTerm(reader, expansion)) {
      if (reader.peek() === "") reader.fault(start, "the arithmetic", "is not closed");
      reader.fault(reader.at, "this part of arithmetic", "is not read: only numbers are read");
    }
  }
  reader.at += close.length;
}

/**
 * `((i = 0; i < 3; i++))` of `for`, from behind the brackets; the name that it gives a number
 * first, if any.
 */
export function readLoopArithmetic(
  reader: ShellReader,
  expansion: ReadExpansion,
): string | undefined {
  INITIAL.lastIndex = reader.at;
  const initial = INITIAL.exec(reader.text);
  const name = initial?.[1];
  if (initial !== null && name !== undefined) {
    reader.at += initial[0].length;
    reader.numbers = new Set([...reader.numbers, name]);
  }
  readArithmetic(reader, ";", expansion);
  readArithmetic(reader, ";", expansion);
  readArithmetic(reader, "))", expansion);
  return name;
}
