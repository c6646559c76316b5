import type { Scope as CheckScope } from "../condition/check.ts";
import { DYN, parseType, TIMESTAMP, type StructType, type Type } from "../condition/types.ts";
import type { JsonObject } from "../request/json.ts";
import { ACTION, ANY_ARGS, CONTEXT, DECISION, OUTCOME, RESOURCE_TYPE, sessionType, SUBJECT } from "./built-in-types.ts";
import { isExactGlob } from "./glob.ts";
import type { Catalog, Document, Scope, Tool } from "./model.ts";
import { joinAll, joinStructs, schemaType, valueType } from "./schema-type.ts";

/** What the conditions of a policy set are checked against. */
export interface TypeScopes {
  /** A rule's or exception's condition; the scopes that all have to fit, the narrowest last, tell whose arguments it sees. */
  readonly rule: (...scopes: readonly Scope[]) => CheckScope;
  /** Conditions of session declarations, which see every call, its decision and its outcome. */
  readonly session: CheckScope;
  /** The expression that reads a tool's resource off its arguments. */
  readonly toolResource: (tool: Tool) => CheckScope;
  /** Labels that some policy declares; undefined where they are not all known. */
  readonly labels: ReadonlySet<string> | undefined;
}

type Roots = "subject" | "resource" | "context" | "outcome";

/** The struct with `type` at a path below it; what stands in the way and has no members of its own stays. */
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
  return { ...struct, fields: new Map([...struct.fields, ...[...types].map(([name, found]) => [name, joinAll(found)] as const)]) };
}

function declared(root: Roots, struct: StructType, catalogs: readonly Catalog[]): StructType {
  let result = struct;
  for (const { path, type } of catalogs.flatMap((catalog) => catalog.attributes)) {
    const [first, ...rest] = path.split(".");
    if (first === root) result = withMember(result, rest, parseType(type) ?? DYN);
  }
  return result;
}

function dataType(catalogs: readonly Catalog[], open: boolean): StructType {
  const entries = catalogs.flatMap((catalog) => catalog.data);
  return { kind: "struct", fields: new Map(entries.map(({ name, value }) => [name, valueType(value)])), open };
}

/** The tools that patterns name one by one; undefined where one of them can fit a tool that no catalog declares. */
function namedTools(patterns: readonly string[] | undefined, tools: ReadonlyMap<string, Tool>): readonly Tool[] | undefined {
  const found: Tool[] = [];
  for (const pattern of patterns ?? ["**"]) {
    const tool = isExactGlob(pattern) && pattern.includes("/") ? tools.get(pattern) : undefined;
    if (tool === undefined) return undefined;
    found.push(tool);
  }
  return found;
}

/** The arguments of these tools: closed where every one of them says which it has (design 3.4). */
function argsType(tools: readonly Tool[] | undefined): Type {
  const structs = (tools ?? []).map((tool) => (tool.args === undefined ? DYN : schemaType(tool.args)));
  let joined: StructType | undefined;
  for (const type of structs) {
    if (type.kind !== "struct") return ANY_ARGS;
    joined = joined === undefined ? type : joinStructs(joined, type);
  }
  return joined ?? ANY_ARGS;
}

function sessionNames(documents: readonly Document[]): { readonly labels: ReadonlySet<string>; readonly counters: ReadonlySet<string>; readonly values: ReadonlySet<string> } {
  const sessions = documents.filter((document) => document.kind === "Policy").map((policy) => policy.session);
  return {
    labels: new Set(sessions.flatMap((session) => session.labels.map((label) => label.name))),
    counters: new Set(sessions.flatMap((session) => session.counters.map((counter) => counter.name))),
    values: new Set(sessions.flatMap((session) => session.values.map((value) => value.name))),
  };
}

function rootTypes(documents: readonly Document[], complete: boolean): ReadonlyMap<string, Type> {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  const subjects = catalogs.flatMap((catalog) => [...(catalog.agents ?? []), ...catalog.people].map((record) => record.attributes));
  const resources = catalogs.flatMap((catalog) => catalog.resources.map((record) => record.attributes));
  return new Map<string, Type>([
    ["subject", declared("subject", withAttributes(SUBJECT, subjects), catalogs)],
    ["action", ACTION],
    ["resource", declared("resource", withAttributes(RESOURCE_TYPE, resources), catalogs)],
    ["context", declared("context", CONTEXT, catalogs)],
    ["args", ANY_ARGS],
    ["data", dataType(catalogs, !complete)],
    ["session", sessionType(sessionNames(documents), !complete)],
    ["now", TIMESTAMP],
  ]);
}

/**
 * The declared shapes of a policy set (design 3.4). `complete` is false where a document could not be read: names of
 * session state and data that may have stood in it are then no errors.
 */
export function typeScopes(documents: readonly Document[], complete = true): TypeScopes {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  const tools = new Map(catalogs.flatMap((catalog) => catalog.tools).map((tool) => [`${tool.server}/${tool.name}`, tool]));
  const roots = rootTypes(documents, complete);
  const outcome = declared("outcome", OUTCOME, catalogs);
  return {
    rule: (...scopes) => {
      const named = scopes.map((scope) => namedTools(scope.actions, tools)).filter((found) => found !== undefined);
      return { variables: new Map([...roots, ["args", argsType(named.at(-1))]]) };
    },
    session: { variables: new Map([...roots, ["decision", DECISION], ["outcome", outcome]]) },
    toolResource: (tool) => ({ variables: new Map([["args", argsType([tool])]]) }),
    labels: complete ? sessionNames(documents).labels : undefined,
  };
}
