import { ShellFault } from "./fault.ts";
import {
  hasOption,
  knownText,
  optionSpec,
  optionValue,
  readOptions,
  type OptionSpec,
} from "./options.ts";
import type { Assignment, SimpleCommand } from "./simple-command.ts";
import {
  behind,
  mayBe,
  mayStartWith,
  numberOf,
  prefixOf,
  splits,
  textOf,
  unknownWord,
  type NumberKind,
  type Word,
} from "./word.ts";

/** What a builtin needs of the line: to hold a value to be a number. */
export interface BuiltinContext {
  /** The builtin's name, for messages. */
  readonly name: string;
  readonly command: SimpleCommand;
  /** Its words, without its name. */
  readonly words: readonly Word[];
  /** Holds a value to be a number wherever control comes here. */
  readonly requireNumber: (number: NumberKind, at: number) => void;
}

type Builtin = (context: BuiltinContext) => readonly Assignment[];

const NAME = /^[a-zA-Z_]\w*$/;

function fault(word: Word, { name }: BuiltinContext, problem: string): never {
  throw new ShellFault(word.at, `a word of \`${name}\``, problem);
}

/** The name of a variable: `read a[x]` would evaluate its index. */
function variable(word: Word, context: BuiltinContext): string {
  const text = knownText(word, context.name);
  if (!NAME.test(text))
    fault(word, context, "is not a plain variable name, and may be evaluated as code");
  return text;
}

function assigned(name: string, at: number): Assignment {
  return { name, value: unknownWord(at, false), exported: false, at };
}

function given(word: Word, context: BuiltinContext): Assignment {
  return assigned(variable(word, context), word.at);
}

/** Those that are named, or the one that is meant where none is. */
function givenOr(
  words: readonly Word[],
  name: string,
  context: BuiltinContext,
): readonly Assignment[] {
  if (words.length === 0) return [assigned(name, context.command.at)];
  return words.map((word) => given(word, context));
}

/**
 * `test` and `[`: bash evaluates the index in `-v name[index]`, and an unquoted variable may bring
 * both.
 */
function testOperands(context: BuiltinContext): readonly Assignment[] {
  const { words } = context;
  words.forEach((word, i) => {
    if (splits(word)) context.requireNumber(numberOf(word), word.at);
    const before = words[i - 1];
    const maybeName = before !== undefined && (mayBe(before, "-v") || mayBe(before, "-R"));
    if (
      maybeName &&
      numberOf(before) === false &&
      !NAME.test(textOf(word) ?? "") &&
      !isCalm(word)
    ) {
      fault(word, context, "may be the name after `-v`, whose index is evaluated as code");
    }
  });
  return [];
}

/** Text that names no element of an array. */
function isCalm(word: Word): boolean {
  const text = textOf(word);
  return text !== undefined && !text.includes("[");
}

const NUMERIC_FORMAT = /%[^%a-zA-Z]*(?:[diouxXeEfFgGaA]|\*)/;

/** `printf -v name`; zsh evaluates the operand of `%d`. */
function printf(context: BuiltinContext): readonly Assignment[] {
  const [first, second, ...others] = context.words;
  if (first === undefined || second === undefined) return [];
  if (!mayStartWith(first, "-v")) {
    if (textOf(first) === "--") checkFormat(second, others, context);
    else checkFormat(first, [second, ...others], context);
    return [];
  }
  if (textOf(first) !== "-v")
    fault(first, context, "may be `-v`, whose operand is evaluated as code");
  return [given(second, context)];
}

function checkFormat(format: Word, operands: readonly Word[], context: BuiltinContext): void {
  if (!NUMERIC_FORMAT.test(textOf(format) ?? "")) return;
  for (const operand of operands) {
    const text = textOf(operand);
    if (text === undefined) context.requireNumber(numberOf(operand), operand.at);
    else if (text.includes("[")) fault(operand, context, "is evaluated as a number by some shells");
  }
}

const READ = optionSpec("ers", "adinNptu");

function read(context: BuiltinContext): readonly Assignment[] {
  const { options, rest } = readOptions(context.words, READ, context.name);
  const array = optionValue(options, "-a");
  return givenOr([...(array === undefined ? [] : [array]), ...rest], "REPLY", context);
}

const MAPFILE = optionSpec("t", "dnOsu");

function mapfile(context: BuiltinContext): readonly Assignment[] {
  return givenOr(readOptions(context.words, MAPFILE, context.name).rest, "MAPFILE", context);
}

function getopts(context: BuiltinContext): readonly Assignment[] {
  const [, name] = context.words;
  return name === undefined ? [] : [given(name, context), assigned("OPTARG", name.at)];
}

