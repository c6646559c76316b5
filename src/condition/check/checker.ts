import type { Expr } from "../ast.ts";
import type { Type } from "../types.ts";

/** One finding on a condition; offsets count UTF-16 units of its text. */
export interface Problem {
  readonly code: "condition-type" | "unknown-attribute" | "invalid-pattern";
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string;
}

export type Variables = ReadonlyMap<string, Type>;

/** A part of an expression with the type that was found for it. */
export interface Typed {
  readonly expr: Expr;
  readonly type: Type;
}

export type Infer = (checker: Checker, expr: Expr, variables: Variables) => Type;

/** What one check has found so far; each kind of expression is inferred by its own function. */
export class Checker {
  readonly problems: Problem[] = [];

  constructor(private readonly infer: Infer) {}

  type(expr: Expr, variables: Variables): Type {
    return this.infer(this, expr, variables);
  }

  typed(expr: Expr, variables: Variables): Typed {
    return { expr, type: this.type(expr, variables) };
  }

  report(code: Problem["code"], at: { readonly start: number; readonly end: number }, message: string, help?: string): void {
    const problem = { code, message, start: at.start, end: at.end };
    this.problems.push(help === undefined ? problem : { ...problem, help });
  }

  mismatch(at: Expr, message: string, help?: string): void {
    this.report("condition-type", at, message, help);
  }
}
