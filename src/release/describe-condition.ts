import type { Expr } from "../condition/ast.ts";
import { unparse } from "../condition/unparse.ts";
import { chainOperands } from "../condition/walk.ts";
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
  if (expr.kind === "unary" && expr.op === "-") return isNumber(expr.operand);
  return expr.kind === "literal" && (expr.literal.type === "int" || expr.literal.type === "double");
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
  return condition === undefined ? [] : chainOperands(condition.expr, "&&");
}

/** One conjunct a line, as an author would cut it. */
function oneLine(expr: Expr): string {
  return `\`${unparse(expr)}\``;
}

function without(list: readonly Expr[], others: readonly Expr[]): readonly Expr[] {
  const texts = new Set(others.map(unparse));
  return list.filter((expr) => !texts.has(unparse(expr)));
}

/**
 * What is different between two conditions, a clause each: bounds that moved, conjuncts gained and
 * lost.
 */
export function describeCondition(
  before: Condition | undefined,
  after: Condition | undefined,
): readonly string[] {
  const lost = [...without(parts(before), parts(after))];
  const gained = [...without(parts(after), parts(before))];
  const clauses: string[] = [];
  for (const old of [...lost]) {
    const from = boundOf(old);
    const now = gained.find((expr) => {
      const to = boundOf(expr);
      return (
        from !== undefined &&
        to !== undefined &&
        to.operand === from.operand &&
        to.upper === from.upper
      );
    });
    const to = now === undefined ? undefined : boundOf(now);
    if (from === undefined || now === undefined || to === undefined) continue;
    clauses.push(`the bound on \`${from.operand}\` goes from \`${from.text}\` to \`${to.text}\``);
    lost.splice(lost.indexOf(old), 1);
    gained.splice(gained.indexOf(now), 1);
  }
  if (lost.length === 1 && gained.length === 1)
    return [...clauses, `${lost.map(oneLine).join("")} becomes ${gained.map(oneLine).join("")}`];
  if (gained.length > 0) clauses.push(`it now also needs ${gained.map(oneLine).join(" and ")}`);
  if (lost.length > 0) clauses.push(`it no longer needs ${lost.map(oneLine).join(" and ")}`);
  return clauses;
}
