import type { Expr, LiteralExpr } from "../condition/ast.ts";
import { spelledMember, spelledPath } from "../condition/paths.ts";
import { children } from "../condition/walk.ts";
import type { Catalog, Condition, Document, ManifestTool, Policy } from "../policy/model.ts";
import { isRequestPart } from "../request/request.ts";
import { isJsonObject, objectMember, type Json } from "../request/json.ts";

/**
 * How policies read a trace: which paths they hold against something outside it, and which only
 * against each other.
 */
export interface PathUses {
  /**
   * Paths whose values must stay: what stands at or below them is compared with literals, data,
   * bounds or patterns.
   */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Paths whose values may be hashed, if all are hashed alike. */
  readonly compared: ReadonlyMap<string, readonly string[]>;
  /**
   * Of those the ones in which others are looked up: where one is a map, its keys are what is
   * compared.
   */
  readonly searched: ReadonlySet<string>;
  /** Every path that is read or asked for. */
  readonly named: ReadonlySet<string>;
  /** Who asks whether something is there, by the path that is asked for. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** The constants that values of a path are held against. */
  readonly held: ReadonlyMap<string, Held>;
  /** Whether a path is held against more than constants and other paths. */
  readonly isWhole: (path: string) => boolean;
  /** The paths that are held against this one, itself among them. */
  readonly alike: (path: string) => readonly string[];
}

/** What the values of a path are held against where that is all: constants. */
export interface Held {
  /** Numbers: values are compared with them, or ordered by them. */
  readonly bounds: readonly number[];
  /** Texts: values are equal to one of them or not. */
  readonly texts: readonly string[];
  /** Names of `data`: values are found in it or not. */
  readonly data: readonly string[];
}

/** A path as it is held against constants. */
interface Holding {
  readonly bounds?: readonly number[];
  readonly texts?: readonly string[];
  readonly data?: string;
}

/**
 * What the engine itself reads, whatever conditions say: names are matched by globs and looked up
 * in the catalog.
 */
const ENGINE_READS: readonly string[] = [
  "subject.type",
  "subject.id",
  "subject.tenant",
  "subject.credential.kind",
  "subject.credential.issued",
  "subject.credential.expires",
  "subject.credential.id",
  "action.kind",
  "action.server",
  "action.name",
  "resource.type",
  "resource.id",
  "resource.classification",
  "resource.environment",
  "resource.tenant",
  "resource.owner",
  "resource.scope",
  "context.on_behalf_of",
  "context.delegation",
  "context.approvals",
  "context.surface",
  "outcome.status",
];

/** Who reads what is read whatever documents say. */
export const ENGINE = "the engine";

/** Collects how documents read paths. */
export function pathUses(documents: readonly Document[]): PathUses {
  const uses = new UseGraph();
  for (const path of ENGINE_READS) uses.keep(path, ENGINE);
  for (const document of documents) {
    if (document.kind === "Policy") readPolicy(document, uses);
    else if (document.kind === "Catalog") readCatalog(document, uses);
  }
  return uses.result();
}

function readPolicy(policy: Policy, uses: UseGraph): void {
  for (const rule of policy.rules) {
    const by = `${policy.name}/${rule.id}`;
    readCondition(rule.when, by, uses);
    for (const exception of rule.exceptions) readCondition(exception.when, by, uses);
  }
  const { labels, counters, values } = policy.session;
  for (const declared of [...labels, ...counters, ...values]) {
    readCondition(declared.when, `session ${declared.name}`, uses);
    if (declared.key.by === "condition")
      readWhole(declared.key.condition, uses.state(`key of ${declared.name}`), {
        by: `session ${declared.name}`,
        uses,
      });
  }
  for (const counter of counters)
    keepAll(counter.add.expr, { by: `session ${counter.name}`, uses });
  for (const value of values)
    readWhole(value.add, uses.state(value.name), { by: `session ${value.name}`, uses });
}

function readCatalog(catalog: Catalog, uses: UseGraph): void {
  for (const tool of catalog.tools)
    if (tool.resource !== undefined && tool.resource !== "none")
      keepAll(tool.resource.id.expr, { by: `the resource of ${tool.server}/${tool.name}`, uses });
  for (const { id, manifest } of catalog.agents ?? []) {
    const by = `the manifest of ${id}`;
    // sources bind the calls that read
    if (manifest?.sources !== undefined) uses.keep("action.effects", by);
    for (const tool of manifest?.tools ?? []) keepSchema(tool, by, uses);
  }
}

const PLAIN_SCHEMA: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "description",
  "title",
  "$schema",
]);

