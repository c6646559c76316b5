import { contains } from "../compare.ts";
import { strict } from "../logic.ts";
import { BOOL } from "../types.ts";
import { Failure, type NoValue, type Value } from "../value.ts";
import { binary, list, type Overload } from "./overload.ts";

type List = readonly Value[];

const TOO_LARGE = new Failure("these lists are too long to be compared as sets");
/** WHY: elements that are not strings are compared pair by pair. */
const MAX_PAIRS = 4_000_000;

/** A test for elements of `list`: strings by hash, everything else one by one. */
function finder(list: List, others: List): (element: Value) => boolean | NoValue {
  const texts = new Set(list.filter((element) => typeof element === "string"));
  const rest = list.filter((element) => typeof element !== "string");
  if (rest.length * others.length > MAX_PAIRS) return () => TOO_LARGE;
  return (element) =>
    (typeof element === "string" && texts.has(element)) || contains(element, rest);
}

/** Whether every element of `part` is in `whole`: false wins, else what is not known. */
function includesAll(whole: List, part: List): boolean | NoValue {
  let bad: NoValue | undefined;
  const find = finder(whole, part);
  for (const element of part) {
    const found = find(element);
    if (found === false) return false;
    if (found !== true) bad = strict(bad, found);
  }
  return bad ?? true;
}

function equivalent(a: List, b: List): boolean | NoValue {
  const forth = includesAll(a, b);
  if (forth === false) return false;
  const back = includesAll(b, a);
  if (back === false) return false;
  return forth === true ? back : back === true ? forth : strict(forth, back);
}

function intersects(a: List, b: List): boolean | NoValue {
  let bad: NoValue | undefined;
  const find = finder(b, a);
  for (const element of a) {
    const found = find(element);
    if (found === true) return true;
    if (found !== false) bad = strict(bad, found);
  }
  return bad ?? false;
}

/** Lists taken as sets (the `sets` extension of cel-go). */
export const SETS: readonly Overload[] = [
  binary("sets.contains", [list, list], BOOL, includesAll),
  binary("sets.equivalent", [list, list], BOOL, equivalent),
  binary("sets.intersects", [list, list], BOOL, intersects),
];
