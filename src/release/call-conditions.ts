import { formatTime } from "../text/time.ts";
import type { Expr } from "../condition/ast.ts";
import { literalJson, literalNumber } from "../condition/literal-value.ts";
import { isOnOnePath, pathsRead, readsPath } from "../condition/paths.ts";
import { unparse } from "../condition/unparse.ts";
import { visitAll } from "../condition/walk.ts";
import { prepareCall } from "../engine/prepared-call.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { fitsAction, fitsEntity } from "../engine/scope.ts";
import { ruleConditions } from "../policy/conditions.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { Question, Versions } from "./decide-both.ts";

/** A path of an attribute: `["args", "amount"]`. */
type Path = readonly string[];

/** The rules of a set that may say something of calls of this action. */
export function rulesOfAction(set: CompiledSet, { request }: Question): readonly CompiledRule[] {
  const { action } = prepareCall(set, request);
  return set.rules.filter(
    ({ rule, scope }) =>
      rule.mode === "enforce" && fitsAction(scope.actions, action.name) !== false,
  );
}

/** The rules of a set that may say something of a call of this subject, action and resource. */
function rulesThatMayFit(set: CompiledSet, question: Question): readonly CompiledRule[] {
  const call = prepareCall(set, question.request);
  const acting = rulesOfAction(set, question);
  // WHY not by subject with chains: the rules are asked of each agent of the chain too
  if (set.modes.length > 0) return acting;
  return acting.filter(
    ({ target, scope }) =>
      fitsEntity(target, call.subject, "subject") !== false &&
      fitsEntity(scope.subjects, call.subject, "subject") !== false &&
      fitsEntity(scope.resources, call.resource, "resource") !== false,
  );
}

function readsResource({ rule, scope }: CompiledRule): boolean {
  return (
    scope.resources !== undefined ||
    rule.obligations?.redact?.above !== undefined ||
    rule.exceptions.some((one) => one.resources !== undefined)
  );
}

/** What the catalog's record of the calling agent asks of a call. */
function recordPaths(set: CompiledSet, { request }: Question): readonly Path[] {
  const id = request.subject?.["id"];
  const entry = typeof id === "string" ? set.catalog.agents.get(id) : undefined;
  if (entry === undefined) return [];
  const { manifest, dataClasses, expires } = entry.agent;
  return [
    ...(manifest?.tools?.some((tool) => tool.args !== undefined) === true ? [["args"]] : []),
    ...(manifest?.sources !== undefined || dataClasses !== undefined ? [["resource"]] : []),
    ...(expires !== undefined ? [["now"]] : []),
  ];
}

/** What says which resource a call touches. */
function resourcePaths(set: CompiledSet, { request }: Question): readonly Path[] {
  const name = `${String(request.action?.["server"])}/${String(request.action?.["name"])}`;
  const spec = set.catalog.tools.get(name)?.tool.resource;
  return typeof spec === "object" ? [["resource"], ...pathsRead(spec.id.expr)] : [["resource"]];
}

/**
 * Every attribute that may tell how a set decides calls like this one; what is not among them
 * changes nothing. `anyone`: whatever the catalog's record of the caller asks is left out.
 */
function pathsThatTell(set: CompiledSet, question: Question, anyone: boolean): readonly Path[] {
  const rules = rulesThatMayFit(set, question);
  const expiring = rules.some(({ rule }) =>
    rule.exceptions.some((one) => one.expires !== undefined),
  );
  const read = [
    ...rules.flatMap(({ rule }) =>
      ruleConditions(rule).flatMap((condition) => pathsRead(condition.expr)),
    ),
    ...(anyone ? [] : recordPaths(set, question)),
    ...(rules.some(({ approval }) => approval !== undefined) ? [["context", "approvals"]] : []),
    ...(set.modes.length > 0
      ? [
          ["context", "delegation"],
          ["context", "on_behalf_of"],
        ]
      : []),
    ...(rules.some(readsResource) ? [["resource"]] : []),
    ...(expiring ? [["now"]] : []),
  ];
  return read.some(([root]) => root === "resource")
    ? [...read, ...resourcePaths(set, question)]
    : read;
}

