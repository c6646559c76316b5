import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";

type Draft = { [key: string]: Json };

/** Sets an own member, whatever its name; `__proto__` is an ordinary key (design 3.8). */
function put(object: Draft, key: string, value: Json): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else object[key] = value;
}

/**
 * WHY a plain object and not one without prototype: those are slow to read, and calls are read
 * often.
 */
function copyOf(object: JsonObject): Draft {
  const copy: Draft = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined && value !== null) put(copy, key, value);
  }
  return copy;
}

function own(object: Draft, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * `over` laid on `base` (design 8.1): maps merge, everything else replaces, null removes. Neither
 * is changed.
 */
export function mergeDeep(base: JsonObject, over: JsonObject): JsonObject {
  const merged = copyOf(base);
  for (const key of Object.keys(over)) {
    const value = over[key];
    if (value === undefined) continue;
    const below = own(merged, key);
    if (value === null) delete merged[key];
    else
      put(
        merged,
        key,
        isJsonObject(value) ? mergeDeep(isJsonObject(below) ? below : {}, value) : value,
      );
  }
  return merged;
}

/**
 * `object` with `value` at a path of keys; null removes what is there. A list takes an index that
 * it has, or its end.
 */
export function withValue(
  object: JsonObject,
  segments: readonly string[],
  value: Json,
): JsonObject {
  const [key, ...rest] = segments;
  if (key === undefined) return object;
  const copy = copyOf(object);
  const inner = placed(own(copy, key), rest, value);
  if (inner === null) delete copy[key];
  else put(copy, key, inner);
  return copy;
}

function placed(current: Json | undefined, rest: readonly string[], value: Json): Json {
  const [key, ...deeper] = rest;
  if (key === undefined) return value;
  if (!Array.isArray(current) || !/^\d+$/.test(key) || Number(key) > current.length)
    return withValue(isJsonObject(current) ? current : {}, rest, value);
  const index = Number(key);
  const inner = placed(current[index], deeper, value);
  return inner === null
    ? current.filter((_, i) => i !== index)
    : [...current.slice(0, index), inner, ...current.slice(index + 1)];
}

/** The value at a path of keys; undefined where there is none. */
export function valueAt(object: JsonObject, segments: readonly string[]): Json | undefined {
  let current: Json | undefined = object;
  for (const key of segments) {
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? current[Number(key)] : undefined;
    else if (isJsonObject(current))
      current = Object.hasOwn(current, key) ? current[key] : undefined;
    else return undefined;
  }
  return current ?? undefined;
}
