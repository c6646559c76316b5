import { parseExpression } from "../condition/parse.ts";
import type { Expr } from "../condition/ast.ts";
import { readings, type Reading } from "../condition/paths.ts";
import type { Loaded } from "../policy/load.ts";
import type { MapNode, Node, ScalarNode } from "../policy/node.ts";
import type { Source, Span } from "../text/span.ts";
import { calledName } from "./calls.ts";
import type { Step } from "./cursor.ts";
import { memberText, toolText } from "./node-parts.ts";

/** What has a name that other places use. */
export type SymbolKind =
  | "rule"
  | "label"
  | "rule label"
  | "counter"
  | "value list"
  | "tool"
  | "agent"
  | "person"
  | "role"
  | "data"
  | "fixture";

/** One place that names something. */
export interface Mention {
  readonly kind: SymbolKind;
  /**
   * A tool is `server/name`; a rule is `policy/rule`, or `rule` where only that is written; a
   * fixture is that of its file.
   */
  readonly name: string;
  readonly file: string;
  /** What is written of the name, without quotes. */
  readonly span: Span;
  readonly isDefinition: boolean;
}

type Found = Omit<Mention, "file">;

/** A scalar with what stands around it. */
interface At {
  readonly path: readonly Step[];
  readonly parent: MapNode | undefined;
}

/** Where a part of a scalar's text stands in the file. */
function partSpan({ toFile }: ScalarNode, start: number, end: number): Span {
  return { start: toFile(start), end: toFile(end) };
}

function named(kind: SymbolKind, node: ScalarNode, isDefinition = false): Found {
  const name = String(node.value);
  return { kind, name, span: partSpan(node, 0, name.length), isDefinition };
}

/** The text of a condition, as it is read from a scalar. */
export function conditionText(node: ScalarNode): string {
  return typeof node.value === "string" ? node.value : node.source;
}

const STATE: ReadonlyMap<string, SymbolKind> = new Map([
  ["labels", "label"],
  ["counters", "counter"],
  ["values", "value list"],
]);

/** The name that a reading ends with: its kind, and where it stands in the condition. */
function readName({ path, expr }: Reading): Pick<Found, "kind" | "name" | "span"> | undefined {
  const [root = "", second = "", third] = path;
  const kind = root === "session" ? STATE.get(second) : root === "data" ? "data" : undefined;
  const name = root === "data" ? second : third;
  if (kind === undefined || name === undefined || name === "") return undefined;
  const span = nameSpan(expr, root === "data" ? 2 : 3, path.length);
  return span && { kind, name, span };
}

/** Where the step of a chain that spells its `depth`th name stands. */
function nameSpan(expr: Expr, depth: number, length: number): Span | undefined {
  if (expr.kind === "binary") return inner(expr.left);
  let node: Expr = expr;
  for (let i = length; i > depth; i--) {
    if (node.kind !== "select" && node.kind !== "has" && node.kind !== "index") return undefined;
    node = node.operand;
  }
  if (node.kind === "index") return inner(node.index);
  const end = node.kind === "has" ? node.end - 1 : node.end;
  if (node.kind !== "select" && node.kind !== "has") return undefined;
  return { start: end - node.field.length, end };
}

/** What stands between the quotes of a text literal. */
function inner({ start, end }: Expr): Span {
  return { start: start + 1, end: end - 1 };
}

function conditionMentions(node: ScalarNode): readonly Found[] {
  const text = conditionText(node);
  if (!/session|data/.test(text)) return [];
  const parsed = parseExpression(text);
  if (!parsed.ok) return [];
  return readings(parsed.expr).flatMap((reading) => {
    const found = readName(reading);
    if (found === undefined || text.slice(found.span.start, found.span.end) !== found.name)
      return [];
    const { start, end } = found.span;
    return [{ ...found, span: partSpan(node, start, end), isDefinition: false }];
  });
}

/** `agent:x`, `human:x` and `role:x` as what they name; patterns name nothing. */
function entityMention(node: ScalarNode): readonly Found[] {
  const text = String(node.value);
  const [, type = "", name = ""] = /^(agent|human|role):([^*]+)$/.exec(text) ?? [];
  if (name === "") return [];
  const kind = type === "agent" ? "agent" : type === "human" ? "person" : "role";
  const span = partSpan(node, type.length + 1, text.length);
  return [{ kind, name, span, isDefinition: false }];
}

function toolMention(node: ScalarNode): readonly Found[] {
  return /^[^*/]+\/[^*]+$/.test(String(node.value)) ? [named("tool", node)] : [];
}

const ENTITY_LISTS: ReadonlySet<Step> = new Set(["subjects", "approvers", "notify", "resources"]);
const CONDITIONS: ReadonlySet<Step> = new Set(["when", "add", "key", "where"]);
/** The kinds of documents that have calls, or examples of them. */
const CALLING: ReadonlySet<string> = new Set(["Policy", "Suite"]);
const STATE_KEYS: ReadonlySet<string> = new Set(["session", "subject", "on_behalf_of", "tenant"]);

/** What a call, or an example of one, names. */
function callMentions(node: ScalarNode, { path }: At, root: MapNode): readonly Found[] {
  if (path.at(-1) === "by") return entityMention(node);
  const called = calledName(root, path, node);
  return called === undefined ? [] : [{ ...named(called.kind, node), name: called.name }];
}

