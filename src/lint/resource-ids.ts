import { literalText } from "../condition/literal-value.ts";
import type { Expr } from "../condition/ast.ts";
import { visitAll } from "../condition/walk.ts";
import { pathOf } from "../proof/variables.ts";
import type { Condition, Place, Rule, Tool } from "../policy/model.ts";
import { conditionSpan } from "../policy/read-condition.ts";
import { namedTools } from "../policy/type-scope.ts";
import type { Span } from "../text/span.ts";
import type { LintContext } from "./context.ts";

/** A text that a condition compares `resource.id` with. */
export interface ComparedId {
  /** The only type that the resource can have there. */
  readonly type: string;
  readonly text: string;
  /** True where ids that begin with the text are meant. */
  readonly prefix: boolean;
  readonly place: Place;
  readonly span: Span;
}

interface Text {
  readonly text: string;
  readonly prefix: boolean;
  readonly at: Expr;
}

function isResourceId(expr: Expr): boolean {
  return pathOf(expr)?.join(".") === "resource.id";
}

function textOf(expr: Expr, prefix: boolean): readonly Text[] {
  const text = literalText(expr);
  return text === undefined || text.includes("*") ? [] : [{ text, prefix, at: expr }];
}

function comparedIn(node: Expr): readonly Text[] {
  if (
    node.kind === "call" &&
    node.name === "startsWith" &&
    node.target !== undefined &&
    isResourceId(node.target)
  ) {
    return node.args.flatMap((arg) => textOf(arg, true));
  }
  if (node.kind !== "binary") return [];
  const { op, left, right } = node;
  if (op === "in" && isResourceId(left) && right.kind === "list")
    return right.elements.flatMap(({ value }) => textOf(value, false));
  if (op !== "==" && op !== "!=") return [];
  if (isResourceId(left)) return textOf(right, false);
  return isResourceId(right) ? textOf(left, false) : [];
}

/**
 * The one type that the resource of a rule's calls has, by its patterns or by the tools that it
 * names.
 */
export function onlyResourceType(
  { actions, resources }: Rule,
  tools: ReadonlyMap<string, Tool>,
): string | undefined {
  const derived = (tool: Tool): string =>
    typeof tool.resource === "object" ? tool.resource.type : "*";
  const named = namedTools(actions, tools)?.filter(({ resource }) => resource !== "none");
  const types =
    resources?.map((pattern) => pattern.split(":")[0] ?? "*") ?? named?.map(derived) ?? [];
  const [type] = types;
  return type === undefined || type.includes("*") || types.some((other) => other !== type)
    ? undefined
    : type;
}

function* inCondition(when: Condition | undefined, type: string): Generator<ComparedId> {
  if (when === undefined) return;
  const found: Text[] = [];
  visitAll(when.expr, (node) => found.push(...comparedIn(node)));
  for (const { text, prefix, at } of found) {
    yield { type, text, prefix, place: when.place, span: conditionSpan(when, at.start, at.end) };
  }
}

/** The texts that conditions compare `resource.id` with, where it can be of one type only. */
export function* comparedIds(context: LintContext): Generator<ComparedId> {
  const tools = new Map(context.tools.map((tool) => [`${tool.server}/${tool.name}`, tool]));
  for (const { rule } of context.analysed.rules) {
    const type = onlyResourceType(rule, tools);
    if (type === undefined) continue;
    yield* inCondition(rule.when, type);
    for (const exception of rule.exceptions) yield* inCondition(exception.when, type);
  }
}