/**
 * A manifest's schema bounds the arguments that it names; whatever it says beyond names is taken to
 * bound them all.
 */
function keepSchema({ args }: ManifestTool, by: string, uses: UseGraph): void {
  if (args === undefined) return;
  // a masked argument leaves open whether the arguments fit
  uses.ask("args.*", by);
  const isSimple = Object.keys(args).every((key) => PLAIN_SCHEMA.has(key));
  const properties = objectMember(args, "properties") ?? {};
  if (!isSimple || isJsonObject(args["additionalProperties"])) uses.keep("args", by);
  else
    for (const [name, schema] of Object.entries(properties))
      uses.keep(`args.${name}`, by, schemaHolding(schema));
}

const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] as const;
const SCALAR_SCHEMA: ReadonlySet<string> = new Set([
  "type",
  "enum",
  "const",
  "description",
  "title",
  ...BOUNDS,
]);

/** The constants that a schema holds one number or text against; undefined: it asks for more. */
function schemaHolding(schema: Json | undefined): Holding | undefined {
  if (!isJsonObject(schema) || !Object.keys(schema).every((key) => SCALAR_SCHEMA.has(key)))
    return undefined;
  if (!["string", "number", "integer"].some((type) => type === schema["type"])) return undefined;
  const { enum: choices = [], const: only } = schema;
  const constants = [
    ...(Array.isArray(choices) ? choices : [choices]),
    ...(only === undefined ? [] : [only]),
    ...BOUNDS.flatMap((key) => schema[key] ?? []),
  ];
  const texts = constants.filter((one: Json) => typeof one === "string");
  const bounds = constants.filter((one: Json) => typeof one === "number");
  return texts.length + bounds.length === constants.length ? { texts, bounds } : undefined;
}

interface Reading {
  readonly by: string;
  readonly uses: UseGraph;
}

function readCondition(condition: Condition | undefined, by: string, uses: UseGraph): void {
  if (condition !== undefined) visit(condition.expr, new Map(), { by, uses });
}

/** An expression whose value is only ever held against its like: of a plain path so is the path. */
function readWhole(condition: Condition, state: string, reading: Reading): void {
  const path = pathOf(condition.expr, new Map());
  if (path === undefined) keepAll(condition.expr, reading);
  else reading.uses.join(path, state, reading.by);
}

function keepAll(expr: Expr, reading: Reading): void {
  visit(expr, new Map(), reading);
  const path = pathOf(expr, new Map());
  if (path !== undefined) reading.uses.keep(path, reading.by);
}

/** Variables of macros, as the paths that they walk over. */
type Locals = ReadonlyMap<string, string | undefined>;

/**
 * Notes every path in `expr` by how it is used; a path that is used as a whole by something unknown
 * is kept.
 */
function visit(expr: Expr, locals: Locals, reading: Reading): void {
  const path = pathOf(expr, locals);
  if (path !== undefined) return reading.uses.keep(path, reading.by);
  if (expr.kind === "has") return visitHas(expr, locals, reading);
  if (expr.kind === "binary" && isComparison(expr.op))
    return visitComparison(expr, locals, reading);
  if (expr.kind === "binary" && isOrder(expr.op)) return visitOrder(expr, locals, reading);
  if (expr.kind === "comprehension") return visitComprehension(expr, locals, reading);
  if (expr.kind === "bind") return visitBind(expr, locals, reading);
  for (const child of children(expr)) visit(child, locals, reading);
}

function isComparison(op: string): boolean {
  return op === "==" || op === "!=" || op === "in";
}

function isOrder(op: string): boolean {
  return op === "<" || op === "<=" || op === ">" || op === ">=";
}

function numberOf({ literal }: LiteralExpr): number | undefined {
  switch (literal.type) {
    case "double":
      return literal.rounded === true ? undefined : literal.value;
    case "int":
      return Number.isSafeInteger(Number(literal.value)) ? Number(literal.value) : undefined;
    default:
      return undefined;
  }
}

/** The constants that an expression is; undefined: it is something else. */
function constantsOf(expr: Expr): Holding | undefined {
  if (expr.kind === "literal") {
    if (expr.literal.type === "string") return { texts: [expr.literal.value] };
    const number = numberOf(expr);
    return number === undefined ? undefined : { bounds: [number] };
  }
  if (expr.kind === "unary" && expr.op === "-") {
    const [number] = constantsOf(expr.operand)?.bounds ?? [];
    return number === undefined ? undefined : { bounds: [-number] };
  }
  return undefined;
}

