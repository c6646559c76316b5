import type { Expr } from "../condition/ast.ts";
import { typeOf, type Scope } from "../condition/check.ts";
import { parseExpression } from "../condition/parse.ts";
import { DYN, type Type } from "../condition/types.ts";
import { visitAll } from "../condition/walk.ts";
import type { Node, ScalarNode } from "../policy/node.ts";
import type { Span } from "../text/span.ts";
import type { Step } from "./cursor.ts";
import type { EditorSet } from "./editor-set.ts";
import { conditionText } from "./mentions.ts";
import { textOffset, type NodeAt } from "./node-at.ts";
import { memberText, memberTexts, nodeBelow, toolOf } from "./node-parts.ts";

/** Whether the value at a path of a document is a condition. */
export function isConditionAt(kind: string | undefined, path: readonly Step[]): boolean {
  const last = path.at(-1);
  if (last === "when") return true;
  if (kind === "Policy") return path[0] === "session" && (last === "add" || last === "key");
  if (kind === "Suite") return last === "where";
  return kind === "Catalog" && path[0] === "tools" && path.at(-2) === "resource" && last === "id";
}

/** The tools of the rule, or of the catalog, in which a condition stands, as patterns of actions. */
function actionsOf(root: Node, path: readonly Step[]): readonly string[] | undefined {
  const item = nodeBelow(root, path.slice(0, 2));
  if (path[0] !== "tools") return memberTexts(item, "actions");
  const tool = toolOf(item);
  return tool === undefined ? undefined : [tool];
}

/** The shapes of what the condition at a path of a document reads. */
export function scopeOf(set: EditorSet, root: Node, path: readonly Step[]): Scope {
  if (path[0] === "session") {
    const text = memberText(nodeBelow(root, path.slice(0, 3)), "when");
    const when = parseExpression(path.at(-1) === "key" ? "" : (text ?? ""));
    return set.scopes.session(when.ok ? when : undefined);
  }
  const actions =
    actionsOf(root, path) ?? memberTexts(nodeBelow(root, path.slice(0, -1)), "actions");
  return set.scopes.rule(actions === undefined ? {} : { actions });
}

/** The smallest part of a condition at a place of a file, with what it is a part of. */
export interface ExprAt {
  readonly expr: Expr;
  /** The whole condition, in which the part has its offsets. */
  readonly text: string;
  /** Its place in the file. */
  readonly span: Span;
  readonly scope: Scope;
  /** The variables of the macros around it, which are in the scope too. */
  readonly locals: ReadonlyMap<string, Type>;
  /** The patterns under `actions` of the rule. */
  readonly actions: readonly string[] | undefined;
}

function smallestAt(expr: Expr, offset: number): Expr | undefined {
  let found: Expr | undefined;
  visitAll(expr, (node) => {
    const holds = node.start <= offset && offset <= node.end;
    if (holds && (found === undefined || node.end - node.start <= found.end - found.start))
      found = node;
  });
  return found;
}

/** The variables of the macros in which a part of a condition stands, with their types. */
function localsOf(whole: Expr, part: Expr, { variables }: Scope): ReadonlyMap<string, Type> {
  const locals = new Map<string, Type>();
  visitAll(whole, (node) => {
    if (node.kind !== "comprehension" || node === part || node.second !== undefined) return;
    if (node.start > part.start || node.end < part.end) return;
    const range = typeOf(node.range, { variables: new Map([...variables, ...locals]) });
    locals.set(node.variable, range.kind === "list" ? range.element : DYN);
  });
  return locals;
}

function fileSpan(node: ScalarNode, { start, end }: Span): Span {
  return { start: node.toFile(start), end: node.toFile(end) };
}

/** The part of a condition that stands at an offset; undefined: no well-formed condition does. */
export function exprAt(at: NodeAt, offset: number, set: EditorSet): ExprAt | undefined {
  const kind = nodeBelow(at.root, ["kind"]);
  const name = kind?.kind === "scalar" ? String(kind.value) : undefined;
  if (at.key !== undefined || at.node.kind !== "scalar" || !isConditionAt(name, at.path))
    return undefined;
  const text = conditionText(at.node);
  const parsed = parseExpression(text);
  if (!parsed.ok) return undefined;
  const expr = smallestAt(parsed.expr, textOffset(at.node, text.length, offset));
  if (expr === undefined) return undefined;
  const actions = actionsOf(at.root, at.path);
  const plain = scopeOf(set, at.root, at.path);
  const locals = localsOf(parsed.expr, expr, plain);
  const scope = { variables: new Map([...plain.variables, ...locals]) };
  return { expr, text, span: fileSpan(at.node, expr), scope, locals, actions };
}
