import type { Json, JsonObject } from "../request/json.ts";
import { isJsonObject } from "../request/json.ts";

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function objectText(object: JsonObject): string {
  const members = Object.keys(object)
    .sort(byUnits)
    .flatMap((key) => {
      const value = object[key];
      return value === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(value)}`];
    });
  return `{${members.join(",")}}`;
}

/**
 * The RFC 8785 text of a JSON value: members sorted by UTF-16 units, numbers as ECMAScript prints them, no white
 * space. Members that are undefined are left out; numbers that JSON does not know become null. A lone surrogate,
 * which RFC 8785 refuses, is written as an escape.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  return isJsonObject(value) ? objectText(value) : JSON.stringify(value);
}
