import { formatTime } from "../text/time.ts";
import type { CallExpr, Expr } from "../condition/ast.ts";
import { literalJson, literalText } from "../condition/literal-value.ts";
import { staticPath } from "../condition/paths.ts";
import { visitAll } from "../condition/walk.ts";
import { isPlainMap, type Value } from "../condition/value.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { SessionExample } from "../policy/model.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import {
  ABSENT,
  BOX,
  HOLDS,
  isEmptyCell,
  narrow,
  sampleScalars,
  TIME,
  TRUE,
  VALUE,
  type Cell,
} from "./cell.ts";
import { valueTests } from "./facts.ts";
import { sampleNumbers } from "./intervals.ts";
import { sampleSums } from "./linear.ts";
import type { AnalysedSet } from "./analysed-set.ts";
import type { Model } from "./model.ts";
import type { Variable } from "./formula.ts";
import { attribute, neededPaths, pathOf } from "./variables.ts";

/** A call on a state, shown as proof: deciding it with the engine gives what is claimed of it. */
export interface Witness {
  readonly request: Request;
  readonly state: SessionExample;
}

interface Draft {
  readonly roots: { [root: string]: JsonObject };
  readonly unrecorded: string[];
}

const ROOTS = ["subject", "action", "resource", "context", "args"] as const;
const TRIES = 27;

function cellAt(model: Model, path: readonly string[]): Cell | undefined {
  return model.get(JSON.stringify(path))?.cell;
}

function allows(model: Model, path: readonly string[], value: Value): boolean {
  const cell = cellAt(model, path);
  return (
    cell === undefined || valueTests(value, cell).every((test) => !isEmptyCell(narrow(cell, test)))
  );
}

function consistent(
  model: Model,
  root: readonly string[],
  known: Iterable<readonly [string, unknown]>,
): boolean {
  for (const [name, value] of known)
    if (isValue(value) && !allows(model, [...root, name], value)) return false;
  return true;
}

function isValue(value: unknown): value is Value {
  return (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    Array.isArray(value) ||
    isPlainMap(value)
  );
}

/** A cell's elements as a list: what has to be in it. */
function listOf(cell: Cell): readonly Json[] {
  return [...cell.holdings].flatMap(([key, mask]) => (mask === HOLDS ? [toJson(key)] : []));
}

function toJson(key: string): Json {
  const parsed: unknown = JSON.parse(key);
  return typeof parsed === "string" || typeof parsed === "number" || typeof parsed === "boolean"
    ? parsed
    : null;
}

/** A value of the cell as JSON; undefined: leave it out. */
function valueOf(cell: Cell, attempt: number): Json | undefined {
  const scalars = sampleScalars(cell);
  const scalar = scalars[attempt % Math.max(1, scalars.length)];
  if (scalar !== undefined) return scalar;
  if ((cell.kinds & BOX) !== 0) return listOf(cell);
  const [time] = (cell.kinds & TIME) === 0 ? [] : sampleNumbers(cell.times);
  return time === undefined ? undefined : formatTime(time);
}

function setAt(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  const next =
    rest.length === 0
      ? isJsonObject(inner) && Array.isArray(value)
        ? inner
        : value
      : setAt(isJsonObject(inner) ? inner : {}, rest, value);
  return { ...object, [key]: next };
}

function place(draft: Draft, path: readonly string[], value: Json): void {
  const [root = "", ...rest] = path;
  draft.roots[root] =
    rest.length === 0 ? (draft.roots[root] ?? {}) : setAt(draft.roots[root] ?? {}, rest, value);
}

interface Choices {
  readonly subjects: readonly JsonObject[];
  readonly actions: readonly JsonObject[];
  readonly resources: readonly (JsonObject | undefined)[];
}

const SHOWN = 3;

function firstFew<T>(items: Iterable<T>, fits: (item: T) => boolean, most = SHOWN): readonly T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= most) break;
    if (fits(item)) found.push(item);
  }
  return found;
}

function textOf(model: Model, path: readonly string[], fallback: string): string {
  if (allows(model, path, fallback)) return fallback;
  const sample = sampleScalars(cellAt(model, path) ?? attribute(path).domain).find(
    (value) => typeof value === "string",
  );
  return sample ?? fallback;
}

