import type { ComprehensionExpr, Expr } from "../condition/ast.ts";
import { isList, type Value, type NoValue } from "../condition/value.ts";
import { compositionOf, negation } from "../condition/structure.ts";
import { children } from "../condition/walk.ts";
import { compileTest, compileValue } from "../engine/compiled-rule.ts";
import { parsePath } from "../request/attribute-path.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import type { AttributeHost } from "../engine/attributes.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { truthMessage, truthName, type Truth } from "../engine/truth.ts";
import type { Condition } from "../policy/model.ts";
import type { ConditionNode, LineRef, ValueShown } from "../documents/test-result.ts";
import { shownValue } from "./shown-value.ts";
import { valueOrigin } from "./value-origin.ts";
import type { SourceLines } from "./source-lines.ts";

/** What a condition is asked on. */
export interface Asked {
  readonly condition: Condition;
  readonly host: AttributeHost;
  readonly row: EvaluationContext;
  readonly catalog: CatalogIndex;
  readonly lines: SourceLines;
}

const MAX_VALUES = 8;

/** The root name of a path expression such as `args.to[0]`; undefined where it is none. */
function pathRoot(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind === "select") return pathRoot(expr.operand);
  return expr.kind === "index" && expr.index.kind === "literal"
    ? pathRoot(expr.operand)
    : undefined;
}

function collectPaths(
  expr: Expr,
  roots: ReadonlySet<string>,
  into: Map<string, Expr>,
  text: string,
): void {
  const root = pathRoot(expr);
  if (root !== undefined) {
    if (roots.has(root) && expr.kind !== "ident") into.set(text.slice(expr.start, expr.end), expr);
    else if (root === "now") into.set("now", expr);
    return;
  }
  for (const child of children(expr)) collectPaths(child, roots, into, text);
}

/** The attributes that an expression reads, with their values. */
function valuesOf(expr: Expr, asked: Asked): readonly ValueShown[] {
  const paths = new Map<string, Expr>();
  collectPaths(expr, asked.host.roots, paths, asked.condition.text);
  return [...paths].slice(0, MAX_VALUES).map(([text, path]) => {
    const name = text.replace(/\s+/g, " ");
    return shownValue(
      name,
      compileValue({ expr: path }, asked.host)(asked.row),
      valueOrigin(parsePath(name), asked.row, asked.catalog),
    );
  });
}

/**
 * For `all` that is false, the elements that fail it; for `exists` that is true, those that meet
 * it.
 */
function witnesses(expr: ComprehensionExpr, truth: Truth, asked: Asked): readonly ValueShown[] {
  const wanted = expr.macro === "all" ? false : expr.macro === "exists" ? true : undefined;
  if (wanted === undefined || truth !== wanted || expr.second !== undefined) return [];
  const { start, end, range, variable, body } = expr;
  const test = wanted ? body : negation(body);
  const found: Value | NoValue = compileValue(
    { expr: { kind: "comprehension", macro: "filter", range, variable, body: test, start, end } },
    asked.host,
  )(asked.row);
  return isList(found) && found.length > 0
    ? found.slice(0, 3).map((element) => shownValue(variable, element))
    : [];
}

function atOf(expr: Expr, asked: Asked): LineRef {
  return asked.lines.at(asked.condition.place.file, asked.condition.toFile(expr.start));
}

/**
 * A condition as a tree of what it says, each part with its outcome, the atomic ones with the
 * values that they read.
 */
export function conditionTree(expr: Expr, asked: Asked): ConditionNode {
  const truth = compileTest(expr, asked.host)(asked.row);
  const text = asked.condition.text.slice(expr.start, expr.end).replace(/\s+/g, " ");
  const shared = {
    text,
    outcome: truthName(truth),
    message: truthMessage(truth),
    at: atOf(expr, asked),
  };
  const composed = compositionOf(expr);
  if (composed !== undefined)
    return {
      ...shared,
      kind: composed.kind,
      values: [],
      children: composed.parts.map((part) => conditionTree(part, asked)),
    };
  const found = expr.kind === "comprehension" ? witnesses(expr, truth, asked) : [];
  return { ...shared, kind: "test", values: [...valuesOf(expr, asked), ...found], children: [] };
}