/** What `in` looks a value up in, where that is constant: a list of constants, or `data.<name>`. */
function choicesOf(expr: Expr): Holding | undefined {
  if (expr.kind === "select" && expr.operand.kind === "ident" && expr.operand.name === "data")
    return { data: expr.field };
  if (expr.kind !== "list") return undefined;
  const parts = expr.elements.map(({ value, optional }) =>
    optional ? undefined : constantsOf(value),
  );
  if (parts.includes(undefined)) return undefined;
  return {
    bounds: parts.flatMap((part) => part?.bounds ?? []),
    texts: parts.flatMap((part) => part?.texts ?? []),
  };
}

/** `has(a.b)` looks at what is there, not at what it says. */
function visitHas(
  { operand, field }: Extract<Expr, { kind: "has" }>,
  locals: Locals,
  reading: Reading,
): void {
  const path = pathOf(operand, locals);
  if (path !== undefined) reading.uses.ask(`${path}.${field}`, reading.by);
  else for (const child of children(operand)) visit(child, locals, reading);
}

function visitComparison(
  expr: Extract<Expr, { kind: "binary" }>,
  locals: Locals,
  reading: Reading,
): void {
  const [left, right] = [pathOf(expr.left, locals), pathOf(expr.right, locals)];
  if (left !== undefined && right !== undefined) {
    if (expr.op === "in") reading.uses.search(right);
    return reading.uses.join(left, right, reading.by);
  }
  const { uses, by } = reading;
  const [member] = (expr.op === "in" ? constantsOf(expr.left)?.texts : undefined) ?? [];
  if (isRequestPart(right) && member !== undefined) return uses.ask(`${right}.${member}`, by);
  if (left !== undefined) {
    const held = expr.op === "in" ? choicesOf(expr.right) : constantsOf(expr.right);
    if (held !== undefined) return uses.keep(left, by, held);
  }
  if (right !== undefined) {
    const held = constantsOf(expr.left);
    if (held !== undefined) return uses.keep(right, by, held);
  }
  visit(expr.left, locals, reading);
  visit(expr.right, locals, reading);
}

/** A path that is ordered against a number only tells on which side of it it is. */
function visitOrder(
  expr: Extract<Expr, { kind: "binary" }>,
  locals: Locals,
  reading: Reading,
): void {
  const [left, right] = [pathOf(expr.left, locals), pathOf(expr.right, locals)];
  const bounds = constantsOf(left === undefined ? expr.left : expr.right)?.bounds;
  const path = left ?? right;
  if (path !== undefined && bounds !== undefined)
    return reading.uses.keep(path, reading.by, { bounds });
  visit(expr.left, locals, reading);
  visit(expr.right, locals, reading);
}

function visitComprehension(
  expr: Extract<Expr, { kind: "comprehension" }>,
  locals: Locals,
  reading: Reading,
): void {
  const range = pathOf(expr.range, locals);
  if (range === undefined) visit(expr.range, locals, reading);
  // keys of a map, and lists that a macro makes, look like values here: those are kept
  if (
    range !== undefined &&
    (expr.second !== undefined || expr.macro === "map" || expr.macro === "filter")
  )
    reading.uses.keep(range, reading.by);
  const inner = new Map(locals).set(expr.variable, range);
  if (expr.second !== undefined) inner.set(expr.second, range);
  if (expr.filter !== undefined) visit(expr.filter, inner, reading);
  visit(expr.body, inner, reading);
}

function visitBind(expr: Extract<Expr, { kind: "bind" }>, locals: Locals, reading: Reading): void {
  const path = pathOf(expr.init, locals);
  if (path === undefined || expr.macro !== "bind") visit(expr.init, locals, reading);
  visit(expr.body, new Map(locals).set(expr.variable, path), reading);
}

/**
 * The path that an expression names: an attribute's, or `session.values.<name>`; elements of a list
 * have its path.
 */
function pathOf(expr: Expr, locals: Locals): string | undefined {
  if (expr.kind === "ident")
    return locals.has(expr.name)
      ? locals.get(expr.name)
      : isRequestPart(expr.name)
        ? expr.name
        : undefined;
  if (expr.kind !== "select" && expr.kind !== "index") return undefined;
  const above = pathOf(expr.operand, locals);
  if (above === undefined) return stateList(expr);
  const key = spelledMember(expr)?.key;
  if (key !== undefined) return `${above}.${key}`;
  return expr.kind === "index" && expr.index.kind === "literal" ? above : undefined;
}

/** The path of a list of the session; undefined for every other expression. */
function stateList(expr: Expr): string | undefined {
  const [root, kind, name, ...below] = spelledPath(expr) ?? [];
  const isList = root === "session" && kind === "values" && below.length === 0;
  return isList && name !== undefined ? `session.values.${name}` : undefined;
}

