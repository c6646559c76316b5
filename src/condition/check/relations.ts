import type { Expr } from "../ast.ts";
import { DYN, joinTexts, STRING, type Type } from "../types.ts";

const NUMBERS: ReadonlySet<string> = new Set(["int", "uint", "double"]);

export function isNumber(type: Type): boolean {
  return NUMBERS.has(type.kind);
}

/** Whether the type of keys and values of a map fits; a record is a map from strings. */
function asMap(type: Type): { readonly key: Type; readonly value: Type } | undefined {
  if (type.kind === "map") return type;
  return type.kind === "struct" ? { key: STRING, value: DYN } : undefined;
}

/** Whether a value of type `given` may stand where `wanted` is; `dyn` fits everything. */
export function fits(given: Type, wanted: Type): boolean {
  if (given.kind === "dyn" || wanted.kind === "dyn") return true;
  if (given.kind === "list" && wanted.kind === "list") return fits(given.element, wanted.element);
  if (given.kind === "optional" && wanted.kind === "optional")
    return fits(given.value, wanted.value);
  const [a, b] = [asMap(given), asMap(wanted)];
  if (a !== undefined && b !== undefined) return fits(a.key, b.key) && fits(a.value, b.value);
  return given.kind === wanted.kind;
}

/**
 * Whether two values may be equal at all: one number line, null beside anything (cel-spec,
 * equality).
 */
export function comparable(a: Type, b: Type): boolean {
  if (a.kind === "null" || b.kind === "null" || (isNumber(a) && isNumber(b))) return true;
  if (a.kind === "list" && b.kind === "list") return comparable(a.element, b.element);
  return fits(a, b);
}

const ORDERED: ReadonlySet<string> = new Set([
  "bool",
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "timestamp",
  "duration",
  "dyn",
]);

export function ordered(a: Type, b: Type): boolean {
  return (
    ORDERED.has(a.kind) &&
    ORDERED.has(b.kind) &&
    a.kind !== "null" &&
    b.kind !== "null" &&
    comparable(a, b)
  );
}

/** One type for both; `dyn` where they differ. */
export function join(a: Type, b: Type): Type {
  if (a.kind !== b.kind) return DYN;
  if (a.kind === "string" && b.kind === "string") return a === b ? a : joinTexts([a, b]);
  if (a.kind === "list" && b.kind === "list")
    return { kind: "list", element: join(a.element, b.element) };
  if (a.kind === "optional" && b.kind === "optional")
    return { kind: "optional", value: join(a.value, b.value) };
  if (a.kind === "map" && b.kind === "map")
    return { kind: "map", key: join(a.key, b.key), value: join(a.value, b.value) };
  return a.kind === "struct" && a !== b ? DYN : a;
}

/** One type for all of them; `dyn` for none. */
export function joinAll(types: readonly Type[]): Type {
  const texts = types.filter((type) => type.kind === "string");
  // WHY at once: joined one by one, a long list of texts would be copied for each of them
  if (texts.length === types.length && texts.length > 0) return joinTexts(texts);
  return types.slice(1).reduce(join, types[0] ?? DYN);
}

/** The kind of a literal number, also negated; undefined for everything else. */
export function literalNumber(expr: Expr): "int" | "uint" | "double" | undefined {
  if (expr.kind === "unary" && expr.op === "-") return literalNumber(expr.operand);
  if (expr.kind !== "literal") return undefined;
  const { type } = expr.literal;
  return type === "int" || type === "uint" || type === "double" ? type : undefined;
}
