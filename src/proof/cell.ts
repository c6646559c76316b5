import {
  complementIntervals,
  EVERY_NUMBER,
  intersectIntervals,
  sampleNumbers,
  wholeNumbers,
  type Intervals,
} from "./intervals.ts";
import {
  EVERY_TEXT,
  intersectText,
  narrowText,
  sampleText,
  type TextDemand,
  type TextSet,
} from "./text-set.ts";

/**
 * What an attribute or a term may be, as a set of kinds. Five have no value. Reading three of them
 * is an error: absent (`has` is false), broken (it is there), void (`has` is an error too: no
 * container). Two are unknown: masked (it is there), unknown (`has` is unknown too). Six are
 * the ways in which two values stand to each other, for terms that compare two.
 */
export const ABSENT = 1;
export const BROKEN = 2;
export const VOID = 4;
export const TRUE = 8;
export const FALSE = 16;
export const NUMBER = 32;
export const TEXT = 64;
export const TIME = 128;
export const BOX = 256;
export const OTHER = 512;
export const LESS = 1024;
export const EQUAL = 2048;
export const GREATER = 4096;
/** Equal, and without an order: lists and maps. */
export const SAME = 8192;
/** Unequal, and without an order. */
export const UNLIKE = 16384;
/** A double that is no number: what a term may come to, and no attribute is. */
export const NOT_A_NUMBER = 32768;
/** One of the two is no number: unequal, and every order between them is false. */
export const UNORDERED = 65536;
export const MASKED = 131072;
export const UNKNOWN = 262144;

/** What an attribute may be: JSON has no NaN. */
export const RECORDED = TRUE | FALSE | NUMBER | TEXT | TIME | BOX | OTHER;
export const VALUE = RECORDED | NOT_A_NUMBER;
export const NOT_KNOWN = MASKED | UNKNOWN;
export const NO_VALUE = ABSENT | BROKEN | VOID | NOT_KNOWN;
export const ANYTHING = VALUE | NO_VALUE;
export const TRUTH = TRUE | FALSE | VOID | UNKNOWN;
export const RELATION = LESS | EQUAL | GREATER | SAME | UNLIKE | UNORDERED | VOID | UNKNOWN;

/**
 * Whether a list or map holds something: yes, no, unknown (some element is not recorded),
 * or asking is an error.
 */
export const HOLDS = 1;
export const LACKS = 2;
export const MAYBE = 4;
const FAILS = 8;
const ANY_HOLDING = HOLDS | LACKS | MAYBE | FAILS;

/** A set of what a term may be. What a kind does not narrow is full. */
export interface Cell {
  readonly kinds: number;
  readonly numbers: Intervals;
  /** True where only whole numbers come into question. */
  readonly whole: boolean;
  readonly texts: TextSet;
  /** Milliseconds since 1970. */
  readonly times: Intervals;
  /** Per element asked for (`"x"`, `5`), how the container may stand to it. */
  readonly holdings: ReadonlyMap<string, number>;
}

