/**
 * The neutral tree of a CEL expression: what parser, checker, compiler, analysis and coverage
 * share. Offsets count UTF-16 units of the expression's own text. Macros stay what the author
 * wrote; nothing is expanded.
 */
interface Node {
  readonly start: number;
  readonly end: number;
}

export type LiteralValue =
  | { readonly type: "null" }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "uint"; readonly value: bigint }
  /** `rounded`: no double holds the number that was written. */
  | { readonly type: "double"; readonly value: number; readonly rounded?: true }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array };

export interface LiteralExpr extends Node {
  readonly kind: "literal";
  readonly literal: LiteralValue;
}
export interface IdentExpr extends Node {
  readonly kind: "ident";
  readonly name: string;
}
/** `operand.field`, or `operand.?field` where `optional`. */
export interface SelectExpr extends Node {
  readonly kind: "select";
  readonly operand: Expr;
  readonly field: string;
  readonly optional: boolean;
}
/** `has(operand.field)`. */
export interface HasExpr extends Node {
  readonly kind: "has";
  readonly operand: Expr;
  readonly field: string;
}
export interface IndexExpr extends Node {
  readonly kind: "index";
  readonly operand: Expr;
  readonly index: Expr;
  readonly optional: boolean;
}
export interface UnaryExpr extends Node {
  readonly kind: "unary";
  readonly op: "!" | "-";
  readonly operand: Expr;
}
export type BinaryOperator =
  | "&&"
  | "||"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";
export interface BinaryExpr extends Node {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface ConditionalExpr extends Node {
  readonly kind: "conditional";
  readonly condition: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
}
/** A function (`size(x)`, `math.greatest(a, b)` with its full name) or, with `target`, a method. */
export interface CallExpr extends Node {
  readonly kind: "call";
  readonly name: string;
  /** Where a method's name starts; a function's starts the call. */
  readonly nameStart?: number;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}
export interface ListExpr extends Node {
  readonly kind: "list";
  readonly elements: readonly { readonly value: Expr; readonly optional: boolean }[];
}
export interface MapExpr extends Node {
  readonly kind: "map";
  readonly entries: readonly {
    readonly key: Expr;
    readonly value: Expr;
    readonly optional: boolean;
  }[];
}
/**
 * `range.all(variable, body)` and its kin; `filter` is set only on `map` with three arguments;
 * `second` on two-variable forms.
 */
export interface ComprehensionExpr extends Node {
  readonly kind: "comprehension";
  readonly macro: "all" | "exists" | "exists_one" | "map" | "filter";
  readonly range: Expr;
  readonly variable: string;
  readonly second?: string;
  readonly filter?: Expr;
  readonly body: Expr;
}
/**
 * `cel.bind(variable, init, body)`, `init.optMap(variable, body)`, `init.optFlatMap(variable,
 * body)`.
 */
export interface BindExpr extends Node {
  readonly kind: "bind";
  readonly macro: "bind" | "optMap" | "optFlatMap";
  readonly variable: string;
  readonly init: Expr;
  readonly body: Expr;
}

export type Expr =
  | LiteralExpr
  | IdentExpr
  | SelectExpr
  | HasExpr
  | IndexExpr
  | UnaryExpr
  | BinaryExpr
  | ConditionalExpr
  | CallExpr
  | ListExpr
  | MapExpr
  | ComprehensionExpr
  | BindExpr;
