import type { Scope as CheckScope } from "../condition/check.ts";
import {
  DYN,
  listOf,
  parseType,
  TIMESTAMP,
  typeText,
  type StructType,
  type Type,
} from "../condition/types.ts";
import type { Json, JsonObject } from "../request/json.ts";
import {
  ACTION,
  ANY_ARGS,
  CONTEXT,
  DECISION,
  OUTCOME,
  RESOURCE_TYPE,
  sessionType,
  SUBJECT,
  type SessionNames,
} from "./built-in-types.ts";
import { DeclaredTools, type CalledTools, type CallScope } from "./called-tools.ts";
import { isExactGlob } from "./glob.ts";
import type { Catalog, Document, Tool } from "./model.ts";
import { constantText, joinAll, joinStructs, schemaType, valueType } from "./schema-type.ts";
import { catalogWords, resourceTypeOf, type ListedWords } from "./vocabulary.ts";
import { oneOfList } from "./word-lists.ts";

/** What the conditions of a policy set are checked against. */
export interface TypeScopes {
  /**
   * A rule's or exception's condition; the scopes that all have to fit, the narrowest last, tell
   * whose arguments it sees.
   */
  readonly rule: (...scopes: readonly CallScope[]) => CheckScope;
  /**
   * An expression of a session declaration, which sees every call that its condition is true of, its
   * decision and its outcome; without a condition, every call.
   */
  readonly session: (when?: CallScope["when"]) => CheckScope;
  /** The expression that reads a tool's resource off its arguments. */
  readonly toolResource: (tool: Tool) => CheckScope;
}

type Roots = "subject" | "resource" | "context" | "outcome";

/**
 * The struct with `type` at a path below it; what stands in the way and has no members of its own
 * stays.
 */
function withMember(struct: StructType, path: readonly string[], type: Type): StructType {
  const [name, ...rest] = path;
  if (name === undefined) return struct;
  const known = struct.fields.get(name) ?? DYN;
  const inner = known.kind === "struct" ? known : known.kind === "dyn" ? ANY_ARGS : undefined;
  if (rest.length > 0 && inner === undefined) return struct;
  const value = rest.length === 0 || inner === undefined ? type : withMember(inner, rest, type);
  return { ...struct, fields: new Map([...struct.fields, [name, value]]) };
}

/** Free attributes of catalog records: typed where all agree; the built-in ones stay. */
function withAttributes(struct: StructType, records: readonly JsonObject[]): StructType {
  const types = new Map<string, Type[]>();
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    if (value === undefined || struct.fields.has(name)) continue;
    const known = types.get(name);
    if (known === undefined) types.set(name, [valueType(value)]);
    else known.push(valueType(value));
  }
  return {
    ...struct,
    fields: new Map([
      ...struct.fields,
      ...[...types].map(([name, found]) => [name, joinAll(found)] as const),
    ]),
  };
}

/**
 * The context with what people of the catalog bring to the one whom a call acts for (design 2.5).
 */
function withPeople(context: StructType, people: readonly JsonObject[]): StructType {
  const person = context.fields.get("on_behalf_of");
  return person?.kind === "struct"
    ? withMember(context, ["on_behalf_of"], withAttributes(person, people))
    : context;
}

/** The type at a path below a record; undefined where none is known. */
function memberAt(struct: StructType, path: readonly string[]): Type | undefined {
  let type: Type | undefined = struct;
  for (const name of path) type = type?.kind === "struct" ? type.fields.get(name) : undefined;
  return type;
}

/**
 * WHY a type of the same text stays: what is known of its words is more than a declaration says.
 */
function declared(root: Roots, struct: StructType, catalogs: readonly Catalog[]): StructType {
  let result = struct;
  for (const { path, type } of catalogs.flatMap((catalog) => catalog.attributes)) {
    const [first, ...rest] = path.split(".");
    const [known, own] = [memberAt(result, rest), parseType(type) ?? DYN];
    if (first === root && (known === undefined || typeText(known) !== typeText(own)))
      result = withMember(result, rest, own);
  }
  return result;
}

function dataType(
  catalogs: readonly Catalog[],
  { complete, vocabulary }: ScopeOptions,
): StructType {
  const entries = catalogs.flatMap((catalog) => catalog.data);
  const typed = (value: Json): Type =>
    vocabulary === true ? valueType(value, constantText) : valueType(value);
  return {
    kind: "struct",
    fields: new Map(entries.map(({ name, value }) => [name, typed(value)])),
    open: complete === false,
  };
}

/** A record with the words that a catalog lists, where its members are texts, or lists of texts. */
function withWords(
  root: StructType,
  path: readonly string[],
  { many, list }: ListedWords,
): StructType {
  const known = memberAt(root, path);
  const own = many && known?.kind === "list" ? known.element : many ? undefined : known;
  if (own?.kind !== "string") return root;
  return withMember(root, path, many ? listOf(oneOfList(list)) : oneOfList(list));
}

