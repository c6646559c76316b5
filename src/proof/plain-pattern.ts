import { containing, endsWith, oneOf, startsWith, type TextTest } from "./text-machine.ts";

/** The one text that a pattern fits, if it has no signs with a meaning of their own. */
function plainText(pattern: string): string | undefined {
  const escaped = /\\([^A-Za-z0-9])/g;
  return /[\\^$.|?*+()[\]{}]/.test(pattern.replace(escaped, ""))
    ? undefined
    : pattern.replace(escaped, "$1");
}

/** `^(?:a|b)$` as its words. */
function wordsOf(pattern: string): readonly string[] | undefined {
  const words = /^\((?:\?:)?(?<words>[^()]*)\)$/.exec(pattern)?.groups?.["words"];
  const plain = words?.split("|").map(plainText);
  const found = plain?.filter((word) => word !== undefined);
  return found?.length === plain?.length ? found : undefined;
}

/**
 * The test that a pattern of `matches` (RE2, found anywhere) comes to, where it is a plain one: a
 * beginning, an end, a part, a whole text or one of several; undefined for all others.
 */
export function plainPatternTest(pattern: string): TextTest | undefined {
  const starts = pattern.startsWith("^");
  const ends = /(?<!\\)(?:\\\\)*\$$/.test(pattern);
  const inner = pattern.slice(starts ? 1 : 0, ends ? -1 : undefined);
  const words = starts && ends ? wordsOf(inner) : undefined;
  if (words !== undefined) return oneOf(words);
  const plain = plainText(inner);
  if (plain === undefined) return undefined;
  if (starts && ends) return oneOf([plain]);
  return (starts ? startsWith : ends ? endsWith : containing)(plain);
}
