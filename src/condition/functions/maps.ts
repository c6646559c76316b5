import { isMap, knownKeys, lookup, otherKeys } from "../maps.ts";
import { DYN, mapOf, type Type } from "../types.ts";
import { NoValue, CelMap, Failure, mapKey, type MapKey, type Value } from "../value.ts";
import { list, unary, type Operand, type Overload } from "./overload.ts";

const NO_MAP = new Failure("no such overload: `maps.ofEntries` takes a list of maps");
const TWICE = new Failure("a map has the same key twice");

/** The entries of all maps as one; a key that comes twice is an error, as in a literal. */
function ofEntries(maps: readonly Value[]): Operand {
  const entries = new Map<MapKey, { key: Value; value: Value }>();
  for (const map of maps) {
    if (!isMap(map)) return NO_MAP;
    const others = otherKeys(map);
    if (others !== undefined) return others;
    for (const key of knownKeys(map)) {
      const normal = mapKey(key);
      if (normal === undefined) return NO_MAP;
      const value = lookup(map, normal);
      if (value instanceof NoValue) return value;
      if (entries.has(normal)) return TWICE;
      entries.set(normal, { key, value: value ?? null });
    }
  }
  return new CelMap(entries);
}

function resultOf([maps]: readonly Type[]): Type {
  return maps?.kind === "list" && maps.element.kind === "map" ? maps.element : mapOf(DYN, DYN);
}

/** What `transformMap` and `transformMapEntry` of CEL's two-variable macros end in. */
export const MAPS: readonly Overload[] = [unary("maps.ofEntries", list, resultOf, ofEntries)];
