import { literalText } from "../../condition/literal-value.ts";
import type { CallExpr, Expr } from "../../condition/ast.ts";
import { compositionOf } from "../../condition/structure.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { Problem, SetRule } from "../rule.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";

/** The alternatives of a regular expression that no group holds. */
function alternatives(pattern: string): readonly string[] {
  const parts = [""];
  let [depth, inClass] = [0, false];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    const unit = char === "\\" ? pattern.slice(i, i + 2) : char;
    i += unit.length - 1;
    if (unit === "[") inClass = true;
    else if (unit === "]") inClass = false;
    else if (unit === "(" && !inClass) depth++;
    else if (unit === ")" && !inClass) depth--;
    if (unit === "|" && depth === 0 && !inClass) parts.push("");
    else parts[parts.length - 1] += unit;
  }
  return parts;
}

function isAnchored(pattern: string): boolean {
  const whole = /^(?:\(\?[a-zA-Z]+\))?(?:\^|\\A)/.test(pattern);
  return whole && /(?:^|[^\\])(?:\\\\)*(?:\$|\\z)$/.test(pattern);
}

interface Side {
  readonly expr: Expr;
  /** True where a text that fits makes the whole condition more likely. */
  readonly positive: boolean;
}

/** The parts that a condition is true by, with the side that each stands on. */
function sides({ expr, positive }: Side): readonly Side[] {
  const composition = compositionOf(expr);
  if (composition !== undefined) {
    const isKept = composition.kind !== "not";
    return composition.parts.map((part) => ({ expr: part, positive: positive === isKept }));
  }
  if (expr.kind === "conditional")
    return [expr.then, expr.otherwise].map((part) => ({ expr: part, positive }));
  if (expr.kind === "comprehension" && expr.macro !== "map" && expr.macro !== "filter")
    return [{ expr: expr.body, positive }];
  return expr.kind === "bind" ? [{ expr: expr.body, positive }] : [];
}

/** The calls of `matches` on the side that widens what a rule permits. */
function* widening(condition: Expr, positive: boolean): Generator<CallExpr> {
  const pending: Side[] = [{ expr: condition, positive }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.expr.kind === "call" && next.expr.name === "matches" && next.positive) yield next.expr;
    pending.push(...sides(next));
  }
}

function check({ rule }: AnalysedRule): readonly Problem[] {
  const { when, effect } = rule;
  if (when === undefined || effect === "require_approval") return [];
  return [...widening(when.expr, effect === "allow")].flatMap((node) => {
    const pattern = node.args.at(-1);
    const value = literalText(pattern);
    if (pattern === undefined || value === undefined) return [];
    if (alternatives(value).every(isAnchored)) return [];
    const span = conditionSpan(when, pattern.start, pattern.end);
    const message = `the pattern ${quoted(value)} of ${effect} rule ${quoted(rule.id)} also fits inside a longer text`;
    const help = "anchor each alternative: `^` at the start, `$` at the end";
    return [{ place: when.place, span, message, help }];
  });
}

/**
 * WHY only one side: what a rule forbids may stand anywhere in a text, what it permits is the whole
 * of it.
 */
export const unanchoredPattern: SetRule = {
  code: "unanchored-pattern",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => context.enforced.flatMap(check),
};
