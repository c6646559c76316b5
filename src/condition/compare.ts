import { Cidr, IpAddress } from "./address.ts";
import { strict } from "./logic.ts";
import { isMap, knownKeys, lookup, otherKeys, type AnyMap } from "./maps.ts";
import { spend, textSteps, TOO_COSTLY } from "./meter.ts";
import {
  NoValue,
  CelMap,
  Duration,
  Failure,
  isList,
  mapKey,
  Optional,
  PartialList,
  Timestamp,
  TypeValue,
  Uint,
  typeName,
  type Value,
} from "./value.ts";

/** Values nested deeper are not compared: hostile JSON may be nested deeper than any stack. */
const MAX_DEPTH = 200;
const TOO_DEEP = new Failure(`values nested more than ${MAX_DEPTH} levels deep cannot be compared`);

type Numeric = number | bigint;

function numeric(value: Value): Numeric | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof Uint ? value.value : undefined;
}

function sameNumber(a: Numeric, b: Numeric): boolean {
  if (typeof a === typeof b) return a === b;
  return typeof a === "number"
    ? Number.isInteger(a) && BigInt(a) === b
    : typeof b === "number" && Number.isInteger(b) && BigInt(b) === a;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function listsEqual(
  a: readonly (Value | NoValue)[],
  b: readonly (Value | NoValue)[],
  depth: number,
): boolean | NoValue {
  if (a.length !== b.length) return false;
  if (!spend(a.length)) return TOO_COSTLY;
  let bad: NoValue | undefined;
  for (let i = 0; i < a.length; i++) {
    const same = equalWithin(a[i] ?? null, b[i] ?? null, depth);
    if (same === false) return false;
    if (same !== true) bad = strict(bad, same);
  }
  return bad ?? true;
}

function partialEqual(partial: PartialList, list: Value, depth: number): boolean | NoValue {
  if (list instanceof PartialList) return strict(partial.rest, list.rest);
  if (!isList(list) || list.length < partial.items.length) return false;
  const differs = partial.items.some((item, i) => {
    const same =
      i < partial.placed
        ? equalWithin(item, list[i] ?? null, depth)
        : amongElements(item, list, undefined, depth);
    return same === false;
  });
  return differs ? false : partial.rest;
}

function entriesEqual(a: AnyMap, b: AnyMap, depth: number): boolean | NoValue | undefined {
  let bad: NoValue | undefined;
  const keys = knownKeys(a);
  if (!spend(keys.length + 1)) return TOO_COSTLY;
  for (const key of keys) {
    const normal = mapKey(key) ?? "";
    const other = lookup(b, normal);
    if (other === undefined) return false;
    const same = equalWithin(lookup(a, normal) ?? null, other, depth);
    if (same === false) return false;
    if (same !== true) bad = strict(bad, same);
  }
  return bad;
}

function mapsEqual(a: AnyMap, b: AnyMap, depth: number): boolean | NoValue {
  const forth = entriesEqual(a, b, depth);
  const complete = otherKeys(a) === undefined && otherKeys(b) === undefined;
  if (complete && forth !== false)
    return knownKeys(a).length === knownKeys(b).length && (forth ?? true);
  const parts = [forth, hasOtherKeys(b, a), otherKeys(a), otherKeys(b)];
  if (parts.includes(false)) return false;
  let bad: NoValue | undefined;
  for (const part of parts) if (part instanceof NoValue) bad = strict(bad, part);
  return bad ?? true;
}

/** False where `a` has a key that `b` surely lacks; NoValue where that is unknown. */
function hasOtherKeys(a: AnyMap, b: AnyMap): false | NoValue | undefined {
  let bad: NoValue | undefined;
  for (const key of knownKeys(a)) {
    const other = lookup(b, mapKey(key) ?? "");
    if (other === undefined) return false;
    if (other instanceof NoValue) bad = strict(bad, other);
  }
  return bad;
}

function optionalsEqual(a: Optional, b: Optional, depth: number): boolean | NoValue {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equalWithin(a.value, b.value, depth);
}

function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value;
}

function boxedEqual(a: Value, b: Value, depth: number): boolean | NoValue {
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Uint8Array)
    return b instanceof Uint8Array && (spend(a.length >> 4) ? sameBytes(a, b) : TOO_COSTLY);
  if (a instanceof IpAddress) return b instanceof IpAddress && sameAddress(a, b);
  if (a instanceof Cidr)
    return b instanceof Cidr && a.prefix === b.prefix && sameAddress(a.address, b.address);
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && optionalsEqual(a, b, depth);
  return false;
}

function containersEqual(a: Value, b: Value, depth: number): boolean | NoValue {
  if (depth > MAX_DEPTH) return TOO_DEEP;
  if (a instanceof PartialList) return partialEqual(a, b, depth + 1);
  if (b instanceof PartialList) return partialEqual(b, a, depth + 1);
  if (isList(a)) return isList(b) && listsEqual(a, b, depth + 1);
  if (isMap(a)) return isMap(b) && mapsEqual(a, b, depth + 1);
  return boxedEqual(a, b, depth + 1);
}

function textsEqual(a: string, b: string): boolean | NoValue {
  if (a.length !== b.length) return false;
  return spend(textSteps(a)) ? a === b : TOO_COSTLY;
}