/** A condition on one cell: kinds, and within a kind perhaps a part of it. */
export interface CellTest {
  readonly kinds: number;
  readonly numbers?: Intervals;
  readonly text?: TextDemand;
  readonly times?: Intervals;
  readonly holding?: { readonly key: string; readonly mask: number };
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The cell that holds everything of these kinds. */
export function cellOf(
  kinds: number,
  more: { readonly numbers?: Intervals; readonly whole?: boolean } = {},
): Cell {
  return {
    kinds,
    numbers: more.numbers ?? EVERY_NUMBER,
    whole: more.whole ?? false,
    texts: EVERY_TEXT,
    times: EVERY_NUMBER,
    holdings: NONE,
  };
}

/** What passes where the test fails. */
export function complementTest(test: CellTest): CellTest {
  const refined =
    (test.numbers === undefined ? 0 : NUMBER) |
    (test.text === undefined ? 0 : TEXT) |
    (test.times === undefined ? 0 : TIME) |
    (test.holding === undefined ? 0 : BOX);
  return {
    kinds: ((ANYTHING | RELATION) & ~test.kinds) | (refined & test.kinds),
    ...(test.numbers !== undefined &&
      (test.kinds & NUMBER) !== 0 && { numbers: complementIntervals(test.numbers) }),
    ...(test.text !== undefined &&
      (test.kinds & TEXT) !== 0 && { text: { ...test.text, wanted: !test.text.wanted } }),
    ...(test.times !== undefined &&
      (test.kinds & TIME) !== 0 && { times: complementIntervals(test.times) }),
    ...(test.holding !== undefined &&
      (test.kinds & BOX) !== 0 && {
        holding: { ...test.holding, mask: ANY_HOLDING & ~test.holding.mask },
      }),
  };
}

function withNumbers(cell: Cell, kind: typeof NUMBER | typeof TIME, found: Intervals): Cell {
  const kept = kind === NUMBER && cell.whole ? wholeNumbers(found) : found;
  const kinds = kept.length === 0 ? cell.kinds & ~kind : cell.kinds;
  return kind === NUMBER ? { ...cell, kinds, numbers: kept } : { ...cell, kinds, times: kept };
}

function withTexts(cell: Cell, texts: TextSet): Cell {
  return {
    ...cell,
    texts,
    kinds: sampleText(texts).kind === "none" ? cell.kinds & ~TEXT : cell.kinds,
  };
}

function withHolding(cell: Cell, key: string, mask: number): Cell {
  const left = (cell.holdings.get(key) ?? ANY_HOLDING) & mask;
  return left === 0
    ? { ...cell, kinds: cell.kinds & ~BOX }
    : { ...cell, holdings: new Map(cell.holdings).set(key, left) };
}

/** What of the cell passes the test; no kinds are left where nothing does. */
export function narrow(cell: Cell, test: CellTest): Cell {
  const kinds = cell.kinds & test.kinds;
  let left: Cell = kinds === cell.kinds ? cell : { ...cell, kinds };
  if (test.numbers !== undefined && (left.kinds & NUMBER) !== 0)
    left = withNumbers(left, NUMBER, intersectIntervals(left.numbers, test.numbers));
  if (test.text !== undefined && (left.kinds & TEXT) !== 0)
    left = withTexts(left, narrowText(left.texts, test.text));
  if (test.times !== undefined && (left.kinds & TIME) !== 0)
    left = withNumbers(left, TIME, intersectIntervals(left.times, test.times));
  if (test.holding !== undefined && (left.kinds & BOX) !== 0)
    left = withHolding(left, test.holding.key, test.holding.mask);
  return left;
}

/**
 * What {@link narrow} by a test, and by its opposite, costs in steps, whatever is remembered of it.
 */
export function narrowWork({ kinds, texts }: Cell, { text }: CellTest): number {
  if (text === undefined || (kinds & TEXT) === 0) return 1;
  const [inside, outside] = [
    narrowText(texts, text),
    narrowText(texts, { ...text, wanted: !text.wanted }),
  ];
  return 1 + sampleText(inside).steps + sampleText(outside).steps;
}

/** What {@link meetCells} costs in steps, whatever is remembered of it. */
export function meetWork(a: Cell, b: Cell): number {
  if ((a.kinds & b.kinds & TEXT) === 0) return 1;
  return 1 + sampleText(intersectText(a.texts, b.texts)).steps;
}

/** What both cells hold. */
export function meetCells(a: Cell, b: Cell): Cell {
  let left: Cell = { ...a, kinds: a.kinds & b.kinds, whole: a.whole || b.whole };
  if ((left.kinds & NUMBER) !== 0)
    left = withNumbers(left, NUMBER, intersectIntervals(a.numbers, b.numbers));
  if ((left.kinds & TEXT) !== 0) left = withTexts(left, intersectText(a.texts, b.texts));
  if ((left.kinds & TIME) !== 0)
    left = withNumbers(left, TIME, intersectIntervals(a.times, b.times));
  for (const [key, mask] of b.holdings)
    if ((left.kinds & BOX) !== 0) left = withHolding(left, key, mask);
  return left;
}

export function isEmptyCell(cell: Cell): boolean {
  return cell.kinds === 0;
}

/** True where everything in the cell passes the test. */
export function surelyPasses(cell: Cell, test: CellTest): boolean {
  return (cell.kinds & ~test.kinds) === 0 && isEmptyCell(narrow(cell, complementTest(test)));
}

/** True where nothing in the cell passes the test. */
export function surelyFails(cell: Cell, test: CellTest): boolean {
  return (cell.kinds & test.kinds) === 0 || isEmptyCell(narrow(cell, test));
}

/** The one value that the cell holds, where there is just one. */
export function onlyValue(cell: Cell): string | number | boolean | undefined {
  if (cell.kinds === TRUE || cell.kinds === FALSE) return cell.kinds === TRUE;
  if (cell.kinds === TEXT) return cell.texts.words?.length === 1 ? cell.texts.words[0] : undefined;
  const [range, second] = cell.numbers;
  if (cell.kinds !== NUMBER || range === undefined || second !== undefined) return undefined;
  return range.low === range.high ? range.low : undefined;
}

/** Some texts and numbers of the cell, the plainest first. */
export function sampleScalars(cell: Cell): readonly (string | number | boolean)[] {
  const text = (cell.kinds & TEXT) === 0 ? undefined : sampleText(cell.texts);
  const words =
    (cell.kinds & TEXT) === 0
      ? []
      : (cell.texts.words?.slice(0, 4) ?? (text?.kind === "found" ? [text.text] : []));
  const numbers =
    (cell.kinds & NUMBER) === 0
      ? []
      : sampleNumbers(cell.whole ? wholeNumbers(cell.numbers) : cell.numbers);
  const bools = [
    ...((cell.kinds & TRUE) === 0 ? [] : [true]),
    ...((cell.kinds & FALSE) === 0 ? [] : [false]),
  ];
  return [...words, ...numbers, ...bools];
}
