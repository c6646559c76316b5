import type { Json, JsonObject } from "../request/json.ts";
import { isJsonObject } from "../request/json.ts";
import { mapNode, type Decode } from "./fields.ts";
import { isBroken, toJson } from "./node.ts";

/** Any JSON value that holds nothing broken. */
export const json: Decode<Json> = (node) => (isBroken(node) ? undefined : toJson(node));

function jsonObject(what: string): Decode<JsonObject> {
  return (node, log) => {
    const map = mapNode(node, what, log);
    if (map === undefined || isBroken(map)) return undefined;
    const value = toJson(map);
    return isJsonObject(value) ? value : undefined;
  };
}

/** The value without members that are null, at any depth; nulls in lists stay (design 3.5). */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  return isJsonObject(value) ? objectWithoutNulls(value) : value;
}

function objectWithoutNulls(object: JsonObject): JsonObject {
  const kept: { [key: string]: Json } = Object.create(null);
  for (const [key, value] of Object.entries(object))
    if (value !== undefined && value !== null) kept[key] = withoutNulls(value);
  return kept;
}

/** A free map with its nulls dropped. */
export function freeMap(what: string): Decode<JsonObject> {
  const read = jsonObject(what);
  return (node, log) => {
    const value = read(node, log);
    return value === undefined ? undefined : objectWithoutNulls(value);
  };
}

/** A free map as it is written. */
export const plainMap: Decode<JsonObject> = jsonObject("this");
