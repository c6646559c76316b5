import { pathOf } from "../proof/variables.ts";
import type { Expr } from "../condition/ast.ts";
import { visitAll } from "../condition/walk.ts";

/** One reading of an attribute in a condition. */
export interface Reading {
  readonly path: readonly string[];
  readonly expr: Expr;
  /** True inside `has()`. */
  readonly guarded: boolean;
}

/**
 * The attributes that a condition reads, the longest path at each place; readings inside macros
 * included.
 */
export function readingsOf(expr: Expr): readonly Reading[] {
  const found: Reading[] = [];
  const inner = new Set<Expr>();
  visitAll(expr, (node) => {
    const read =
      node.kind === "has"
        ? { path: pathOf(node.operand), field: node.field }
        : { path: pathOf(node), field: undefined };
    if (read.path !== undefined && !inner.has(node))
      found.push({
        path: read.field === undefined ? read.path : [...read.path, read.field],
        expr: node,
        guarded: node.kind === "has",
      });
    if (read.path === undefined && !inner.has(node)) return;
    if (node.kind === "select" || node.kind === "index" || node.kind === "has")
      inner.add(node.operand);
    if (node.kind === "index") inner.add(node.index);
  });
  return found;
}
