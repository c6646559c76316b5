import type { Expr } from "../condition/ast.ts";
import { chainOperands } from "../condition/walk.ts";

/** An atomic condition: no `&&`, `||`, `!` or macro stands above it any more. */
export interface Atom {
  readonly expr: Expr;
  /** True where the atom is (for some element, inside a macro) true. */
  readonly whenTrue: Expr;
  /** True where it is (for some element, inside a macro) false. */
  readonly whenFalse: Expr;
}

/** Puts a part of a condition where it can be asked alone. */
type Wrap = (expr: Expr) => Expr;

function not(operand: Expr): Expr {
  return { kind: "unary", op: "!", operand, start: operand.start, end: operand.end };
}

function and(left: Expr, right: Expr): Expr {
  return { kind: "binary", op: "&&", left, right, start: left.start, end: right.end };
}

/**
 * What stands below a boolean operator or macro, with how to ask it alone; undefined: `expr` is
 * atomic.
 */
function below(expr: Expr): readonly { readonly expr: Expr; readonly wrap: Wrap }[] | undefined {
  const plain = (part: Expr): { readonly expr: Expr; readonly wrap: Wrap } => ({
    expr: part,
    wrap: (inner) => inner,
  });
  if (expr.kind === "binary" && (expr.op === "&&" || expr.op === "||"))
    return chainOperands(expr, expr.op).map(plain);
  if (expr.kind === "unary" && expr.op === "!") return [plain(expr.operand)];
  if (expr.kind === "conditional") {
    const { condition, then, otherwise } = expr;
    return [
      plain(condition),
      { expr: then, wrap: (inner) => and(condition, inner) },
      { expr: otherwise, wrap: (inner) => and(not(condition), inner) },
    ];
  }
  if (expr.kind === "bind" && expr.macro === "bind")
    return [{ expr: expr.body, wrap: (inner) => ({ ...expr, body: inner }) }];
  return undefined;
}

function isQuantifier(expr: Expr): expr is Extract<Expr, { kind: "comprehension" }> {
  return (
    expr.kind === "comprehension" &&
    (expr.macro === "all" || expr.macro === "exists" || expr.macro === "exists_one")
  );
}

/**
 * The atomic conditions of a condition in the order of the text. A macro (`all`, `exists`,
 * `exists_one`) is one, and so is each part of its body, asked of the elements. Literals are none:
 * they have one outcome.
 */
export function atomsOf(expr: Expr, wrap: Wrap = (inner) => inner): readonly Atom[] {
  if (expr.kind === "literal") return [];
  const parts = below(expr);
  if (parts !== undefined)
    return parts.flatMap((part) => atomsOf(part.expr, (inner) => wrap(part.wrap(inner))));
  const atom = { expr, whenTrue: wrap(expr), whenFalse: wrap(not(expr)) };
  if (!isQuantifier(expr)) return [atom];
  return [atom, ...atomsOf(expr.body, (inner) => wrap({ ...expr, macro: "exists", body: inner }))];
}
