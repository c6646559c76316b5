import { BOOL, DYN, joinTexts, listOf, optionalOf, type Type } from "../types.ts";
import { isMap, knownKeys, otherKeys } from "../maps.ts";
import { NoValue, Failure, isList, Optional, Uint, type Value } from "../value.ts";
import { binary, constant, dyn, optional, unary, type Overload } from "./overload.ts";

const NONE = new Failure("this optional has no value");

function isZero(value: Value): boolean | NoValue {
  if (isMap(value)) return knownKeys(value).length > 0 ? false : (otherKeys(value) ?? true);
  if (isList(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Uint) return value.value === 0n;
  return value === null || value === false || value === 0 || value === 0n || value === "";
}

function ofNonZero(value: Value): Value | NoValue {
  const zero = isZero(value);
  return zero instanceof NoValue ? zero : zero ? Optional.none : new Optional(value);
}

function wrapped([first]: readonly Type[]): Type {
  return optionalOf(first ?? DYN);
}

function held([first]: readonly Type[]): Type {
  return first?.kind === "optional" ? first.value : DYN;
}

/**
 * The type of one of two values, of which the first says what is meant: what both can be where that
 * is known.
 */
function eitherOf(first: Type, second: Type): Type {
  if (first.kind === "string" && second.kind === "string") return joinTexts([first, second]);
  if (first.kind === "list" && second.kind === "list")
    return listOf(eitherOf(first.element, second.element));
  if (first.kind === "optional" && second.kind === "optional")
    return optionalOf(eitherOf(first.value, second.value));
  return first;
}

function heldOr(first: Type | undefined, second: Type = DYN): Type {
  return first?.kind === "optional" ? eitherOf(first.value, second) : second;
}

/**
 * Optionals (cel-spec, optional values); `or` and `orValue` run in the generated code, since they
 * are lazy.
 */
export const OPTIONALS: readonly Overload[] = [
  constant("optional.none", optionalOf(DYN), Optional.none),
  unary("optional.of", dyn, wrapped, (value) => new Optional(value)),
  unary("optional.ofNonZeroValue", dyn, wrapped, ofNonZero),
  unary(".hasValue", optional, BOOL, (value) => value.value !== undefined),
  unary(".value", optional, held, (value) => value.value ?? NONE),
  binary(
    ".orValue",
    [optional, dyn],
    ([first, second]) => heldOr(first, second),
    (value, other) => value.value ?? other,
  ),
  binary(
    ".or",
    [optional, optional],
    ([first, second]) => eitherOf(first ?? DYN, second ?? DYN),
    (value, other) => (value.value === undefined ? other : value),
  ),
];
