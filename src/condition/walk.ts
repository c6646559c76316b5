import type { BinaryExpr, Expr } from "./ast.ts";

/**
 * The binary operators down the left side of `expr`, outermost first, and what stands left of all
 * of them. A chain of 10,000 terms is one spine, so whoever loops over it needs no deeper stack
 * than the parser's nesting limit.
 */
export function leftSpine(expr: Expr): {
  readonly first: Expr;
  readonly operators: readonly BinaryExpr[];
} {
  const operators: BinaryExpr[] = [];
  let first = expr;
  while (first.kind === "binary") {
    operators.push(first);
    first = first.left;
  }
  return { first, operators };
}

/** The direct children of `expr` in the order of the text. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "literal":
    case "ident":
      return [];
    case "select":
    case "has":
    case "unary":
      return [expr.operand];
    case "index":
      return [expr.operand, expr.index];
    case "binary":
      return [expr.left, expr.right];
    case "conditional":
      return [expr.condition, expr.then, expr.otherwise];
    case "call":
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case "list":
      return expr.elements.map((element) => element.value);
    case "map":
      return expr.entries.flatMap((entry) => [entry.key, entry.value]);
    case "comprehension":
      return expr.filter === undefined
        ? [expr.range, expr.body]
        : [expr.range, expr.filter, expr.body];
    case "bind":
      return [expr.init, expr.body];
  }
}

/**
 * Calls `visit` on every node of `expr`, parents first; needs no stack, so any tree of the parser
 * is fine.
 */
export function visitAll(expr: Expr, visit: (node: Expr) => void): void {
  const waiting: Expr[] = [expr];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node);
    const below = children(node);
    for (let i = below.length - 1; i >= 0; i--) {
      const child = below[i];
      if (child !== undefined) waiting.push(child);
    }
  }
}