function equalWithin(a: Value | NoValue, b: Value | NoValue, depth: number): boolean | NoValue {
  if (a instanceof NoValue) return b instanceof NoValue ? strict(a, b) : a;
  if (b instanceof NoValue) return b;
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    return right !== undefined && sameNumber(left, right);
  }
  if (typeof a === "string") return typeof b === "string" && textsEqual(a, b);
  if (typeof a !== "object" || a === null) return a === b;
  return containersEqual(a, b, depth);
}

/**
 * `a == b` (cel-spec, equality): numbers on one line, different types differ; three-valued on what
 * is partly known.
 */
export function equal(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  return equalWithin(a, b, 0);
}

/** `a != b`. */
export function notEqual(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  const same = equal(a, b);
  return same instanceof NoValue ? same : !same;
}

/**
 * The order of two strings by code point, which UTF-16 does not give beyond the basic plane: below,
 * at or above 0.
 */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const differ = a.findIndex((byte, i) => byte !== b[i]);
  return differ < 0 ? a.length - b.length : (a[differ] ?? 0) - (b[differ] ?? -1);
}

function compareNumbers(a: Numeric, b: Numeric): number {
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  const x = Number(a);
  const y = Number(b);
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : NaN;
}

/** The same for `a < b` and `b > a`: their types in the order of the alphabet. */
function noOrder(a: Value, b: Value): Failure {
  const names = [typeName(a), typeName(b)].sort();
  return new Failure(`no such overload: ${names.join(" and ")} have no order`);
}

/**
 * Below, at or above 0 as `a` stands to `b`; NaN where a NaN is among them; NoValue where the two have
 * no order.
 */
export function order(a: Value | NoValue, b: Value | NoValue): number | NoValue {
  if (a instanceof NoValue) return b instanceof NoValue ? strict(a, b) : a;
  if (b instanceof NoValue) return b;
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  if (typeof a === "string" && typeof b === "string")
    return spend(textSteps(a)) ? compareText(a, b) : TOO_COSTLY;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareNumbers(a.nanos, b.nanos);
  if (a instanceof Duration && b instanceof Duration) return compareNumbers(a.nanos, b.nanos);
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return spend(a.length >> 4) ? compareBytes(a, b) : TOO_COSTLY;
  return noOrder(a, b);
}

/** `a < b`. */
export function less(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  const o = order(a, b);
  return typeof o === "number" ? o < 0 : o;
}
/** `a <= b`. */
export function lessOrEqual(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  const o = order(a, b);
  return typeof o === "number" ? o <= 0 : o;
}
/** `a > b`. */
export function greater(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  const o = order(a, b);
  return typeof o === "number" ? o > 0 : o;
}
/** `a >= b`. */
export function greaterOrEqual(a: Value | NoValue, b: Value | NoValue): boolean | NoValue {
  const o = order(a, b);
  return typeof o === "number" ? o >= 0 : o;
}

const NOT_A_CONTAINER = new Failure("no such overload: `in` needs a list or a map on its right");

function amongElements(
  item: Value | NoValue,
  list: readonly (Value | NoValue)[],
  rest: NoValue | undefined,
  depth: number,
): boolean | NoValue {
  if (item instanceof NoValue) return rest === undefined ? item : strict(item, rest);
  if (!spend(list.length)) return TOO_COSTLY;
  let bad = rest;
  for (const element of list) {
    const same = equalWithin(item, element, depth);
    if (same === true) return true;
    if (same !== false) bad = strict(bad, same);
  }
  return bad ?? false;
}

function amongKeys(item: Value, map: AnyMap): boolean | NoValue {
  const key = mapKey(item);
  if (key === undefined) return false;
  if (map instanceof CelMap) return map.entries.has(key);
  const value = lookup(map, key);
  return value instanceof NoValue ? value : value !== undefined;
}

const INDEXED = 16;
const indexes = new WeakMap<readonly (Value | NoValue)[], ReadonlySet<unknown> | undefined>();

/**
 * The elements of a long frozen list of strings as a set; undefined for every other list.
 * WHY frozen: only then can a set made once not grow stale; lists of a catalog's `data` are asked
 * on every call.
 */
function stringIndex(list: readonly (Value | NoValue)[]): ReadonlySet<unknown> | undefined {
  if (list.length < INDEXED || !Object.isFrozen(list)) return undefined;
  if (!indexes.has(list))
    indexes.set(
      list,
      list.every((element) => typeof element === "string") ? new Set(list) : undefined,
    );
  return indexes.get(list);
}

function inList(item: Value | NoValue, list: readonly (Value | NoValue)[]): boolean | NoValue {
  if (typeof item !== "string") return amongElements(item, list, undefined, 0);
  const index = stringIndex(list);
  if (index !== undefined) return index.has(item);
  return amongElements(item, list, undefined, 0);
}

/**
 * What surely is none of the elements that there may be is not in the list, whatever else is not
 * known.
 */
function inPartial(item: Value | NoValue, { items, rest, others }: PartialList): boolean | NoValue {
  const possible =
    item instanceof NoValue ||
    others === undefined ||
    amongElements(item, others, undefined, 0) !== false;
  return amongElements(item, items, possible ? rest : undefined, 0);
}

/** `item in container`: an element of a list or a key of a map. */
export function contains(item: Value | NoValue, container: Value | NoValue): boolean | NoValue {
  if (container instanceof NoValue)
    return item instanceof NoValue ? strict(item, container) : container;
  if (container instanceof PartialList) return inPartial(item, container);
  if (isList(container)) return inList(item, container);
  if (!isMap(container)) return NOT_A_CONTAINER;
  return item instanceof NoValue ? item : amongKeys(item, container);
}
