import type { Expr } from "../condition/ast.ts";
import type { Cell, CellTest } from "./cell.ts";

/** That something is under a place: of what, by its text, and the place. */
export interface UnderPlace {
  readonly of: string;
  readonly base: string;
}

/**
 * Something that has one value in each call: an attribute, a term of a condition, a comparison of
 * two.
 */
export interface Variable {
  /** Two variables of one key are the same. */
  readonly key: string;
  /** What it may be before anything is asked of it. */
  readonly domain: Cell;
  /** The attribute that it is, where it is one. */
  readonly path?: readonly string[];
  /** The text that it stands for, where that is more than an attribute. */
  readonly expr?: Expr;
  /** The two whose order it is. */
  readonly compares?: readonly [Variable, Variable];
  /** The place under which something is asked to be, where that tells something of other places. */
  readonly under?: UnderPlace;
}

/** A classical formula over facts of a call: each literal is true or false of it. */
export type Formula =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "literal"; readonly variable: Variable; readonly test: CellTest }
  | { readonly kind: "and" | "or"; readonly parts: readonly Formula[] };

export type Literal = Extract<Formula, { kind: "literal" }>;

export const ALWAYS: Formula = { kind: "constant", value: true };
export const NEVER: Formula = { kind: "constant", value: false };

export function literal(variable: Variable, test: CellTest): Formula {
  return test.kinds === 0 ? NEVER : { kind: "literal", variable, test };
}

function join(kind: "and" | "or", parts: readonly Formula[]): Formula {
  const decides = kind === "or";
  const kept: Formula[] = [];
  for (const part of parts) {
    if (part.kind === "constant") {
      if (part.value === decides) return part;
    } else if (part.kind === kind) kept.push(...part.parts);
    else kept.push(part);
  }
  const [only] = kept;
  if (only === undefined) return decides ? NEVER : ALWAYS;
  return kept.length === 1 ? only : { kind, parts: kept };
}

export function allOf(parts: readonly Formula[]): Formula {
  return join("and", parts);
}

export function anyOf(parts: readonly Formula[]): Formula {
  return join("or", parts);
}