function withVocabulary(
  roots: ReadonlyMap<string, Type>,
  listed: readonly ListedWords[],
): ReadonlyMap<string, Type> {
  const result = new Map(roots);
  for (const words of listed) {
    const [first = "", ...rest] = words.path;
    const root = result.get(first);
    if (root?.kind === "struct") result.set(first, withWords(root, rest, words));
  }
  return result;
}

/**
 * The tools that patterns name one by one; undefined where one of them can fit a tool that no
 * catalog declares.
 */
export function namedTools(
  patterns: readonly string[] | undefined,
  tools: ReadonlyMap<string, Tool>,
): readonly Tool[] | undefined {
  const found: Tool[] = [];
  for (const pattern of patterns ?? ["**"]) {
    const tool = isExactGlob(pattern) && pattern.includes("/") ? tools.get(pattern) : undefined;
    if (tool === undefined) return undefined;
    found.push(tool);
  }
  return found;
}

/** The arguments of any of these tools; undefined: not each of them says which it has. */
export function joinedArgs(tools: readonly Tool[]): StructType | undefined {
  let joined: StructType | undefined;
  for (const { args } of tools) {
    const type = args === undefined ? DYN : schemaType(args);
    if (type.kind !== "struct") return undefined;
    joined = joined === undefined ? type : joinStructs(joined, type);
  }
  return joined;
}

/**
 * The arguments of the calls that a condition sees: closed where every tool that they can be of says
 * which it has (design 3.4); where they can be of other tools, `elsewhere` tells the declared names.
 */
function argsType({ tools, sure }: CalledTools): Type {
  const joined = joinedArgs(tools);
  if (joined === undefined) return ANY_ARGS;
  if (sure === "exact") return joined;
  const known: StructType = sure === "named" ? { ...joined, open: true } : ANY_ARGS;
  return joined.open ? known : { ...known, elsewhere: new Set(joined.fields.keys()) };
}

/** The names of the session state that policies among documents declare. */
export function sessionNames(documents: readonly Document[]): SessionNames {
  const sessions = documents
    .filter((document) => document.kind === "Policy")
    .map((policy) => policy.session);
  return {
    labels: new Set(sessions.flatMap((session) => session.labels.map((label) => label.name))),
    counters: new Set(
      sessions.flatMap((session) => session.counters.map((counter) => counter.name)),
    ),
    values: new Set(sessions.flatMap((session) => session.values.map((value) => value.name))),
  };
}

function rootTypes(
  documents: readonly Document[],
  options: ScopeOptions,
): ReadonlyMap<string, Type> {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  const subjects = catalogs.flatMap((catalog) =>
    [...(catalog.agents ?? []), ...catalog.people].map((record) => record.attributes),
  );
  const people = catalogs.flatMap((catalog) => catalog.people.map((record) => record.attributes));
  const resources = catalogs.flatMap((catalog) =>
    catalog.resources.map((record) => record.attributes),
  );
  const roots = new Map<string, Type>([
    ["subject", declared("subject", withAttributes(SUBJECT, subjects), catalogs)],
    ["action", ACTION],
    ["resource", declared("resource", withAttributes(RESOURCE_TYPE, resources), catalogs)],
    ["context", declared("context", withPeople(CONTEXT, people), catalogs)],
    ["args", ANY_ARGS],
    ["data", dataType(catalogs, options)],
    ["session", sessionType(sessionNames(documents), options.complete === false)],
    ["now", TIMESTAMP],
  ]);
  return options.vocabulary === true ? withVocabulary(roots, catalogWords(catalogs)) : roots;
}

export interface ScopeOptions {
  /**
   * False where a document could not be read: names of state and data that may have stood in it are
   * then no errors.
   */
  readonly complete?: boolean;
  /**
   * True: also what the catalogs list of attributes, and what `data` write down; for lint, since it
   * costs time.
   */
  readonly vocabulary?: boolean;
}

/** The declared shapes of a policy set (design 3.4). */
export function typeScopes(documents: readonly Document[], options: ScopeOptions = {}): TypeScopes {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  const tools = new DeclaredTools(catalogs.flatMap((catalog) => catalog.tools));
  const roots = rootTypes(documents, options);
  const outcome = declared("outcome", OUTCOME, catalogs);
  const vocabulary = options.vocabulary === true;
  const called = (scopes: readonly CallScope[]): CalledTools => tools.of(scopes, vocabulary);
  return {
    rule: (...scopes) => {
      const found = called(scopes);
      const own = new Map([...roots, ["args", argsType(found)] as const]);
      const named = found.sure === "exact" ? found.tools : [];
      return { variables: vocabulary ? withVocabulary(own, resourceTypeOf(named)) : own };
    },
    session: (when) => ({
      variables: new Map([
        ...roots,
        ["args", argsType(called([{ when }]))],
        ["decision", DECISION],
        ["outcome", outcome],
      ]),
    }),
    toolResource: (tool) => ({
      variables: new Map([["args", argsType({ tools: [tool], sure: "exact" })]]),
    }),
  };
}
