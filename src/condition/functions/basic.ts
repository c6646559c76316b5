import { matcher } from "../regex.ts";
import { BOOL, DYN, INT, TYPE } from "../types.ts";
import { TypeValue, typeName, type NoValue, type Value } from "../value.ts";
import { rank, size } from "./count.ts";
import { anyList, binary, bytes, dyn, map, string, unary, type Overload } from "./overload.ts";

function whole(count: number | NoValue): bigint | NoValue {
  return typeof count === "number" ? BigInt(count) : count;
}

function sizes(name: string): readonly Overload[] {
  return [string, bytes, anyList, map].map((param) =>
    unary<Value>(name, param, INT, (value) => whole(size(value))),
  );
}

function matches(name: string): Overload {
  return binary(name, [string, string], BOOL, (text, pattern) => matcher(pattern)(text));
}

/**
 * The functions of CEL's core that are no conversions: sizes, tests on strings, `type` and `dyn`.
 */
export const BASIC: readonly Overload[] = [
  ...sizes("size"),
  ...sizes(".size"),
  matches("matches"),
  matches(".matches"),
  binary(".contains", [string, string], BOOL, (text, part) => text.includes(part)),
  binary(".startsWith", [string, string], BOOL, (text, part) => text.startsWith(part)),
  binary(".endsWith", [string, string], BOOL, (text, part) => text.endsWith(part)),
  unary("rank", string, INT, (text) => whole(rank(text))),
  unary("type", dyn, TYPE, (value) => new TypeValue(typeName(value))),
  unary(
    "dyn",
    dyn,
    () => DYN,
    (value) => value,
  ),
];
