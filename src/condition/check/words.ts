import { quoted } from "../../text/quoted.ts";
import { matcher } from "../regex.ts";
import type { Expr } from "../ast.ts";
import type { Type } from "../types.ts";
import {
  mayBe,
  meantWord,
  type Among,
  type Constant,
  type Strength,
  type WordCode,
  type WordList,
} from "../words.ts";
import type { Checker } from "./checker.ts";

const STRENGTHS: readonly Strength[] = ["spelled", "listed", "closed"];
const LISTED = 10;

/** The list of those that says least; undefined where there is none. */
function weakest(lists: readonly WordList[]): WordList | undefined {
  const rank = ({ strength }: WordList): number => STRENGTHS.indexOf(strength);
  return [...lists].sort((a, b) => rank(a) - rank(b))[0];
}

function wordsOf({ lists }: Among): readonly string[] {
  return [...new Set(lists.flatMap(({ words }) => [...words]))];
}

/** The list of all that a text can be, as sure as the weakest of its lists. */
function united(among: Among, { strength }: WordList): Parameters<typeof meantWord>[0] {
  const aliases = new Map(among.lists.flatMap((list) => [...(list.aliases ?? [])]));
  return { words: new Set(wordsOf(among)), strength, aliases };
}

function helpOf(among: Among, list: WordList): string {
  const words = [...wordsOf(among)].sort();
  const more = words.length > LISTED ? `, and ${words.length - LISTED} more` : "";
  const told =
    words.length === 0
      ? "there is none"
      : `known: ${words.slice(0, LISTED).map(quoted).join(", ")}${more}`;
  return list.help === undefined ? told : `${list.help}; ${told}`;
}

/** What is wrong with a word: under which code, the way out, and the list that it is not in. */
export interface JudgedWord {
  readonly code: WordCode;
  readonly help: string;
  readonly list: WordList;
}

/** What is wrong with a word that a text can never be; undefined where nothing is sure enough. */
export function judgeWord(word: string, among: Among): JudgedWord | undefined {
  const list = weakest(among.lists);
  if (list === undefined || mayBe(among, word)) return undefined;
  const meant = meantWord(united(among, list), word);
  if (meant === undefined && list.strength === "spelled") return undefined;
  const code = list.strength === "closed" || meant === undefined ? list.code : "impossible-value";
  return {
    code,
    list,
    help: meant === undefined ? helpOf(among, list) : `did you mean ${quoted(meant)}?`,
  };
}

function reportConstant(checker: Checker, node: Expr, constant: Constant, among: Among): void {
  const judged = judgeWord(constant.value, among);
  // WHY not what a catalog merely lists: data often serve several sets, each with its own tools and
  // resources
  if (judged === undefined || (constant.at === undefined && judged.code !== "impossible-value"))
    return;
  const from = constant.at === undefined ? " of `data`" : "";
  const message = `${quoted(constant.value)}${from} is not ${judged.list.one}`;
  checker.report(judged.code, constant.at ?? node, message, judged.help);
}

/**
 * WHY none of what may be a list's word too: `has(x) ? x : 'none'` means its constant to fit
 * nothing.
 */
function ownConstants({ lists, constants }: Among): readonly Constant[] {
  return lists.length > 0 ? [] : constants;
}

function areApart(a: Among, b: Among): boolean {
  const closed = [...a.lists, ...b.lists].every(({ strength }) => strength === "closed");
  if (!closed || a.lists.length === 0 || b.lists.length === 0) return false;
  const all = [...wordsOf(a), ...a.constants.map(({ value }) => value)];
  return all.every((word) => !mayBe(b, word));
}

function meetTexts(checker: Checker, node: Expr, [a, b]: readonly [Among, Among]): void {
  for (const constant of ownConstants(a)) reportConstant(checker, node, constant, b);
  for (const constant of ownConstants(b)) reportConstant(checker, node, constant, a);
  if (!areApart(a, b)) return;
  const [one, other] = [weakest(a.lists)?.one ?? "", weakest(b.lists)?.one ?? ""];
  checker.report("impossible-value", node, `a value that is ${one} is never ${other}`);
}

/**
 * Reports every constant that is compared with something that it can never be (design 2.5, 3.2).
 */
export function meet(checker: Checker, node: Expr, [a, b]: readonly [Type, Type]): void {
  if (a.kind === "string" && b.kind === "string") {
    if (a.among !== undefined && b.among !== undefined)
      meetTexts(checker, node, [a.among, b.among]);
  } else if (a.kind === "list" && b.kind === "list") meet(checker, node, [a.element, b.element]);
  else if (a.kind === "optional" && b.kind === "optional") meet(checker, node, [a.value, b.value]);
  else if (a.kind === "map" && b.kind === "map") {
    meet(checker, node, [a.key, b.key]);
    meet(checker, node, [a.value, b.value]);
  }
}

type TextTest = (word: string, part: string) => boolean;

const TESTS: ReadonlyMap<string, TextTest> = new Map<string, TextTest>([
  ["startsWith", (word, part) => word.startsWith(part)],
  ["endsWith", (word, part) => word.endsWith(part)],
  ["contains", (word, part) => word.includes(part)],
  ["matches", (word, pattern) => matcher(pattern)(word) !== false],
]);

/**
 * Reports a test that no word which a text can be passes:
 * `resource.classification.startsWith('Res')`.
 */
function testWords(
  checker: Checker,
  node: Expr,
  { name, text, part }: { name: string; text: Among; part: Among },
): void {
  const test = TESTS.get(name);
  const list = weakest(text.lists);
  if (test === undefined || list === undefined || list.strength === "spelled") return;
  const words = [...wordsOf(text), ...text.constants.map(({ value }) => value)];
  for (const { value, at } of ownConstants(part)) {
    if (words.some((word) => test(word, value))) continue;
    const message = `\`${name}\` is never true for ${list.one} and ${quoted(value)}`;
    checker.report(list.code, at ?? node, message, helpOf(text, list));
  }
}

const SET_FUNCTIONS: ReadonlySet<string> = new Set([
  "sets.contains",
  "sets.equivalent",
  "sets.intersects",
]);

/** The words that the arguments of a call (its target first) can never be. */
export function meetArguments(
  checker: Checker,
  node: Expr & { readonly kind: "call" },
  args: readonly Type[],
): void {
  const [first, second] = args;
  if (first === undefined || second === undefined) return;
  if (SET_FUNCTIONS.has(node.name)) meet(checker, node, [first, second]);
  if (first.kind !== "string" || second.kind !== "string") return;
  const [text, part] = [first.among, second.among];
  if (text !== undefined && part !== undefined)
    testWords(checker, node, { name: node.name, text, part });
}

/** Whether a text has a rank that its letters do not tell: a classification (design 3.7). */
export function isRanked(type: Type): boolean {
  return type.kind === "string" && type.among?.lists.some(({ ranked }) => ranked === true) === true;
}