const DECLARING: ReadonlyMap<string, OptionSpec> = new Map([
  ["export", optionSpec("fnp")],
  ["readonly", optionSpec("aAfp")],
  ["local", optionSpec("aAgrxpu")],
  ["declare", optionSpec("aAgrxpfFlut")],
  ["typeset", optionSpec("aAgrxpfFlut")],
]);

/** `export`, `declare` and their like. */
function declaration(context: BuiltinContext): readonly Assignment[] {
  const spec = DECLARING.get(context.name) ?? optionSpec("");
  const { options, rest } = readOptions(context.words, spec, context.name);
  if (hasOption(options, "-f", "-F")) return [];
  const exported = context.name === "export" || hasOption(options, "-x");
  return rest.map((word) => declared(word, exported, context));
}

/**
 * WHY the name alone: a shell cuts `\export A=$x` into several words, each an assignment, and
 * `export A=$x` not.
 */
function declared(word: Word, exported: boolean, context: BuiltinContext): Assignment {
  const prefix = prefixOf(word);
  const equals = prefix.indexOf("=");
  const name = equals < 0 ? variable(word, context) : prefix.slice(0, equals);
  if (!NAME.test(name)) fault(word, context, "is not a plain assignment");
  const isDeclaration = context.command.words[0]?.plain === true;
  if (splits(word) && !isDeclaration)
    fault(word, context, "may become several assignments: quote it");
  const value = equals < 0 ? unknownWord(word.at, false) : behind(word, equals + 1);
  return { name, value, exported, at: word.at };
}

function unset(context: BuiltinContext): readonly Assignment[] {
  const { options, rest } = readOptions(context.words, optionSpec("fv"), context.name);
  if (hasOption(options, "-f")) return [];
  return rest.map((word) => ({
    name: variable(word, context),
    value: undefined,
    exported: true,
    at: word.at,
  }));
}

const SET_NAMES: ReadonlySet<string> = new Set(
  "errexit nounset pipefail xtrace verbose noglob noclobber errtrace functrace monitor notify".split(
    " ",
  ),
);

/** `set`: options that change how the line is read are a fault, and so is what may be one. */
function set(context: BuiltinContext): readonly Assignment[] {
  const { words } = context;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    const text = textOf(word);
    if (text === undefined) {
      if (mayStartWith(word, "-") || mayStartWith(word, "+"))
        fault(word, context, "may be an option: write `set --`");
      break;
    }
    if (text === "--" || !/^[-+]./.test(text)) break;
    if (!/^[-+][euxvfCETbm]*o?$/.test(text))
      fault(word, context, "is an option that changes how lines are read");
    const name = text.endsWith("o") ? words[++i] : undefined;
    if (name !== undefined && !SET_NAMES.has(knownText(name, context.name))) {
      fault(name, context, "is an option that changes how lines are read");
    }
  }
  return [];
}

const SHOPT_NAMES: ReadonlySet<string> = new Set(
  "globstar nullglob dotglob failglob nocaseglob nocasematch lastpipe inherit_errexit".split(" "),
);

function shopt(context: BuiltinContext): readonly Assignment[] {
  const { rest } = readOptions(context.words, optionSpec("suqp"), context.name);
  for (const word of rest) {
    if (!SHOPT_NAMES.has(knownText(word, context.name)))
      fault(word, context, "is an option that changes how lines are read");
  }
  return [];
}

/** `hash -r` forgets; every other option says what a name means. */
function hash(context: BuiltinContext): readonly Assignment[] {
  readOptions(context.words, optionSpec("rt"), context.name);
  return [];
}

/** `wait`: in `-p name[index]` the index is evaluated. */
function wait(context: BuiltinContext): readonly Assignment[] {
  for (const word of context.words) {
    if (splits(word)) context.requireNumber(numberOf(word), word.at);
    else if (!/^(?:-[nf]+$|[^-])/.test(textOf(word) ?? prefixOf(word)))
      fault(word, context, "may be an option that assigns");
  }
  return [];
}

const BUILTINS: ReadonlyMap<string, Builtin> = new Map([
  ["test", testOperands],
  ["[", testOperands],
  ["printf", printf],
  ["read", read],
  ["mapfile", mapfile],
  ["readarray", mapfile],
  ["getopts", getopts],
  ["export", declaration],
  ["readonly", declaration],
  ["local", declaration],
  ["declare", declaration],
  ["typeset", declaration],
  ["unset", unset],
  ["set", set],
  ["shopt", shopt],
  ["hash", hash],
  ["wait", wait],
]);

/** What a builtin assigns. A word that it would evaluate as code is a fault. */
export function builtinAssignments(context: BuiltinContext): readonly Assignment[] {
  return BUILTINS.get(context.name)?.(context) ?? [];
}

/** The names of all builtins that are read here. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name);
}
