import type { Expr, LiteralExpr, LiteralValue } from "./ast.ts";
import { inferBind, inferCall, inferComprehension, inferList, inferMap } from "./check/calls.ts";
import { Checker, type Problem, type Variables } from "./check/checker.ts";
import { inferHas, inferIdent, inferIndex, inferSelect } from "./check/members.ts";
import { inferBinary, inferConditional, inferUnary } from "./check/operators.ts";
import { isNumber } from "./check/relations.ts";
import { conditionRemedy } from "./check/remedies.ts";
import { shown } from "./check/shown.ts";
import { BOOL, BYTES, DOUBLE, INT, NULL, STRING, typeText, UINT, type Type } from "./types.ts";

export type { Problem } from "./check/checker.ts";

/** The names that a condition may start from, with what is known of each. */
export interface Scope {
  readonly variables: ReadonlyMap<string, Type>;
}

export type Expected = "bool" | "string" | "number" | "any";

const LITERALS: Readonly<Record<LiteralValue["type"], Type>> = {
  null: NULL,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
};

/** Whether the number would be rounded beside one of JSON, which is a double (design 3.4). */
function isRounded(literal: LiteralValue): boolean {
  if (literal.type === "double") return literal.rounded === true;
  return (
    (literal.type === "int" || literal.type === "uint") &&
    BigInt(Number(literal.value)) !== literal.value
  );
}

function literalType(checker: Checker, expr: LiteralExpr): Type {
  const { literal, start, end } = expr;
  if (isRounded(literal))
    checker.mismatch(
      expr,
      "a double cannot represent this number, so it would be rounded when it is compared with a number of a call",
      "write an id as text; write an amount as a number that a double can represent",
    );
  if (literal.type !== "string") return LITERALS[literal.type];
  return {
    kind: "string",
    among: { lists: [], constants: [{ value: literal.value, at: { start, end } }] },
  };
}

function infer(checker: Checker, expr: Expr, variables: Variables): Type {
  switch (expr.kind) {
    case "literal":
      return literalType(checker, expr);
    case "ident":
      return inferIdent(checker, expr, variables);
    case "select":
      return inferSelect(checker, expr, variables);
    case "has":
      return inferHas(checker, expr, variables);
    case "index":
      return inferIndex(checker, expr, variables);
    case "unary":
      return inferUnary(checker, expr, variables);
    case "binary":
      return inferBinary(checker, expr, variables);
    case "conditional":
      return inferConditional(checker, expr, variables);
    case "call":
      return inferCall(checker, expr, variables);
    case "list":
      return inferList(checker, expr, variables);
    case "map":
      return inferMap(checker, expr, variables);
    case "comprehension":
      return inferComprehension(checker, expr, variables);
    case "bind":
      return inferBind(checker, expr, variables);
  }
}

function isExpected(type: Type, expected: Expected): boolean {
  if (expected === "any" || type.kind === "dyn") return true;
  return expected === "number" ? isNumber(type) : type.kind === expected;
}

const WANTED: Readonly<Record<Expected, string>> = {
  bool: "true or false",
  string: "a text",
  number: "a number",
  any: "a value",
};

function expectedRemedy(expr: Expr, type: Type, expected: Expected): string {
  const text = shown(expr);
  if (expected === "bool") return conditionRemedy({ expr, type });
  if (expected === "string")
    return isNumber(type) ? `write \`string(${text})\`` : "write an expression that gives a text";
  if (type.kind === "string") return `if the text is a number, write \`double(${text})\``;
  if (type.kind === "list") return `to count its items, write \`size(${text})\``;
  return "to count calls, write `add: 1`";
}

/**
 * All that is wrong with `expr` under the declared shapes (design 3.4), in the order of the text:
 * unknown names, attributes and functions, types that cannot fit, malformed patterns. What is `dyn`
 * fits everywhere.
 */
export function checkExpression(expr: Expr, scope: Scope, expected: Expected): readonly Problem[] {
  const checker = new Checker(infer);
  const type = checker.type(expr, scope.variables);
  if (!isExpected(type, expected))
    checker.mismatch(
      expr,
      `this must give ${WANTED[expected]}, but it gives ${typeText(type)}`,
      expectedRemedy(expr, type, expected),
    );
  return checker.problems.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The type of `expr` as far as it is known; `dyn` where it is not. */
export function typeOf(expr: Expr, scope: Scope): Type {
  return new Checker(infer).type(expr, scope.variables);
}
