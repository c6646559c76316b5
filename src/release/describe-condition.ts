import type { Expr } from "../condition/ast.ts";
import { literalNumber } from "../condition/literal-value.ts";
import { unparse } from "../condition/unparse.ts";
import { conjuncts } from "../condition/structure.ts";
import type { Condition } from "../policy/model.ts";

interface Bound {
  readonly operand: string;
  readonly upper: boolean;
  /** How the number bounds: `up to`. */
  readonly how: string;
  readonly number: string;
}

const HOW: ReadonlyMap<string, string> = new Map([
  ["<", "below"],
  ["<=", "up to"],
  [">", "above"],
  [">=", "from"],
]);

const MIRROR: ReadonlyMap<string, string> = new Map([
  ["<", ">"],
  ["<=", ">="],
  [">", "<"],
  [">=", "<="],
]);

function isNumber(expr: Expr): boolean {
  return literalNumber(expr) !== undefined;
}

function shown(expr: Expr): string {
  return unparse(expr).replace(/\.0$/, "");
}

/** A comparison with a number, as operand and bound. */
function boundOf(expr: Expr): Bound | undefined {
  if (expr.kind !== "binary") return undefined;
  const mirrored = MIRROR.get(expr.op);
  if (mirrored === undefined) return undefined;
  const bound = (operand: Expr, op: string, number: Expr): Bound => ({
    operand: unparse(operand),
    upper: op.startsWith("<"),
    how: HOW.get(op) ?? op,
    number: shown(number),
  });
  if (isNumber(expr.right) && !isNumber(expr.left)) return bound(expr.left, expr.op, expr.right);
  if (isNumber(expr.left) && !isNumber(expr.right)) return bound(expr.right, mirrored, expr.left);
  return undefined;
}

/** `up to 1500 instead of 150`. */
function movedText(from: Bound, to: Bound): string {
  const before = from.how === to.how ? from.number : `${from.how} ${from.number}`;
  return `${to.how} ${to.number} instead of ${before}`;
}

function parts(condition: Condition | undefined): readonly Expr[] {
  return condition === undefined ? [] : conjuncts(condition.expr);
}

/** One conjunct a line, as an author would cut it. */
function oneLine(expr: Expr): string {
  return `\`${unparse(expr)}\``;
}

function without(list: readonly Expr[], others: readonly Expr[]): readonly Expr[] {
  const texts = new Set(others.map(unparse));
  return list.filter((expr) => !texts.has(unparse(expr)));
}

function isSameBound(a: Bound | undefined, b: Bound | undefined): boolean {
  return a !== undefined && b !== undefined && a.operand === b.operand && a.upper === b.upper;
}

interface LostAndGained {
  readonly lost: readonly Expr[];
  readonly gained: readonly Expr[];
}

/** Bounds that moved, a clause each, and what is left of conjuncts that went and came. */
function movedBounds(
  changed: LostAndGained,
): LostAndGained & { readonly clauses: readonly string[] } {
  const [lost, gained] = [[...changed.lost], [...changed.gained]];
  const clauses: string[] = [];
  for (const old of changed.lost) {
    const from = boundOf(old);
    const now = gained.find((expr) => isSameBound(from, boundOf(expr)));
    const to = now === undefined ? undefined : boundOf(now);
    if (from === undefined || now === undefined || to === undefined) continue;
    clauses.push(`it now applies to \`${from.operand}\` ${movedText(from, to)}`);
    lost.splice(lost.indexOf(old), 1);
    gained.splice(gained.indexOf(now), 1);
  }
  return { lost, gained, clauses };
}

/**
 * What is different between two conditions, a clause each: bounds that moved, conjuncts gained and
 * lost.
 */
export function describeCondition(
  before: Condition | undefined,
  after: Condition | undefined,
): readonly string[] {
  const { lost, gained, clauses } = movedBounds({
    lost: without(parts(before), parts(after)),
    gained: without(parts(after), parts(before)),
  });
  const [went, came] = [lost.map(oneLine), gained.map(oneLine)];
  if (lost.length === 1 && gained.length === 1)
    return [...clauses, `${went.join("")} becomes ${came.join("")}`];
  return [
    ...clauses,
    ...(came.length > 0 ? [`it now also needs ${came.join(" and ")}`] : []),
    ...(went.length > 0 ? [`it no longer needs ${went.join(" and ")}`] : []),
  ];
}
