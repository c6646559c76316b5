import type { BinaryOperator, Expr } from "../../condition/ast.ts";
import { unparse } from "../../condition/unparse.ts";
import {
  chainOperands,
  isChain,
  isNegation,
  negation,
  type ChainExpr,
} from "../../condition/structure.ts";

/**
 * One change of a condition: the whole tree after it (undefined: nothing is left of it), and how to
 * say it.
 */
export interface Rewriting {
  readonly operator: "drop-condition" | "negate-condition" | "move-bound";
  readonly expr: Expr | undefined;
  /** Offset in the condition's text of what changed. */
  readonly start: number;
  readonly change: string;
}

type Put = (inner: Expr | undefined) => Expr | undefined;

function text(expr: Expr): string {
  return `\`${unparse(expr)}\``;
}

function negated(operand: Expr): Expr {
  return isNegation(operand) ? operand.operand : negation(operand);
}

/** A chain of `op` again; undefined where nothing is left to chain. */
function chain(op: ChainExpr["op"], parts: readonly Expr[]): Expr | undefined {
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  return rest.reduce<Expr>(
    (left, right) => ({ kind: "binary", op, left, right, start: left.start, end: right.end }),
    first,
  );
}

const TOGGLED: ReadonlyMap<BinaryOperator, BinaryOperator> = new Map([
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
]);

/** The expression with each numeric literal in it one step further, one at a time. */
function shifted(expr: Expr, by: 1 | -1): Expr | undefined {
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = shifted(expr.operand, by === 1 ? -1 : 1);
    return inner === undefined ? undefined : { ...expr, operand: inner };
  }
  if (expr.kind !== "literal") return undefined;
  const { literal } = expr;
  if (literal.type === "double")
    return { ...expr, literal: { type: "double", value: literal.value + by } };
  if (literal.type === "int")
    return { ...expr, literal: { type: "int", value: literal.value + BigInt(by) } };
  return undefined;
}

function boundRewritings(expr: Expr, put: Put): readonly Rewriting[] {
  if (expr.kind !== "binary") return [];
  const op = TOGGLED.get(expr.op);
  if (op === undefined) return [];
  const one = (changed: Expr): Rewriting => ({
    operator: "move-bound",
    expr: put(changed),
    start: expr.start,
    change: `${text(expr)} becomes ${text(changed)}`,
  });
  const moved = ([1, -1] as const).flatMap((by) => {
    const right = shifted(expr.right, by);
    const left = right === undefined ? shifted(expr.left, by) : undefined;
    return right !== undefined
      ? [one({ ...expr, right })]
      : left !== undefined
        ? [one({ ...expr, left })]
        : [];
  });
  return [one({ ...expr, op }), ...moved];
}

function chainRewritings(expr: ChainExpr, put: Put): readonly Rewriting[] {
  const { op } = expr;
  const parts = chainOperands(expr);
  return parts.flatMap((part, i): readonly Rewriting[] => {
    const without: Put = (inner) =>
      put(chain(op, inner === undefined ? parts.toSpliced(i, 1) : parts.toSpliced(i, 1, inner)));
    return [
      {
        operator: "drop-condition",
        expr: without(undefined),
        start: part.start,
        change: `${text(part)} is dropped`,
      },
      ...rewritings(part, without),
    ];
  });
}

function negationRewriting(expr: Expr, put: Put): Rewriting {
  const changed = negated(expr);
  return {
    operator: "negate-condition",
    expr: put(changed),
    start: expr.start,
    change: `${text(expr)} becomes ${text(changed)}`,
  };
}

/**
 * The changes of a condition: each part of a chain dropped, each atomic condition negated, each
 * bound moved.
 */
function rewritings(expr: Expr, put: Put = (inner) => inner): readonly Rewriting[] {
  if (isChain(expr)) return chainRewritings(expr, put);
  if (isNegation(expr)) {
    const inner: Put = (part) => put(part === undefined ? undefined : { ...expr, operand: part });
    return isChain(expr.operand)
      ? rewritings(expr.operand, inner)
      : [negationRewriting(expr, put), ...boundRewritings(expr.operand, inner)];
  }
  const quantified =
    expr.kind === "comprehension" && (expr.macro === "all" || expr.macro === "exists")
      ? rewritings(expr.body, (body) => put(body === undefined ? undefined : { ...expr, body }))
      : [];
  // WHY once: negating the body of a macro that has one condition says nearly the same as negating
  // the macro
  const inner = quantified.filter(
    (r) =>
      !(
        expr.kind === "comprehension" &&
        r.operator === "negate-condition" &&
        r.start === expr.body.start &&
        expr.body.kind !== "binary"
      ),
  );
  return [negationRewriting(expr, put), ...boundRewritings(expr, put), ...inner];
}

/** All changes of a whole condition; the first drops it. */
export function conditionRewritings(expr: Expr): readonly Rewriting[] {
  const whole: Rewriting = {
    operator: "drop-condition",
    expr: undefined,
    start: expr.start,
    change: "the whole condition is dropped",
  };
  const parts = rewritings(expr);
  return parts.some((r) => r.operator === "drop-condition" && r.expr === undefined)
    ? parts
    : [whole, ...parts];
}
