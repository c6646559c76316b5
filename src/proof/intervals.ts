/**
 * A range of numbers; an end that is infinite belongs to it, since JSON's 1e999 is read as
 * Infinity.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

/** A set of numbers as disjoint ranges in ascending order. */
export type Intervals = readonly Interval[];

export const EVERY_NUMBER: Intervals = [
  { low: -Infinity, high: Infinity, lowOpen: false, highOpen: false },
];
export const NOT_NEGATIVE: Intervals = [
  { low: 0, high: Infinity, lowOpen: false, highOpen: false },
];

/** The numbers that stand to `bound` as the operator says. */
export function numbersWhere(op: "<" | "<=" | ">" | ">=" | "==", bound: number): Intervals {
  if (op === "==") return [{ low: bound, high: bound, lowOpen: false, highOpen: false }];
  const open = op === "<" || op === ">";
  const range =
    op === "<" || op === "<="
      ? { low: -Infinity, high: bound, lowOpen: false, highOpen: open }
      : { low: bound, high: Infinity, lowOpen: open, highOpen: false };
  return isEmpty(range) ? [] : [range];
}

function isEmpty({ low, high, lowOpen, highOpen }: Interval): boolean {
  return low > high || (low === high && (lowOpen || highOpen));
}

function meet(a: Interval, b: Interval): Interval {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    high,
    lowOpen: (a.low === low && a.lowOpen) || (b.low === low && b.lowOpen),
    highOpen: (a.high === high && a.highOpen) || (b.high === high && b.highOpen),
  };
}

/** The numbers in both. */
export function intersectIntervals(a: Intervals, b: Intervals): Intervals {
  const found: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) break;
    const both = meet(left, right);
    if (!isEmpty(both)) found.push(both);
    if (left.high < right.high || (left.high === right.high && left.highOpen)) i++;
    else j++;
  }
  return found;
}

/** The numbers that are not in `a`. */
export function complementIntervals(a: Intervals): Intervals {
  const found: Interval[] = [];
  let low = -Infinity;
  let lowOpen = false;
  for (const range of a) {
    const gap = { low, high: range.low, lowOpen, highOpen: !range.lowOpen };
    if (!isEmpty(gap)) found.push(gap);
    low = range.high;
    lowOpen = !range.highOpen;
  }
  const rest = { low, high: Infinity, lowOpen, highOpen: false };
  // nothing is left behind an end that is infinite and belongs to the range
  if (!isEmpty(rest)) found.push(rest);
  return found;
}

/**
 * The ranges with only their whole numbers in mind: those without any are dropped, ends moved onto
 * whole numbers.
 */
export function wholeNumbers(a: Intervals): Intervals {
  return a.flatMap(({ low, high, lowOpen, highOpen }) => {
    const from = lowOpen && Number.isInteger(low) ? low + 1 : Math.ceil(low);
    const to = highOpen && Number.isInteger(high) ? high - 1 : Math.floor(high);
    return from > to ? [] : [{ low: from, high: to, lowOpen: false, highOpen: false }];
  });
}

function samplesOf({ low, high, lowOpen, highOpen }: Interval): readonly number[] {
  const from = Number.isFinite(low);
  const to = Number.isFinite(high);
  if (low === high) return [low];
  const middle = from && to ? (low + high) / 2 : from ? low + 1 : to ? high - 1 : 0;
  const inner = low < 0 && high > 0 ? 0 : middle;
  return [...(from && !lowOpen ? [low] : []), inner, ...(to && !highOpen ? [high] : []), middle];
}

/**
 * A few numbers of the set, the plainest first; empty where it is empty (or no double lies in it).
 */
export function sampleNumbers(a: Intervals): readonly number[] {
  const inside = (n: number): boolean =>
    Number.isFinite(n) && intersectIntervals(a, numbersWhere("==", n)).length > 0;
  return [...new Set(a.slice(0, 4).flatMap(samplesOf))].filter(inside);
}