function subjectChoices({ catalog }: CompiledSet, model: Model): readonly JsonObject[] {
  const agents = allows(model, ["subject", "type"], "agent")
    ? firstFew(
        catalog.agents,
        ([id, { agent, attributes }]) =>
          agent.status === "commissioned" &&
          allows(model, ["subject", "id"], id) &&
          consistent(model, ["subject"], attributes),
      )
    : [];
  const people = allows(model, ["subject", "type"], "human")
    ? firstFew(
        catalog.people,
        ([id, { attributes }]) =>
          allows(model, ["subject", "id"], id) && consistent(model, ["subject"], attributes),
        1,
      )
    : [];
  const free = {
    type: textOf(model, ["subject", "type"], "agent"),
    id: textOf(model, ["subject", "id"], "some-agent"),
  };
  return [
    ...agents.map(([id]) => ({ type: "agent", id })),
    ...people.map(([id]) => ({ type: "human", id })),
    free,
  ];
}

function actionChoices({ catalog }: CompiledSet, model: Model): readonly JsonObject[] {
  const resource = cellAt(model, ["resource"]);
  const tools = firstFew(catalog.tools.values(), ({ tool, attributes }) => {
    const absent = tool.resource === "none";
    const fits =
      resource === undefined ||
      tool.resource === undefined ||
      (resource.kinds & (absent ? ABSENT : BOX)) !== 0;
    return (
      fits &&
      allows(model, ["action", "server"], tool.server) &&
      allows(model, ["action", "name"], tool.name) &&
      consistent(model, ["action"], attributes)
    );
  });
  const free = {
    server: textOf(model, ["action", "server"], "some-server"),
    name: textOf(model, ["action", "name"], "some_tool"),
  };
  return [...tools.map(({ tool }) => ({ server: tool.server, name: tool.name })), free];
}

function resourceChoices(
  { set, patterns }: AnalysedSet,
  model: Model,
): readonly (JsonObject | undefined)[] {
  const cell = cellAt(model, ["resource"]);
  if (cell !== undefined && (cell.kinds & BOX) === 0) return [undefined];
  const asked = [...model.values()].some(
    ({ variable, cell: c }) => variable.path?.[0] === "resource" && (c.kinds & ABSENT) === 0,
  );
  const free = {
    type: textOf(model, ["resource", "type"], "thing"),
    id: textOf(model, ["resource", "id"], "x"),
  };
  const listed = patterns.map((pattern) => ({
    type: pattern.slice(0, pattern.indexOf(":")),
    id: pattern.slice(pattern.indexOf(":") + 1).replace(/\*+/g, "x"),
  }));
  const fitting = firstFew([free, ...listed], ({ type, id }) => {
    const named =
      allows(model, ["resource", "type"], type) && allows(model, ["resource", "id"], id);
    return named && consistent(model, ["resource"], set.context.resources.describe(type, id));
  });
  const found = fitting.length > 0 ? fitting : [free];
  return asked || cell !== undefined ? found : [undefined, ...found];
}

const LONGEST = 200;

/**
 * An argument for which a call gives one of the cell's values, of the few functions that are easily
 * turned round.
 */
function turnedRound({ name, args, target }: CallExpr, cell: Cell): string | undefined {
  const [sample] = sampleScalars(cell);
  if (name === "host" && typeof sample === "string") return sample;
  if (name === "size" && typeof sample === "number" && sample <= LONGEST) return "x".repeat(sample);
  const base = target === undefined ? args[1] : undefined;
  return name === "under" && cell.kinds === TRUE ? literalText(base) : undefined;
}

/** Texts that stand in an expression, and those of the data that it reads. */
function textsIn(expr: Expr, data: JsonObject): readonly string[] {
  const found = new Set<string>();
  visitAll(expr, (node) => {
    const text = literalText(node);
    if (text !== undefined) found.add(text);
    const path = staticPath(node, new Map(), DATA);
    const value = path?.[1] === undefined ? undefined : member(data, path[1]);
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one === "string") found.add(one);
  });
  return [...found].slice(0, 3);
}

const DATA: ReadonlySet<string> = new Set(["data"]);

/** Lists that a macro over one may take or refuse. */
function listsFor(expr: Expr, data: JsonObject): readonly (readonly string[])[] {
  const texts = textsIn(expr, data);
  return [
    ["eve@evil.example"],
    ...texts.flatMap((text) => [[`user@${text}`], [text]]),
    ["https://evil.example/x"],
    ["x"],
    [],
  ];
}