/**
 * Paths joined where they are held against each other; one that is kept keeps all that it is joined
 * with.
 */
class UseGraph {
  readonly #parents = new Map<string, string>();
  readonly #readers = new Map<string, Set<string>>();
  readonly #kept = new Set<string>();
  readonly #searched = new Set<string>();
  /** Every path that is named at all. */
  readonly #named = new Set<string>();

  readonly #asked = new Map<string, Set<string>>();
  readonly #held = new Map<string, HeldSets>();
  /** Paths that are held against more than constants. */
  readonly #whole = new Set<string>();

  /** A path is asked for, whatever stands there. */
  ask(path: string, by: string): void {
    this.#named.add(path);
    gather(this.#asked, path).add(by);
  }

  /** Something is looked up in what stands at a path. */
  search(path: string): void {
    this.#searched.add(path);
  }

  state(name: string): string {
    return `session.values.${name}`;
  }

  /** `holding`: all that the path is held against; undefined: anything. */
  keep(path: string, by: string, holding?: Holding): void {
    this.#note(path, by);
    this.#kept.add(path);
    if (holding === undefined) {
      this.#whole.add(path);
      return;
    }
    const held = this.#held.get(path) ?? {
      bounds: new Set(),
      texts: new Set(),
      data: new Set(),
    };
    this.#held.set(path, held);
    for (const bound of holding.bounds ?? []) held.bounds.add(bound);
    for (const text of holding.texts ?? []) held.texts.add(text);
    if (holding.data !== undefined) held.data.add(holding.data);
  }

  join(a: string, b: string, by: string): void {
    this.#note(a, by);
    this.#note(b, by);
    this.#parents.set(this.#root(a), this.#root(b));
  }

  result(): PathUses {
    const kept = this.#keptRoots();
    const [keptPaths, compared] = [
      new Map<string, readonly string[]>(),
      new Map<string, readonly string[]>(),
    ];
    for (const [path, readers] of [...this.#readers].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (path.startsWith("session.")) continue;
      (kept.has(this.#root(path)) ? keptPaths : compared).set(path, [...readers].sort());
    }
    return {
      kept: keptPaths,
      compared,
      searched: this.#searched,
      named: this.#named,
      asked: new Map([...this.#asked].map(([path, by]) => [path, [...by].sort()])),
      held: new Map(
        [...this.#held].map(([path, { bounds, texts, data }]) => [
          path,
          {
            bounds: [...bounds].sort((a, b) => a - b),
            texts: [...texts],
            data: [...data],
          },
        ]),
      ),
      isWhole: (path) => this.#whole.has(path),
      alike: (path) => {
        const root = this.#root(path);
        return [...this.#parents.keys()].filter((other) => this.#root(other) === root);
      },
    };
  }

  /**
   * A part of what is kept as a whole is kept; so is the whole of what is kept in parts, where it
   * is held against something; and with each all that it is held against. A map in which something
   * is looked up, and whose members are named too, cannot have its keys hashed.
   */
  #keptRoots(): ReadonlySet<string> {
    const named = [...this.#searched].filter((path) =>
      [...this.#named].some((other) => other.startsWith(`${path}.`)),
    );
    const kept = new Set([...this.#kept, ...named]);
    for (let before = -1; before !== kept.size; ) {
      before = kept.size;
      const roots = new Set([...kept].map((path) => this.#root(path)));
      for (const path of this.#readers.keys())
        if (roots.has(this.#root(path)) || isBesideAny(path, kept)) kept.add(path);
    }
    return new Set([...kept].map((path) => this.#root(path)));
  }

  #note(path: string, by: string): void {
    this.#named.add(path);
    gather(this.#readers, path).add(by);
    if (!this.#parents.has(path)) this.#parents.set(path, path);
  }

  #root(path: string): string {
    let root = path;
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next;
    return root;
  }
}

interface HeldSets {
  readonly bounds: Set<number>;
  readonly texts: Set<string>;
  readonly data: Set<string>;
}

/** The set of a path, made where there was none. */
function gather(sets: Map<string, Set<string>>, path: string): Set<string> {
  const found = sets.get(path) ?? new Set<string>();
  sets.set(path, found);
  return found;
}

/** Whether a path lies below or above one of `paths`. */
export function isBesideAny(path: string, paths: Iterable<string>): boolean {
  return [...paths].some((other) => path.startsWith(`${other}.`) || other.startsWith(`${path}.`));
}
