import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";

/** How many calls a record of a format seems to hold, where its mapping does not find them. */
export type SeemingCalls = (record: JsonObject) => number;

const DEEPEST = 12;

/**
 * Counts the outermost objects that have a member whose name fits, each by its weight: 1, if none
 * is given.
 */
export function marked(
  mark: RegExp,
  weight: (object: JsonObject) => number = () => 1,
): SeemingCalls {
  const count = (value: Json | undefined, depth: number): number => {
    if (depth > DEEPEST || typeof value !== "object" || value === null) return 0;
    if (isJsonObject(value) && Object.keys(value).some((name) => mark.test(name)))
      return weight(value);
    return Object.values(value).reduce<number>((sum, inner) => sum + count(inner, depth + 1), 0);
  };
  return (record) => count(record, 0);
}