/** What a scalar names in every kind of document. */
function commonMentions(node: ScalarNode, { path }: At): readonly Found[] {
  const [last, list, above] = [path.at(-1), path.at(-2), path.at(-3)];
  if (last !== undefined && CONDITIONS.has(last))
    return last === "key" && STATE_KEYS.has(String(node.value)) ? [] : conditionMentions(node);
  if (typeof last !== "number") return [];
  if (list === "actions") return toolMention(node);
  if (list !== undefined && ENTITY_LISTS.has(list)) return entityMention(node);
  const isState = (above === "session" || above === "state") && path[0] !== "session";
  return isState && list === "labels" ? [named("label", node)] : [];
}

function policyMentions(node: ScalarNode, { path }: At, root: MapNode): readonly Found[] {
  const [first, second, third] = path;
  if (first === "rules" && path.length === 3 && third === "id") {
    const rule = named("rule", node, true);
    return [{ ...rule, name: `${memberText(root, "name") ?? ""}/${rule.name}` }];
  }
  if (first === "rules" && path.length === 4 && third === "labels")
    return [named("rule label", node)];
  const kind =
    first === "session" && path.at(-1) === "name" ? STATE.get(String(second)) : undefined;
  return kind === undefined ? [] : [named(kind, node, true)];
}

function catalogMentions(node: ScalarNode, { path, parent }: At): readonly Found[] {
  const [first, , third, fourth] = path;
  const last = path.at(-1);
  if (first === "tools" && path.length === 3 && third === "name") {
    const tool = named("tool", node, true);
    return [{ ...tool, name: toolText(memberText(parent, "server"), tool.name) }];
  }
  if (first === "agents" && third === "id") return [named("agent", node, true)];
  if (first === "agents" && fourth === "tools" && last === "name") return toolMention(node);
  if (first === "people" && third === "id") return [named("person", node, true)];
  if (first === "people" && third === "roles") return [named("role", node, true)];
  const isResource = first === "tools" && third === "resource" && last === "id";
  return isResource ? conditionMentions(node) : [];
}

function suiteMentions(node: ScalarNode, { path }: At): readonly Found[] {
  const last = path.at(-1);
  if (last === "use") return [named("fixture", node)];
  return last === "rule" && path.includes("expect") ? [named("rule", node)] : [];
}

function invariantMentions(node: ScalarNode, { path }: At): readonly Found[] {
  return path.at(-1) === "label" && path.at(-2) === "after" ? [named("label", node)] : [];
}

/** What a member of a map names by its key. */
function keyKind(path: readonly Step[], kind: string): SymbolKind | undefined {
  const above = path.at(-2);
  if (kind === "Catalog") return path.length === 2 && above === "data" ? "data" : undefined;
  if (kind === "Suite" && path.length === 2 && above === "fixtures") return "fixture";
  const owner = path.at(-3);
  if ((owner !== "session" && owner !== "state") || path[0] === "session") return undefined;
  return typeof above === "string" ? STATE.get(above) : undefined;
}

class MentionWalk {
  readonly found: Found[] = [];
  readonly #root: MapNode;
  readonly #kind: string;
  readonly #text: string;

  constructor(root: MapNode, text: string) {
    this.#root = root;
    this.#kind = memberText(root, "kind") ?? "";
    this.#text = text;
  }

  walk(node: Node, at: At): void {
    if (node.kind === "scalar") this.#scalar(node, at);
    if (node.kind === "list")
      node.items.forEach((item, i) => this.walk(item, { ...at, path: [...at.path, i] }));
    if (node.kind !== "map") return;
    for (const { key, keyPlace, value } of node.entries) {
      const path = [...at.path, key];
      this.#key(key, keyPlace.span, path);
      this.walk(value, { path, parent: node });
    }
  }

  #key(name: string, written: Span, path: readonly Step[]): void {
    const kind = keyKind(path, this.#kind);
    if (kind === undefined) return;
    const quote = /["']/.test(this.#text.charAt(written.start)) ? 1 : 0;
    const span = { start: written.start + quote, end: written.end - quote };
    this.found.push({ kind, name, span, isDefinition: kind === "data" || kind === "fixture" });
  }

  #scalar(node: ScalarNode, at: At): void {
    this.found.push(...commonMentions(node, at));
    if (this.#kind === "Policy") this.found.push(...policyMentions(node, at, this.#root));
    if (this.#kind === "Catalog") this.found.push(...catalogMentions(node, at));
    if (this.#kind === "Suite") this.found.push(...suiteMentions(node, at));
    if (CALLING.has(this.#kind)) this.found.push(...callMentions(node, at, this.#root));
    if (this.#kind === "Invariant") this.found.push(...invariantMentions(node, at));
  }
}

/** Every place of a file that names something, in the order of the text. */
export function mentionsOf({ file, text }: Source, { roots }: Loaded): readonly Mention[] {
  const found = roots.flatMap(({ root }) => {
    if (root.kind !== "map") return [];
    const walk = new MentionWalk(root, text);
    walk.walk(root, { path: [], parent: undefined });
    return walk.found;
  });
  return found.map((one) => ({ ...one, file })).sort((a, b) => a.span.start - b.span.start);
}