/** A list, or a text, for what a model knows of an argument by its text alone. */
function suggestOpaque(
  model: Model,
  draft: Draft,
  tried: { readonly data: JsonObject; readonly attempt: number },
): void {
  for (const {
    variable: { expr },
  } of model.values()) {
    if (expr?.kind === "comprehension") {
      const [path, lists] = [pathOf(expr.range), listsFor(expr, tried.data)];
      const list = lists[tried.attempt % lists.length];
      if (path !== undefined && list !== undefined && allows(model, path, list))
        place(draft, path, list);
    }
    if (expr?.kind !== "binary" || expr.op !== "==") continue;
    const path = pathOf(expr.left);
    const value = constantJson(expr.right);
    if (path !== undefined && value !== undefined) place(draft, path, value);
  }
}

/** Numbers that stand to each other in most ways. */
const SPREAD = [0, 10, -10, 1, 2.5];
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);

/** The attributes that a model compares with each other, or reckons with. */
function reckonedPaths({ compares, expr }: Variable): readonly (readonly string[])[] {
  const compared = compares?.flatMap(({ path }) => (path === undefined ? [] : [path])) ?? [];
  if (compared.length === 2) return compared;
  return expr?.kind === "binary" && ARITHMETIC.has(expr.op) ? neededPaths(expr) : [];
}

/**
 * Numbers that fulfil what a model says of sums and orders: with few digits in one attempt, the ends
 * themselves in the next. WHY both: rounding may decide a sum of plain numbers otherwise.
 */
function solveNumbers(model: Model, draft: Draft, attempt: number): void {
  for (const [key, value] of sampleSums(model, (attempt / SPREAD.length) % 2 === 0)) {
    const path = model.get(key)?.variable.path;
    if (path !== undefined && path[0] !== "session" && allows(model, path, value))
      place(draft, path, value);
  }
}

/**
 * Numbers for attributes that hang together, another pair in each attempt. WHY: each by itself may
 * be anything, so the plainest number of all would always be drawn for both.
 */
function spreadNumbers(model: Model, draft: Draft, attempt: number): void {
  if (attempt % SPREAD.length === 0) return solveNumbers(model, draft, attempt);
  for (const { variable } of model.values()) {
    for (const [i, path] of reckonedPaths(variable).entries()) {
      const at = i === 0 ? attempt : attempt * 2 + Math.floor(attempt / SPREAD.length);
      const value = SPREAD[at % SPREAD.length];
      if (path[0] === "args" && value !== undefined && allows(model, path, value))
        place(draft, path, value);
    }
  }
}

/** A literal, or a list of literals, as JSON; undefined for every other expression. */
function constantJson(expr: Expr): Json | undefined {
  if (expr.kind === "list") {
    const values = expr.elements.flatMap(({ value }) => constantJson(value) ?? []);
    return values.length === expr.elements.length ? values : undefined;
  }
  return literalJson(expr);
}

/**
 * Values that terms of a model suggest for attributes: `host(args.url)` is to be `a.example`, so
 * `args.url` may be.
 */
function suggest(model: Model, draft: Draft): void {
  for (const { variable, cell } of model.values()) {
    const { expr } = variable;
    if (expr?.kind !== "call") continue;
    const subject = expr.target ?? expr.args[0];
    const path = subject === undefined ? undefined : pathOf(subject);
    const text = turnedRound(expr, cell);
    if (path !== undefined && text !== undefined && allows(model, path, text))
      place(draft, path, text);
  }
}

/**
 * A value that examples give and that the cell takes, where only the engine knows what else is
 * asked of it.
 */
function seedFor(
  seeds: ReturnType<AnalysedSet["seeds"]>,
  key: string,
  sought: { readonly model: Model; readonly path: readonly string[]; readonly attempt: number },
): Json | undefined {
  const fitting = (seeds.get(key) ?? []).filter(
    (seed) => !isJsonObject(seed) && seed !== null && allows(sought.model, sought.path, seed),
  );
  return fitting[sought.attempt % Math.max(1, fitting.length)];
}

