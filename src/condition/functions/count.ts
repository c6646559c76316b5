import { badPart } from "../logic.ts";
import { isMap, knownKeys, otherKeys, type AnyMap } from "../maps.ts";
import { spend, textSteps, TOO_COSTLY } from "../meter.ts";
import { NoValue, Failure, isList, type Value } from "../value.ts";

const NO_SIZE = new Failure("no such overload: this value has no size");
const NO_CLASSIFICATION = new Failure("`rank` needs public, internal, confidential or restricted");

/** The number of code points of `text`. */
function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00)
      count--;
  }
  return count;
}

function keyCount(map: AnyMap): number | NoValue {
  const count = knownKeys(map).length;
  return spend(count) ? count : TOO_COSTLY;
}

/** The size of a string (in code points), bytes, list or map. */
export function size(value: Value | NoValue): number | NoValue {
  if (typeof value === "string") return spend(textSteps(value)) ? codePoints(value) : TOO_COSTLY;
  if (isList(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof NoValue) return value;
  if (isMap(value)) return otherKeys(value) ?? keyCount(value);
  return badPart(value) ?? NO_SIZE;
}

const CLASSIFICATIONS: ReadonlyMap<string, number> = new Map([
  ["public", 0],
  ["internal", 1],
  ["confidential", 2],
  ["restricted", 3],
]);

/**
 * 0 to 3 from public to restricted (design 3.7); a failure on any other text: an unknown classification is
 * never the lowest.
 */
export function rank(value: Value | NoValue): number | NoValue {
  if (value instanceof NoValue) return value;
  return (typeof value === "string" ? CLASSIFICATIONS.get(value) : undefined) ?? NO_CLASSIFICATION;
}

/**
 * The function `name` (methods with a leading dot) as one that gives a plain number; undefined if
 * it is not such a count.
 */
export function countOf(name: string): ((value: Value | NoValue) => number | NoValue) | undefined {
  if (name === "size" || name === ".size") return size;
  return name === "rank" ? rank : undefined;
}