/** A JSON value as CEL writes it. */
function literal(value: Json): string {
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, one]) =>
    one === undefined ? [] : [`${JSON.stringify(key)}: ${literal(one)}`],
  );
  return `{${entries.join(", ")}}`;
}

function memberText(root: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? `${root}.${name}`
    : `${root}[${JSON.stringify(name)}]`;
}

/** What a member of an object is, as a condition. */
function memberCondition(root: string, object: JsonObject, name: string): string {
  const [text, value] = [memberText(root, name), object[name]];
  if (value === undefined || value === null) return `!has(${text})`;
  // what the catalog knows of a person stands beside these two, and follows from them
  if (text === "context.on_behalf_of" && isJsonObject(value)) {
    return `${text}.type == ${literal(value["type"] ?? null)} && ${text}.id == ${literal(value["id"] ?? null)}`;
  }
  return `${text} == ${literal(value)}`;
}

/** All members of an object, and that it has no others; `free` may be anything. */
function wholeObject(
  root: string,
  object: JsonObject,
  free: string | undefined,
): readonly string[] {
  const names = Object.keys(object).sort();
  const others = `${root}.all(name, name in ${literal(names)})`;
  return [
    ...names.filter((name) => name !== free).map((name) => memberCondition(root, object, name)),
    others,
  ];
}

function stateCondition({ state }: Question, [, kind, name]: Path): readonly string[] {
  if (kind === "labels") {
    const names = name === undefined ? state.labels : [name];
    const told = names.map(
      (label) =>
        `${state.labels.includes(label) ? "" : "!("}${JSON.stringify(label)} in ` +
        `session.labels${state.labels.includes(label) ? "" : ")"}`,
    );
    return name === undefined ? [`session.labels == ${literal([...state.labels].sort())}`] : told;
  }
  if (name === undefined) return [];
  if (kind === "counters")
    return [`${memberText("session.counters", name)} == ${literal(state.counters[name] ?? 0)}`];
  return [`${memberText("session.values", name)} == ${literal([...(state.values[name] ?? [])])}`];
}

function rootObject({ request }: Question, root: string): JsonObject {
  const object =
    root === "args" ? request.args : root === "context" ? request.context : request.resource;
  return object ?? {};
}

function resourceCondition({ request }: Question): readonly string[] {
  const { resource } = request;
  if (resource === undefined) return ["!has(resource.id)"];
  return Object.keys(resource)
    .sort()
    .map((name) => memberCondition("resource", resource, name));
}

function timeCondition({ request }: Question): readonly string[] {
  return request.time === undefined
    ? []
    : [`now == timestamp(${JSON.stringify(formatTime(request.time))})`];
}

/** What one path has to be, as in the question; undefined where that cannot be written down. */
function conditionsAt(
  question: Question,
  path: Path,
  free: string | undefined,
): readonly string[] | undefined {
  const [root = "", name] = path;
  if (root === "subject" || root === "action" || root === "data") return [];
  if (root === "now") return timeCondition(question);
  if (root === "resource") return resourceCondition(question);
  if (root === "session")
    return name === undefined || (path.length < 3 && name !== "labels")
      ? undefined
      : stateCondition(question, path);
  if (root !== "args" && root !== "context") return undefined;
  const object = rootObject(question, root);
  if (name === undefined) return wholeObject(root, object, root === "args" ? free : undefined);
  return root === "args" && name === free ? [] : [memberCondition(root, object, name)];
}

/** A condition of a call, and the path that it speaks of. */
export interface PathCondition {
  readonly path: Path;
  readonly text: string;
}

/**
 * What is enough of a call beside its subject and action for both versions to decide it as they
 * decide the question, as conditions; nothing else tells. They are not all needed: most are the
 * question's own values. The argument `free` is left out: whoever names it says what it may be.
 * `anyone`: the caller is anybody whom the catalogs allow the call. Undefined where it cannot be
 * written down.
 */
export function conditionsOfCall(
  versions: Versions,
  question: Question,
  { free, anyone }: { readonly free: string | undefined; readonly anyone: boolean },
): readonly PathCondition[] | undefined {
  const found = new Map<string, PathCondition>();
  for (const set of [versions.before, versions.after]) {
    for (const path of pathsThatTell(set, question, anyone)) {
      const conditions = conditionsAt(question, path, free);
      if (conditions === undefined) return undefined;
      for (const text of conditions) if (!found.has(text)) found.set(text, { path, text });
    }
  }
  return [...found.values()];
}

