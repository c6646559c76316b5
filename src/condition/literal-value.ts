import type { Expr, LiteralValue } from "./ast.ts";
import { Uint, type Value } from "./value.ts";

/** The text of a literal string; undefined for every other expression. */
export function literalText(expr: Expr | undefined): string | undefined {
  return expr?.kind === "literal" && expr.literal.type === "string"
    ? expr.literal.value
    : undefined;
}

/** The number of a literal int or double, also negated, as a double; undefined for all else. */
export function literalNumber(expr: Expr | undefined): number | undefined {
  if (expr?.kind === "unary" && expr.op === "-") {
    const inner = literalNumber(expr.operand);
    return inner === undefined ? undefined : -inner;
  }
  if (expr?.kind !== "literal") return undefined;
  const { literal } = expr;
  return literal.type === "int" || literal.type === "double" ? Number(literal.value) : undefined;
}

/**
 * A literal text, truth or number (an int as a double) as a value of JSON; undefined for every other
 * expression, also for `null`.
 */
export function literalJson(expr: Expr | undefined): string | boolean | number | undefined {
  if (expr?.kind !== "literal") return undefined;
  return expr.literal.type === "bool"
    ? expr.literal.value
    : (literalText(expr) ?? literalNumber(expr));
}

/** A literal as the value that conditions reckon with. */
export function literalValue(literal: LiteralValue): Value {
  if (literal.type === "null") return null;
  return literal.type === "uint" ? new Uint(literal.value) : literal.value;
}
