import type { Expr } from "../condition/ast.ts";
import { literalNumber } from "../condition/literal-value.ts";
import { unparse } from "../condition/unparse.ts";
import { conjuncts } from "../condition/structure.ts";
import type { Condition } from "../policy/model.ts";

interface Bound {
  readonly operand: string;
  readonly upper: boolean;
  readonly text: string;
}

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
  if (isNumber(expr.right) && !isNumber(expr.left))
    return {
      operand: unparse(expr.left),
      upper: expr.op.startsWith("<"),
      text: `${expr.op} ${shown(expr.right)}`,
    };
  if (isNumber(expr.left) && !isNumber(expr.right))
    return {
      operand: unparse(expr.right),
      upper: mirrored.startsWith("<"),
      text: `${mirrored} ${shown(expr.left)}`,
    };
  return undefined;
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
    clauses.push(`the bound on \`${from.operand}\` goes from \`${from.text}\` to \`${to.text}\``);
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
