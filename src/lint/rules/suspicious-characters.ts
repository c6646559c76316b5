import type { Source } from "../../text/span.ts";
import type { Problem, TextRule } from "../rule.ts";

/**
 * Marks that turn the reading order round, and characters that nobody sees. A joiner between emoji
 * is left alone.
 */
const HIDDEN = new RegExp(
  String.raw`[\u202a-\u202e\u2066-\u2069\u200b\u2060\u00ad\u180e\u3164\uffa0]|(?<!^)\ufeff` +
    String.raw`|(?<=[\p{L}\p{N}_-])[\u200c-\u200f]|[\u200c-\u200f](?=[\p{L}\p{N}_-])`,
  "gu",
);

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
];

function problem(
  source: Source,
  start: number,
  length: number,
  said: { readonly message: string; readonly help: string },
): Problem {
  return { place: { file: source.file, span: { start, end: start + length }, path: "$" }, ...said };
}

function code(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function* hidden(source: Source): Generator<Problem> {
  for (const match of source.text.matchAll(HIDDEN)) {
    yield problem(source, match.index, match[0].length, {
      message: `the character ${code(match[0])} is invisible or changes the reading order`,
      help: "remove it: readers see another text than agentz",
    });
  }
}

function* mixed(source: Source): Generator<Problem> {
  for (const match of source.text.matchAll(WORD)) {
    const [word] = match;
    const scripts = SCRIPTS.filter(([, pattern]) => pattern.test(word)).map(([name]) => name);
    if (scripts.length < 2 || word === "") continue;
    yield problem(source, match.index, word.length, {
      message: `a word mixes letters of ${scripts.join(" and ")}, which look alike`,
      help: "write it in one script, like the name that it should fit",
    });
  }
}

const PLAIN = /^[\u0000-\u007f]*$/;

export const suspiciousCharacters: TextRule = {
  code: "suspicious-characters",
  level: "error",
  kind: "fault",
  needs: "text",
  run: (source) => (PLAIN.test(source.text) ? [] : [...hidden(source), ...mixed(source)]),
};
