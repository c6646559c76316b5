import { ShellFault } from "./fault.ts";
import { behind, prefixOf, splits, textOf, type Word } from "./word.ts";

/**
 * How a program reads its own options. Every option that is not named is a fault: it may take a
 * value, or not.
 */
export interface OptionSpec {
  /** Short options without a value. */
  readonly flags: string;
  /** Short options with a value, in the same word or the next. */
  readonly valued: string;
  /** Short options whose value, if any, is in the same word. */
  readonly attached: string;
  readonly longFlags: ReadonlySet<string>;
  /** Long options with a value, behind `=` or in the next word. */
  readonly longValued: ReadonlySet<string>;
}

/** One option as it is given. */
export interface GivenOption {
  /** `-x` or `--name`. */
  readonly name: string;
  readonly value: Word | undefined;
}

/** The options at the start of some words, and what comes behind them. */
export interface GivenOptions {
  readonly options: readonly GivenOption[];
  readonly rest: readonly Word[];
  /** Whether `--` ended them. */
  readonly isEnded: boolean;
}

/** The words of a list in one text. */
function names(text: string): ReadonlySet<string> {
  return new Set(text === "" ? [] : text.split(" "));
}

/**
 * An option table: short flags, short options with values, and the long ones of both kinds by their
 * names.
 */
export function optionSpec(flags: string, valued = "", long = "", longValued = ""): OptionSpec {
  return { flags, valued, attached: "", longFlags: names(long), longValued: names(longValued) };
}

/** The text of a word that has to be known, since it decides what `program` runs. */
export function knownText(word: Word, program: string): string {
  const text = textOf(word);
  if (text === undefined)
    throw new ShellFault(
      word.at,
      `a word of \`${program}\``,
      "depends on an expansion, and decides what runs",
    );
  return text;
}

/** Whether a word is surely no option. */
function isOperand(word: Word): boolean {
  const text = textOf(word);
  if (text !== undefined) return !text.startsWith("-") || text === "-";
  const prefix = prefixOf(word);
  return prefix !== "" && !prefix.startsWith("-");
}

class OptionReader {
  readonly options: GivenOption[] = [];
  at = 0;
  isEnded = false;

  constructor(
    readonly words: readonly Word[],
    readonly spec: OptionSpec,
    readonly program: string,
  ) {}

  fault(word: Word, problem: string): never {
    throw new ShellFault(word.at, `an option of \`${this.program}\``, problem);
  }

  /** The next word, as the value of an option. */
  private nextWord(option: Word): Word {
    const word = this.words[this.at++];
    if (word === undefined) this.fault(option, "lacks its value");
    if (splits(word)) this.fault(word, "has a value that may be several words");
    return word;
  }

  private long(word: Word, prefix: string): void {
    const equals = prefix.indexOf("=");
    const name = equals < 0 ? knownText(word, this.program).slice(2) : prefix.slice(2, equals);
    const isValued = this.spec.longValued.has(name);
    if (!isValued && !this.spec.longFlags.has(name)) this.fault(word, "is not known here");
    const inside = equals < 0 ? undefined : behind(word, equals + 1);
    this.options.push({
      name: `--${name}`,
      value: inside ?? (isValued ? this.nextWord(word) : undefined),
    });
  }

  private short(word: Word, prefix: string): void {
    for (let i = 1; i < prefix.length; i++) {
      const letter = prefix.charAt(i);
      if (this.spec.valued.includes(letter) || this.spec.attached.includes(letter)) {
        const rest = behind(word, i + 1);
        const isLast = textOf(rest) === "";
        const isNext = isLast && this.spec.valued.includes(letter);
        this.options.push({
          name: `-${letter}`,
          value: isNext ? this.nextWord(word) : isLast ? undefined : rest,
        });
        return;
      }
      if (!this.spec.flags.includes(letter)) this.fault(word, "is not known here");
      this.options.push({ name: `-${letter}`, value: undefined });
    }
    knownText(word, this.program);
  }

  /** Takes one option; false where the next word is none. */
  next(): boolean {
    const word = this.words[this.at];
    if (word === undefined || isOperand(word)) return false;
    const prefix = prefixOf(word);
    if (!prefix.startsWith("-") || splits(word)) knownText(word, this.program);
    this.at++;
    if (textOf(word) === "--") {
      this.isEnded = true;
      return false;
    }
    if (prefix.startsWith("--")) this.long(word, prefix);
    else this.short(word, prefix);
    return true;
  }
}

/** Reads the options of `program` up to its first operand; `--` ends them too. */
export function readOptions(
  words: readonly Word[],
  spec: OptionSpec,
  program: string,
): GivenOptions {
  const reader = new OptionReader(words, spec, program);
  while (reader.next());
  return { options: reader.options, rest: words.slice(reader.at), isEnded: reader.isEnded };
}

/** Reads the options of `program` wherever they stand among its operands, as GNU programs do. */
export function readAllOptions(
  words: readonly Word[],
  spec: OptionSpec,
  program: string,
): GivenOptions {
  const options: GivenOption[] = [];
  const operands: Word[] = [];
  for (let rest = words; ; ) {
    const given = readOptions(rest, spec, program);
    options.push(...given.options);
    const [operand, ...others] = given.rest;
    if (given.isEnded || operand === undefined) {
      return { options, rest: [...operands, ...given.rest], isEnded: given.isEnded };
    }
    if (splits(operand))
      throw new ShellFault(
        operand.at,
        `a word of \`${program}\``,
        "may be several, options among them: quote it",
      );
    operands.push(operand);
    rest = others;
  }
}

/** The value of the last of some options; undefined where none is given. */
export function optionValue(
  options: readonly GivenOption[],
  ...wanted: readonly string[]
): Word | undefined {
  return options.findLast(({ name, value }) => wanted.includes(name) && value !== undefined)?.value;
}

/** Whether one of some options is given. */
export function hasOption(options: readonly GivenOption[], ...wanted: readonly string[]): boolean {
  return options.some(({ name }) => wanted.includes(name));
}
