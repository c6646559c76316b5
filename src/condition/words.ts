import { sameButSpelling, slippedFrom } from "../text/slip.ts";
import type { Span } from "../text/span.ts";

/** What is found where a text is compared with one that it can never be. */
export type WordCode = "impossible-value" | "unknown-value" | "unknown-tool" | "unknown-attribute";

/**
 * How sure it is that nothing but the words of a list occurs. `closed`: nothing else can. `listed`:
 * a catalog lists them, and a trace may know others, so a slip of the pen is an error and another
 * word deserves a look. `spelled`: only a word that is written otherwise than its twin is wrong.
 */
export type Strength = "closed" | "listed" | "spelled";

/** The words that an attribute can be, with what is said of all others. */
export interface WordList {
  readonly words: ReadonlySet<string>;
  readonly strength: Strength;
  /** What one of them is: `a classification`. */
  readonly one: string;
  /** The code of a word that is near none of them. */
  readonly code: WordCode;
  /** Words that people take for one of the list. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** What to do where no word is near; without it the words themselves are told. */
  readonly help?: string;
  /** True where the words have a rank, which their letters do not tell. */
  readonly ranked?: boolean;
}

/** A text that a policy or its data write down. */
export interface Constant {
  readonly value: string;
  /** Where it stands in the condition; undefined: in `data`. */
  readonly at?: Span;
}

/** What a text can be: the words of lists, and constants. */
export interface Among {
  readonly lists: readonly WordList[];
  readonly constants: readonly Constant[];
}

/**
 * The word of a list that another one most likely stands for; of a `spelled` list only one that is
 * spelled alike.
 */
export function meantWord(
  list: Pick<WordList, "words" | "strength" | "aliases">,
  word: string,
): string | undefined {
  if (list.strength === "spelled") return sameButSpelling(word, list.words);
  return list.aliases?.get(word.toLowerCase()) ?? slippedFrom(word, list.words);
}

/** More constants than these are not followed: a list of so many is data, not a slip. */
const MOST_CONSTANTS = 1_000;

/** What a text is that may be any of several; undefined where one of them may be anything. */
export function joinAmong(several: readonly (Among | undefined)[]): Among | undefined {
  const lists = new Set<WordList>();
  const constants: Constant[] = [];
  for (const among of several) {
    if (among === undefined || constants.length + among.constants.length > MOST_CONSTANTS)
      return undefined;
    for (const list of among.lists) lists.add(list);
    constants.push(...among.constants);
  }
  return { lists: [...lists], constants };
}

/** Whether the text can be the word, as far as is known. */
export function mayBe({ lists, constants }: Among, word: string): boolean {
  return (
    lists.some(({ words }) => words.has(word)) || constants.some(({ value }) => value === word)
  );
}

/** The words and constants as `change` makes them. */
export function mapAmong({ lists, constants }: Among, change: (word: string) => string): Among {
  return {
    lists: lists.map(({ ranked: _, aliases: __, ...list }) => ({
      ...list,
      words: new Set([...list.words].map(change)),
    })),
    constants: constants.map((constant) => ({ ...constant, value: change(constant.value) })),
  };
}
