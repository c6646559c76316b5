import { incomplete } from "./logic.ts";
import {
  NoValue,
  CelMap,
  isPlainMap,
  plainMember,
  PartialRecord,
  Unknown,
  type MapKey,
  type PlainMap,
  type Value,
} from "./value.ts";

export type AnyMap = PlainMap | CelMap | PartialRecord;

export function isMap(value: Value | NoValue): value is AnyMap {
  return value instanceof PartialRecord || value instanceof CelMap || isPlainMap(value);
}

/**
 * The value under `key`: undefined where the map surely lacks it, NoValue where that is unknown.
 * WHY the unknown names the map alone: the key may be a value of the call, and those stay out of
 * reports (design 11.5).
 */
export function lookup(map: AnyMap, key: MapKey): Value | NoValue | undefined {
  if (map instanceof CelMap) return map.entries.get(key)?.value;
  if (typeof key !== "string") return undefined;
  if (!(map instanceof PartialRecord)) return plainMember(map, key);
  const value = map.members.get(key);
  return value === undefined && map.open ? new Unknown([map.path]) : value;
}

/**
 * {@link lookup} of a name that the author of the condition wrote; an unknown names the whole path.
 */
export function lookupNamed(map: AnyMap, name: string): Value | NoValue | undefined {
  const missing = map instanceof PartialRecord && map.open && !map.members.has(name);
  return missing ? new Unknown([`${map.path}.${name}`]) : lookup(map, name);
}

/** The keys that the map surely has, in its own order. */
export function knownKeys(map: AnyMap): readonly Value[] {
  if (map instanceof CelMap) return [...map.entries.values()].map((entry) => entry.key);
  if (map instanceof PartialRecord)
    return [...map.members].flatMap(([key, value]) => (value instanceof NoValue ? [] : [key]));
  return Object.keys(map).filter((key) => plainMember(map, key) !== undefined);
}

/** Why the map may have other keys; undefined where it has none but {@link knownKeys}. */
export function otherKeys(map: AnyMap): NoValue | undefined {
  return map instanceof PartialRecord ? incomplete(map) : undefined;
}
