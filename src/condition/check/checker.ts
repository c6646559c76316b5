import type { Expr } from "../ast.ts";
import { DYN, type Type } from "../types.ts";
import type { WordCode } from "../words.ts";

/** One finding on a condition; offsets count UTF-16 units of its text. */
export interface Problem {
  readonly code:
    | "condition-type"
    | "unknown-attribute"
    | "invalid-pattern"
    | "unknown-argument"
    | WordCode;
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
  readonly #types = new Map<Expr, Type>();

  constructor(private readonly infer: Infer) {}

  type(expr: Expr, variables: Variables): Type {
    const type = this.infer(this, expr, variables);
    this.#types.set(expr, type);
    return type;
  }

  /** The type that was last found for a part; `dyn` where it was not looked at. */
  knownType(expr: Expr): Type {
    return this.#types.get(expr) ?? DYN;
  }

  typed(expr: Expr, variables: Variables): Typed {
    return { expr, type: this.type(expr, variables) };
  }

  report(
    code: Problem["code"],
    at: { readonly start: number; readonly end: number },
    message: string,
    help?: string,
  ): void {
    const problem = { code, message, start: at.start, end: at.end };
    this.problems.push(help === undefined ? problem : { ...problem, help });
  }

  mismatch(
    at: { readonly start: number; readonly end: number },
    message: string,
    help?: string,
  ): void {
    this.report("condition-type", at, message, help);
  }
}
