import type { Expr } from "../condition/ast.ts";
import { compositionOf, negation } from "../condition/structure.ts";

/** An atomic condition: no `&&`, `||`, `!` or macro stands above it any more. */
export interface AtomicTest {
  readonly expr: Expr;
  /** True where the atom is (for some element, inside a macro) true. */
  readonly whenTrue: Expr;
  /** True where it is (for some element, inside a macro) false. */
  readonly whenFalse: Expr;
}

/** Puts a part of a condition where it can be asked alone. */
type Wrap = (expr: Expr) => Expr;

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
  const composition = compositionOf(expr);
  if (composition !== undefined) return composition.parts.map(plain);
  if (expr.kind === "conditional") {
    const { condition, then, otherwise } = expr;
    return [
      plain(condition),
      { expr: then, wrap: (inner) => and(condition, inner) },
      { expr: otherwise, wrap: (inner) => and(negation(condition), inner) },
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
export function atomicTests(expr: Expr, wrap: Wrap = (inner) => inner): readonly AtomicTest[] {
  if (expr.kind === "literal") return [];
  const parts = below(expr);
  if (parts !== undefined)
    return parts.flatMap((part) => atomicTests(part.expr, (inner) => wrap(part.wrap(inner))));
  const atom = { expr, whenTrue: wrap(expr), whenFalse: wrap(negation(expr)) };
  if (!isQuantifier(expr)) return [atom];
  return [
    atom,
    ...atomicTests(expr.body, (inner) => wrap({ ...expr, macro: "exists", body: inner })),
  ];
}
