import type { Expr } from "../condition/ast.ts";
import { compositionOf } from "../condition/structure.ts";
import { pathsRead, readsPath } from "../condition/paths.ts";

/**
 * How a list changed under a condition: what the condition read before may only have grown, shrunk
 * or be anything.
 */
export type Drift = "grows" | "shrinks" | "any";

type Direction = "with" | "against" | "still" | "any";

const OPPOSITE_DIRECTION: Readonly<Record<Direction, Direction>> = {
  with: "against",
  against: "with",
  still: "still",
  any: "any",
};

function readsIt(expr: Expr, name: string): boolean {
  return readsPath(expr, ["data", name]);
}

function isList(expr: Expr, name: string): boolean {
  const [first, ...others] = pathsRead(expr);
  return (
    (expr.kind === "select" || expr.kind === "index") &&
    others.length === 0 &&
    first?.length === 2 &&
    first[0] === "data" &&
    first[1] === name
  );
}

function joined(directions: readonly Direction[]): Direction {
  const moving = [...new Set(directions.filter((direction) => direction !== "still"))];
  return moving.length === 0 ? "still" : moving.length === 1 ? (moving[0] ?? "any") : "any";
}

/**
 * How a condition follows a list that grows: it holds at least as often, at most as often, or
 * nobody knows.
 */
function follows(expr: Expr, name: string): Direction {
  if (!readsIt(expr, name)) return "still";
  const composition = compositionOf(expr);
  if (composition !== undefined) {
    const inner = joined(composition.parts.map((part) => follows(part, name)));
    return composition.kind === "not" ? OPPOSITE_DIRECTION[inner] : inner;
  }
  if (expr.kind === "binary" && expr.op === "in" && isList(expr.right, name))
    return readsIt(expr.left, name) ? "any" : "with";
  if (
    expr.kind === "comprehension" &&
    (expr.macro === "all" || expr.macro === "exists") &&
    !readsIt(expr.range, name)
  )
    return follows(expr.body, name);
  return "any";
}

const OPPOSITE: Readonly<Record<Drift, Drift>> = { grows: "shrinks", shrinks: "grows", any: "any" };

/** How the outcome of a condition may move where the list `data.<name>` that it reads drifts. */
export function driftOf(expr: Expr, name: string, list: Drift): Drift {
  const direction = follows(expr, name);
  if (direction === "with") return list;
  return direction === "against" ? OPPOSITE[list] : "any";
}
