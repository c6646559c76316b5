import { MAX_LIST } from "../arithmetic.ts";
import { equal, order } from "../compare.ts";
import { spend, TOO_COSTLY } from "../meter.ts";
import { DYN, INT, listOf, optionalOf, type Type } from "../types.ts";
import { NoValue, Failure, isList, Optional, type Value } from "../value.ts";
import {
  binary,
  elementOf,
  int,
  list,
  sameAsFirst,
  ternary,
  unary,
  type Overload,
} from "./overload.ts";

type List = readonly Value[];

const TOO_LONG = new Failure(`a list of more than ${MAX_LIST} elements is too long`);
const BAD_SLICE = new Failure("a slice runs from a start to an end within the list");
const BAD_DEPTH = new Failure("`flatten` needs a depth of 0 or more");
const MIXED = new Failure("no such overload: these elements have no order");
/** WHY: distinct compares every pair of elements that are not plain texts or numbers. */
const MAX_PAIRED = 2000;

function distinct(elements: List): Value | NoValue {
  const plain = new Set<Value>();
  const other: Value[] = [];
  const result: Value[] = [];
  for (const element of elements) {
    if (typeof element === "string" || typeof element === "boolean") {
      if (plain.has(element)) continue;
      plain.add(element);
    } else {
      if (other.length > MAX_PAIRED) return TOO_LONG;
      if (!spend(other.length)) return TOO_COSTLY;
      let known: boolean | NoValue = false;
      for (const seen of other) {
        known = equal(seen, element);
        if (known !== false) break;
      }
      if (known instanceof NoValue) return known;
      if (known) continue;
      other.push(element);
    }
    result.push(element);
  }
  return result;
}

/** False where that takes too many steps: lists may hold the same list again and again. */
function flattenInto(
  result: (Value | NoValue)[],
  elements: readonly (Value | NoValue)[],
  depth: number,
): boolean {
  if (!spend(elements.length + 1)) return false;
  for (const element of elements) {
    if (!isList(element) || depth === 0) result.push(element);
    else if (!flattenInto(result, element, depth - 1)) return false;
  }
  return true;
}

const DEEPEST = 100;

function flatten(elements: List, depth: bigint): Value | NoValue {
  if (depth < 0n) return BAD_DEPTH;
  const result: (Value | NoValue)[] = [];
  const levels = depth > BigInt(DEEPEST) ? DEEPEST : Number(depth);
  if (!flattenInto(result, elements, levels)) return TOO_COSTLY;
  return result.length > MAX_LIST ? TOO_LONG : result;
}

function range(count: bigint): Value | NoValue {
  if (count > BigInt(MAX_LIST)) return TOO_LONG;
  if (!spend(Math.max(0, Number(count)))) return TOO_COSTLY;
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i));
}

function slice(elements: List, from: bigint, to: bigint): Value | NoValue {
  if (from < 0n || to > BigInt(elements.length) || from > to) return BAD_SLICE;
  return elements.slice(Number(from), Number(to));
}

function sort(elements: List): Value | NoValue {
  const [first] = elements;
  if (!spend(elements.length * Math.ceil(Math.log2(elements.length + 1)))) return TOO_COSTLY;
  let bad: NoValue | undefined;
  if (first !== undefined && elements.length === 1) {
    const self = order(first, first);
    if (self instanceof NoValue) bad = self;
  }
  const sorted = [...elements].sort((a, b) => {
    const o = order(a, b);
    if (o instanceof NoValue || typeof a !== typeof b) bad ??= o instanceof NoValue ? o : MIXED;
    return o instanceof NoValue ? 0 : o;
  });
  return bad ?? sorted;
}

function optionalElement(args: readonly Type[]): Type {
  return optionalOf(elementOf(args));
}

function at(elements: List, index: number): Value {
  const element = elements.at(index);
  return element === undefined ? Optional.none : new Optional(element);
}

/** The `lists` extension of cel-go, but for `sortBy`. */
export const LISTS: readonly Overload[] = [
  unary(".distinct", list, sameAsFirst, distinct),
  unary(
    ".flatten",
    list,
    () => listOf(DYN),
    (elements) => flatten(elements, 1n),
  ),
  binary(".flatten", [list, int], () => listOf(DYN), flatten),
  unary("lists.range", int, listOf(INT), range),
  unary(".reverse", list, sameAsFirst, (elements) => [...elements].reverse()),
  ternary(".slice", [list, int, int], sameAsFirst, slice),
  unary(".sort", list, sameAsFirst, sort),
  unary(".first", list, optionalElement, (elements) => at(elements, 0)),
  unary(".last", list, optionalElement, (elements) => at(elements, -1)),
];
