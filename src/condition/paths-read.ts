import type { Expr } from "./ast.ts";
import { visitAll } from "./walk.ts";

/**
 * The path that a chain of selections spells from its first name, as far as it is written out:
 * `session.labels`.
 */
function chainOf(expr: Expr): readonly string[] | undefined {
  const path: string[] = [];
  let node = expr;
  for (;;) {
    if (node.kind === "ident") return [node.name.replace(/^\./, ""), ...path.reverse()];
    if (node.kind === "select" || node.kind === "has") path.push(node.field);
    else if (
      node.kind === "index" &&
      node.index.kind === "literal" &&
      node.index.literal.type === "string"
    )
      path.push(node.index.literal.value);
    // a computed part may be any member, so what was read below it does not matter
    else if (node.kind === "index") path.length = 0;
    else return undefined;
    node = node.operand;
  }
}

function isLabelTest(node: Expr): readonly string[] | undefined {
  if (
    node.kind !== "binary" ||
    node.op !== "in" ||
    node.left.kind !== "literal" ||
    node.left.literal.type !== "string"
  )
    return undefined;
  const path = chainOf(node.right);
  return path?.join(".") === "session.labels" ? [...path, node.left.literal.value] : undefined;
}

/** Every attribute path that an expression reads, each as far as it is written out. */
export function pathsRead(expr: Expr): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const inside = new Set<Expr>();
  visitAll(expr, (node) => {
    const label = isLabelTest(node);
    if (label !== undefined && node.kind === "binary") {
      found.push(label);
      inside.add(node.right);
      return;
    }
    const known = inside.has(node);
    if (node.kind === "select" || node.kind === "has" || node.kind === "index") {
      const path = known ? undefined : chainOf(node);
      if (path !== undefined) found.push(path);
      // what stands below a chain is a part of it
      if (known || path !== undefined) inside.add(node.operand);
    } else if (node.kind === "ident" && !known) {
      found.push([node.name.replace(/^\./, "")]);
    }
  });
  return found;
}
