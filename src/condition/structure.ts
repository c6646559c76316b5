import type { BinaryExpr, Expr, UnaryExpr } from "./ast.ts";

/** A chain of `&&` or `||`. */
export interface ChainExpr extends BinaryExpr {
  readonly op: "&&" | "||";
}

/** Whether the topmost operator of `expr` is `&&` or `||`. */
export function isChain(expr: Expr): expr is ChainExpr {
  return expr.kind === "binary" && (expr.op === "&&" || expr.op === "||");
}

/** A condition with `!` before it. */
export interface NegationExpr extends UnaryExpr {
  readonly op: "!";
}

/** Whether the topmost operator of `expr` is `!`. */
export function isNegation(expr: Expr): expr is NegationExpr {
  return expr.kind === "unary" && expr.op === "!";
}

/**
 * The operands of a chain in the order of the text: `a && b && c` has three, `a && (b && c)` two.
 */
export function chainOperands(chain: ChainExpr): readonly Expr[] {
  const { op } = chain;
  const operands: Expr[] = [];
  let rest: Expr = chain;
  while (rest.kind === "binary" && rest.op === op) {
    operands.push(rest.right);
    rest = rest.left;
  }
  operands.push(rest);
  return operands.reverse();
}

/** How a condition is made of its direct parts. */
export interface Composition {
  readonly kind: "all" | "any" | "not";
  readonly parts: readonly Expr[];
}

/** How `&&`, `||` or `!` makes `expr` of its parts; undefined: `expr` is an atom. */
export function compositionOf(expr: Expr): Composition | undefined {
  if (isChain(expr)) return { kind: expr.op === "&&" ? "all" : "any", parts: chainOperands(expr) };
  return isNegation(expr) ? { kind: "not", parts: [expr.operand] } : undefined;
}

/** The parts of a condition that all have to be true, in the order of the text. */
export function conjuncts(expr: Expr): readonly Expr[] {
  const composition = compositionOf(expr);
  return composition?.kind === "all" ? composition.parts.flatMap(conjuncts) : [expr];
}

/** The parts of a condition of which one has to be true, in the order of the text. */
export function disjuncts(expr: Expr): readonly Expr[] {
  const composition = compositionOf(expr);
  return composition?.kind === "any" ? composition.parts.flatMap(disjuncts) : [expr];
}

/**
 * The parts of a condition below its `&&`, `||` and `!`, in the order of the text. INVARIANT: each
 * gets steps of its own, so the outcome of a condition is a function of the outcomes of its atoms.
 */
export function atoms(expr: Expr): readonly Expr[] {
  return compositionOf(expr)?.parts.flatMap(atoms) ?? [expr];
}

/** Like {@link atoms}, with the atoms of `a`, `b` and `c` in place of `a ? b : c`. */
export function atomsOfBranches(expr: Expr): readonly Expr[] {
  return atoms(expr).flatMap((atom) =>
    atom.kind === "conditional"
      ? [atom.condition, atom.then, atom.otherwise].flatMap(atomsOfBranches)
      : [atom],
  );
}

/** `!operand`, at the place of `operand`. */
export function negation(operand: Expr): NegationExpr {
  const { start, end } = operand;
  return { kind: "unary", op: "!", operand, start, end };
}
