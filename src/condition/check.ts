import type { Expr } from "./ast.ts";
import { DYN, type Type } from "./types.ts";

export interface Scope {
  readonly variables: ReadonlyMap<string, Type>;
}

/** One finding on a condition; offsets count UTF-16 units of its text. */
export interface Problem {
  readonly code: "condition-type" | "unknown-attribute" | "invalid-pattern";
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string;
}

export type Expected = "bool" | "string" | "number" | "any";

/** All that is wrong with `expr` under the declared shapes, in the order of the text. */
export function checkExpression(_expr: Expr, _scope: Scope, _expected: Expected): readonly Problem[] {
  return [];
}

/** The type of `expr` as far as it is known. */
export function typeOf(_expr: Expr, _scope: Scope): Type {
  return DYN;
}
