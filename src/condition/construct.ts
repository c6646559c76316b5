import { strict } from "./logic.ts";
import { isMap, knownKeys, lookup, otherKeys, type AnyMap } from "./maps.ts";
import { spend, TOO_COSTLY } from "./meter.ts";
import {
  NoValue,
  CelMap,
  Failure,
  isList,
  mapKey,
  Optional,
  PartialList,
  type MapKey,
  type Value,
} from "./value.ts";

const NOT_OPTIONAL = new Failure("no such overload: `?` needs an optional");
const BAD_KEY = new Failure("a map key is a string, a boolean or a whole number");
const TWICE = new Failure("a map has the same key twice");
const NOT_ITERABLE = new Failure("no such overload: macros need a list or a map");

/** What an element marked with `?` contributes: nothing where it is none. */
function present(value: Value | NoValue): Value | NoValue | undefined {
  if (value instanceof NoValue) return value;
  return value instanceof Optional ? value.value : NOT_OPTIONAL;
}

/**
 * The list `[a, ?b]`; `optional` tells the elements with `?`. Strict: a NoValue element makes it NoValue.
 */
export function makeList(
  elements: readonly (Value | NoValue)[],
  optional: readonly boolean[],
): Value | NoValue {
  const list: Value[] = [];
  let bad: NoValue | undefined;
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i] ?? null;
    const value = optional[i] === true ? present(element) : element;
    if (value instanceof NoValue) bad = strict(bad, value);
    else if (value !== undefined) list.push(value);
  }
  return bad ?? list;
}

/** The map of alternating keys and values; `optional` tells the entries with `?`. */
export function makeMap(
  parts: readonly (Value | NoValue)[],
  optional: readonly boolean[],
): Value | NoValue {
  const entries = new Map<MapKey, { key: Value; value: Value }>();
  let bad: NoValue | undefined;
  for (let i = 0; i < optional.length; i++) {
    const key = parts[2 * i] ?? null;
    const raw = parts[2 * i + 1] ?? null;
    const value = optional[i] === true ? present(raw) : raw;
    const normal = typeof key === "number" || key instanceof NoValue ? undefined : mapKey(key);
    if (key instanceof NoValue) bad = strict(bad, key);
    else if (normal === undefined) bad = strict(bad, BAD_KEY);
    else if (entries.has(normal)) bad = strict(bad, TWICE);
    else if (value !== undefined && !(value instanceof NoValue))
      entries.set(normal, { key, value });
    if (value instanceof NoValue) bad = strict(bad, value);
  }
  return bad ?? new CelMap(entries);
}

/**
 * What a macro walks over. `rest`, if set: there may be more that nobody knows. `keys` is set for
 * two variables.
 */
export interface Sequence {
  readonly items: readonly (Value | NoValue)[];
  readonly keys: readonly (Value | NoValue)[];
  readonly rest: NoValue | undefined;
}

/** The elements of a list or the keys of a map. */
export function sequence(value: Value | NoValue): Sequence | NoValue {
  if (value instanceof NoValue) return value;
  if (value instanceof PartialList) return { items: value.items, keys: [], rest: value.rest };
  if (isList(value)) return { items: value, keys: [], rest: undefined };
  return isMap(value) ? keySequence(value) : NOT_ITERABLE;
}

function keySequence(map: AnyMap): Sequence | NoValue {
  const items = knownKeys(map);
  return spend(items.length) ? { items, keys: [], rest: otherKeys(map) } : TOO_COSTLY;
}

/** Indexes and elements of a list, or keys and values of a map. */
export function pairs(value: Value | NoValue): Sequence | NoValue {
  if (value instanceof PartialList) return value.rest;
  const single = sequence(value);
  if (single instanceof NoValue) return single;
  const { items, rest } = single;
  if (!spend(items.length)) return TOO_COSTLY;
  if (!isMap(value)) return { keys: items.map((_, i) => BigInt(i)), items, rest };
  return {
    keys: items,
    items: items.map(
      (key) => lookup(value, (key instanceof NoValue ? undefined : mapKey(key)) ?? "") ?? null,
    ),
    rest,
  };
}
