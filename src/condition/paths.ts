import type { Expr, IdentExpr } from "./ast.ts";
import { literalText } from "./literal-value.ts";
import { visitAll } from "./walk.ts";

/** A name without the leading dot, which only says that no variable of a macro is meant. */
export function plainName({ name }: IdentExpr): string {
  return name.replace(/^\./, "");
}

/** The member that one step of a path spells: `.x`, `["x"]`, `has(a.x)`; undefined: none. */
export function spelledMember(
  node: Expr,
): { readonly key: string; readonly operand: Expr } | undefined {
  if (node.kind === "select" || node.kind === "has")
    return { key: node.field, operand: node.operand };
  const key = node.kind === "index" ? literalText(node.index) : undefined;
  return node.kind === "index" && key !== undefined ? { key, operand: node.operand } : undefined;
}

/** The path that a chain of members spells from its first name; undefined: a part is computed. */
export function spelledPath(expr: Expr): readonly string[] | undefined {
  const path: string[] = [];
  let node = expr;
  for (let next = spelledMember(node); next !== undefined; next = spelledMember(node)) {
    path.push(next.key);
    node = next.operand;
  }
  return node.kind === "ident" ? [plainName(node), ...path.reverse()] : undefined;
}

function isPlainStep(node: Expr): boolean {
  return (node.kind === "select" || node.kind === "index") && !node.optional;
}

/** Whether a name is a root, and no variable of a macro hides it; a leading dot skips those. */
function isRoot(expr: IdentExpr, locals: Locals, roots: ReadonlySet<string>): boolean {
  const plain = plainName(expr);
  return roots.has(plain) && (plain !== expr.name || !locals.has(expr.name));
}

/** The variables of macros around an expression. */
export interface Locals {
  has(name: string): boolean;
}

/**
 * The attribute that a chain like `args.to["x"]` reads; undefined where it does not start at a
 * root, or has an optional or computed part.
 */
export function staticPath(
  expr: Expr,
  locals: Locals,
  roots: ReadonlySet<string>,
): readonly string[] | undefined {
  let node: Expr | undefined = expr;
  while (node !== undefined && node.kind !== "ident")
    node = isPlainStep(node) ? spelledMember(node)?.operand : undefined;
  return node !== undefined && isRoot(node, locals, roots) ? spelledPath(expr) : undefined;
}

/** A chain as far as its path is written out: `session.labels`; undefined: it is no chain. */
function chainOf(expr: Expr): Pick<Reading, "path" | "expr"> | undefined {
  let written = expr;
  for (let node: Expr = expr; node.kind !== "ident"; node = node.operand) {
    if (node.kind !== "select" && node.kind !== "has" && node.kind !== "index") return undefined;
    // a computed part may be any member, so what was read below it does not matter
    if (spelledMember(node) === undefined) written = node.operand;
  }
  const path = spelledPath(written);
  return path && { path, expr: written };
}

/** The label that `'name' in session.labels` asks for; undefined: it is another expression. */
function testedLabel(node: Expr): string | undefined {
  if (node.kind !== "binary" || node.op !== "in") return undefined;
  return chainOf(node.right)?.path.join(".") === "session.labels"
    ? literalText(node.left)
    : undefined;
}

/** One reading of an attribute in an expression. */
export interface Reading {
  readonly path: readonly string[];
  /** What spells the path. */
  readonly expr: Expr;
  /** True where the attribute may be absent: inside `has()`, and behind `.?`. */
  readonly guarded: boolean;
}

function isGuarded(node: Expr): boolean {
  return (
    node.kind === "has" || ((node.kind === "select" || node.kind === "index") && node.optional)
  );
}

/**
 * Every reading of an attribute in an expression, in the order of the text, each path as far as it
 * is written out; those of variables of macros too.
 */
export function readings(expr: Expr): readonly Reading[] {
  const found: Reading[] = [];
  const inside = new Set<Expr>();
  visitAll(expr, (node) => {
    const label = testedLabel(node);
    if (label !== undefined && node.kind === "binary") {
      found.push({ path: ["session", "labels", label], expr: node, guarded: true });
      inside.add(node.right);
      return;
    }
    const known = inside.has(node);
    const chain = known ? undefined : chainOf(node);
    if (chain !== undefined) found.push({ ...chain, guarded: isGuarded(chain.expr) });
    // what stands below a chain is a part of it
    if (node.kind === "select" || node.kind === "has" || node.kind === "index")
      if (known || chain !== undefined) inside.add(node.operand);
  });
  return found;
}

/** Every attribute path that an expression reads, each as far as it is written out. */
export function pathsRead(expr: Expr): readonly (readonly string[])[] {
  return readings(expr).map(({ path }) => path);
}

/** Whether an expression reads a path, something below it, or all of something above it. */
export function readsPath(expr: Expr, path: readonly string[]): boolean {
  return pathsRead(expr).some((read) => isOnOnePath(read, path));
}

/** Whether one path is the other, or lies above or below it. */
export function isOnOnePath(one: readonly string[], other: readonly string[]): boolean {
  return one.every((key, i) => i >= other.length || key === other[i]);
}