/** The literals of conditions of either version, and the attributes whose presence they ask for. */
export function namedInConditions(versions: Versions, question: Question): ReadonlySet<string> {
  const named = new Set<string>();
  for (const set of [versions.before, versions.after])
    for (const { rule } of rulesThatMayFit(set, question))
      for (const { expr } of ruleConditions(rule))
        visitAll(expr, (node) => {
          const value = literalJson(node);
          if (value !== undefined) named.add(literal(value));
          if (node.kind === "has") named.add(`!${unparse(node)}`);
        });
  return named;
}

const ORDERED: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "==", "!="]);

function isArgument(expr: Expr, name: string): boolean {
  return (
    expr.kind === "select" &&
    !expr.optional &&
    expr.field === name &&
    expr.operand.kind === "ident" &&
    expr.operand.name === "args"
  );
}

/**
 * The numbers that a condition compares an argument with; undefined where it asks anything else of
 * it.
 */
function boundsIn(expr: Expr, name: string): readonly number[] | undefined {
  const bounds: number[] = [];
  let reads = 0;
  visitAll(expr, (node) => {
    if (isArgument(node, name)) reads++;
    if (node.kind !== "binary" || !ORDERED.has(node.op)) return;
    for (const [operand, beside] of [
      [node.left, node.right],
      [node.right, node.left],
    ] as const) {
      const bound = isArgument(operand, name) ? literalNumber(beside) : undefined;
      if (bound !== undefined && Number.isFinite(bound)) bounds.push(bound);
    }
  });
  const asked = readsPath(expr, ["args", name]);
  const others = pathsRead(expr).filter(
    ([root, member, below]) =>
      root === "args" && (member === undefined || (member === name && below !== undefined)),
  );
  return others.length > 0 ||
    bounds.length !== reads ||
    (asked && reads === 0 && !onlyAsksPresence(expr, name))
    ? undefined
    : bounds;
}

function onlyAsksPresence(expr: Expr, name: string): boolean {
  let asks = false;
  visitAll(expr, (node) => {
    asks ||=
      node.kind === "has" &&
      node.field === name &&
      node.operand.kind === "ident" &&
      node.operand.name === "args";
  });
  return asks;
}

const SCHEMA_BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/**
 * The bounds that the manifest of the calling agent sets to an argument; undefined where it asks
 * anything else of arguments.
 */
function manifestBounds(
  set: CompiledSet,
  { request }: Question,
  name: string,
): readonly number[] | undefined {
  const id = request.subject?.["id"];
  const tools =
    typeof id === "string" ? (set.catalog.agents.get(id)?.agent.manifest?.tools ?? []) : [];
  const bounds: number[] = [];
  for (const { args } of tools) {
    if (args === undefined) continue;
    const known = Object.keys(args).every((word) =>
      ["type", "properties", "required", "additionalProperties"].includes(word),
    );
    const property = isJsonObject(args["properties"]) ? args["properties"][name] : undefined;
    if (!known || (property !== undefined && !isJsonObject(property))) return undefined;
    for (const [word, value] of Object.entries(property ?? {})) {
      if (SCHEMA_BOUNDS.includes(word) && typeof value === "number") bounds.push(value);
      else if (word !== "type" || value !== "number") return undefined;
    }
  }
  return bounds;
}

/**
 * The numbers that tell apart how the versions decide calls like the question by an argument:
 * between two of them every value is decided alike. Undefined where anything else of the argument
 * may tell.
 */
export function boundsOfArgument(
  versions: Versions,
  question: Question,
  name: string,
): ReadonlySet<number> | undefined {
  const bounds = new Set<number>();
  for (const set of [versions.before, versions.after]) {
    const conditions = rulesThatMayFit(set, question).flatMap(({ rule }) => ruleConditions(rule));
    const spec = resourcePaths(set, question).some((path) => isOnOnePath(path, ["args", name]));
    const lists = [
      manifestBounds(set, question, name),
      ...conditions.map((condition) => boundsIn(condition.expr, name)),
    ];
    for (const list of lists) {
      if (list === undefined || spec) return undefined;
      for (const bound of list) bounds.add(bound);
    }
  }
  return bounds;
}