function fillIn(
  draft: Draft,
  model: Model,
  tried: { readonly seeds: ReturnType<AnalysedSet["seeds"]>; readonly attempt: number },
): void {
  const { seeds, attempt } = tried;
  for (const { variable, cell } of model.values()) {
    const { path } = variable;
    if (path === undefined || !ROOTS.some((root) => root === path[0])) continue;
    if (
      path.length === 2 &&
      (path[0] === "subject" || path[0] === "resource") &&
      (path[1] === "type" || path[1] === "id") &&
      (cell.kinds & VALUE) !== 0
    )
      continue;
    if (
      path.length === 2 &&
      path[0] === "action" &&
      (path[1] === "server" || path[1] === "name") &&
      (cell.kinds & VALUE) !== 0
    )
      continue;
    const value =
      (cell.kinds & VALUE) === 0
        ? undefined
        : (seedFor(seeds, variable.key, { model, path, attempt }) ?? valueOf(cell, attempt));
    if (value !== undefined) place(draft, path, value);
    else if ((cell.kinds & ABSENT) === 0) draft.unrecorded.push(path.join("."));
  }
}

function valueAt(draft: Draft, path: readonly string[]): Json | undefined {
  let current: Json | undefined = draft.roots[path[0] ?? ""];
  for (const key of path.slice(1))
    current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  return current;
}

/**
 * Values that have to be in a list of the session: `args.order in session.values.orders` is to
 * hold.
 */
function rememberedValues(model: Model, draft: Draft): readonly (readonly [string, Json])[] {
  return [...model.values()].flatMap(({ variable: { expr }, cell }) => {
    if (expr?.kind !== "binary" || expr.op !== "in" || cell.kinds !== TRUE) return [];
    const [item, list] = [pathOf(expr.left), pathOf(expr.right)];
    const value = item === undefined ? undefined : valueAt(draft, item);
    return list?.[0] === "session" && list[1] === "values" && value !== undefined
      ? [[list[2] ?? "", value] as const]
      : [];
  });
}

function stateOf(model: Model, draft: Draft, attempt: number): SessionExample {
  const labels = cellAt(model, ["session", "labels"]);
  const counters: { [name: string]: number } = {};
  const values: { [name: string]: readonly Json[] } = {};
  for (const { variable, cell } of model.values()) {
    const [root, kind, name] = variable.path ?? [];
    if (root !== "session" || name === undefined) continue;
    const value = valueOf(cell, attempt);
    if (kind === "counters" && typeof value === "number") counters[name] = value;
    if (kind === "values") values[name] = listOf(cell);
  }
  for (const [name, value] of rememberedValues(model, draft))
    values[name] = [...(values[name] ?? []), value];
  return {
    labels: labels === undefined ? [] : listOf(labels).filter((label) => typeof label === "string"),
    counters,
    values,
  };
}

/**
 * WHY the argument too: a tool's resource is read off its arguments, whatever the event says of it.
 */
function nameResource(draft: Draft, set: CompiledSet, resource: JsonObject): void {
  draft.roots["resource"] = { ...draft.roots["resource"], ...resource };
  const action = draft.roots["action"];
  const spec = set.catalog.tools.get(`${String(action?.["server"])}/${String(action?.["name"])}`)
    ?.tool.resource;
  const path = typeof spec === "object" ? pathOf(spec.id.expr) : undefined;
  const id = resource["id"];
  if (path !== undefined && id !== undefined && valueAt(draft, path) === undefined)
    place(draft, path, id);
}

const PERSON = ["context", "on_behalf_of"];

/** WHY: of a person whom nobody names, whatever the catalog says of anybody is unknown. */
function namePerson(draft: Draft, { catalog }: CompiledSet, model: Model): void {
  const person = valueAt(draft, PERSON);
  if (
    !isJsonObject(person) ||
    person["id"] !== undefined ||
    cellAt(model, [...PERSON, "id"]) !== undefined
  )
    return;
  const [listed] = firstFew(
    catalog.people,
    ([, { attributes }]) =>
      allows(model, [...PERSON, "type"], "human") && consistent(model, PERSON, attributes),
    1,
  );
  place(draft, [...PERSON, "id"], listed?.[0] ?? "somebody");
  if (person["type"] === undefined && allows(model, [...PERSON, "type"], "human"))
    place(draft, [...PERSON, "type"], "human");
}

/** The schema of the arguments of the tool that a draft calls, where the catalog has one. */
function argumentSchema({ roots }: Draft, set: CompiledSet): JsonObject | undefined {
  const action = roots["action"];
  return set.catalog.tools.get(`${String(action?.["server"])}/${String(action?.["name"])}`)?.tool
    .args;
}

/** Arguments that the tool's schema asks for, and that nobody said anything of. */
function completeArguments(draft: Draft, set: CompiledSet, model: Model): void {
  const schema = argumentSchema(draft, set);
  const required = schema === undefined ? undefined : member(schema, "required");
  const properties = schema === undefined ? undefined : member(schema, "properties");
  if (!Array.isArray(required)) return;
  for (const name of required) {
    if (
      typeof name !== "string" ||
      valueAt(draft, ["args", name]) !== undefined ||
      cellAt(model, ["args", name]) !== undefined
    )
      continue;
    const property =
      isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    place(draft, ["args", name], plainValue(isJsonObject(property) ? property : {}));
  }
}

/** A value that the plainest keywords of a schema allow. */
function plainValue(schema: JsonObject): Json {
  const [constant, choices, type, least] = ["const", "enum", "type", "minimum"].map((keyword) =>
    member(schema, keyword),
  );
  if (constant !== undefined) return constant;
  if (Array.isArray(choices)) return choices[0] ?? "x";
  if (type === "number" || type === "integer")
    return typeof least === "number" ? Math.ceil(least) : 1;
  if (type === "boolean") return false;
  if (type === "array") return [];
  return type === "object" ? {} : "x";
}

function timeOf(model: Model, now: number): number | undefined {
  const cell = cellAt(model, ["now"]);
  if (cell === undefined) return now;
  return (cell.kinds & TIME) === 0 ? undefined : sampleNumbers(cell.times)[0];
}

/** Names the caller and the tool, where they are known, by the next of the choices. */
function nameCall(draft: Draft, model: Model, { choices, attempt }: Attempt): void {
  const { subjects, actions } = choices;
  const action = Math.floor(attempt / subjects.length) % actions.length;
  draft.roots["subject"] = {
    ...draft.roots["subject"],
    ...(isUnknown(model, ["subject", "id"]) ? {} : subjects[attempt % subjects.length]),
  };
  draft.roots["action"] = {
    kind: "tool_call",
    ...draft.roots["action"],
    ...(isUnknown(model, ["action", "name"]) ? {} : actions[action]),
  };
}

/** The resource of an attempt: shifted with each round, so that every action meets every one. */
function resourceOf({ choices, attempt }: Attempt): Choices["resources"][number] | undefined {
  const { subjects, actions, resources } = choices;
  const shifted = attempt + Math.floor(attempt / (subjects.length * actions.length));
  return resources[shifted % resources.length];
}

interface Attempt {
  readonly choices: Choices;
  readonly attempt: number;
}

function draftOf(analysed: AnalysedSet, model: Model, asked: Attempt): Witness {
  const { attempt } = asked;
  const { set } = analysed;
  const draft: Draft = { roots: { args: {}, context: {} }, unrecorded: [] };
  fillIn(draft, model, { seeds: analysed.seeds(), attempt });
  suggest(model, draft);
  spreadNumbers(model, draft, attempt);
  suggestOpaque(model, draft, { data: set.catalog.data, attempt });
  nameCall(draft, model, asked);
  const resource = resourceOf(asked);
  if (resource !== undefined) nameResource(draft, set, resource);
  namePerson(draft, set, model);
  completeArguments(draft, set, model);
  const time = timeOf(model, analysed.now);
  const request: Request = {
    ...draft.roots,
    session: "witness",
    ...(time === undefined ? {} : { time }),
    complete: [...ROOTS],
    ...(draft.unrecorded.length === 0 ? {} : { unrecorded: draft.unrecorded }),
  };
  return { request, state: stateOf(model, draft, attempt) };
}

function isUnknown(model: Model, path: readonly string[]): boolean {
  const cell = cellAt(model, path);
  return cell !== undefined && (cell.kinds & VALUE) === 0;
}

/** Calls that may fit a model, the likeliest first; whoever wants a proof decides them. */
export function* draftWitnesses(analysed: AnalysedSet, model: Model): Generator<Witness> {
  const choices: Choices = {
    subjects: subjectChoices(analysed.set, model),
    actions: actionChoices(analysed.set, model),
    resources: resourceChoices(analysed, model),
  };
  const isReckoned = [...model.values()].some(({ variable }) => reckonedPaths(variable).length > 0);
  const count = Math.min(
    TRIES,
    (isReckoned ? SPREAD.length : 1) *
      choices.subjects.length *
      choices.actions.length *
      Math.max(3, choices.resources.length),
  );
  for (let attempt = 0; attempt < count; attempt++)
    yield draftOf(analysed, model, { choices, attempt });
}
