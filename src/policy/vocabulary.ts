import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import type { Strength, WordList } from "../condition/words.ts";
import { AGENT_STATUSES } from "./closed-lists.ts";
import type { Catalog, Tool } from "./model.ts";

/** What the catalogs of a set list of one attribute. */
export interface ListedWords {
  /** Below `subject`, `action`, `resource` or `context`. */
  readonly path: readonly string[];
  /** True where the attribute is a list of such words. */
  readonly many: boolean;
  readonly list: WordList;
}

/**
 * More words than these are data: to search them for the one that was meant says little and costs
 * much.
 */
const MOST_WORDS = 500;

type Words = Iterable<string | undefined>;

function texts(values: Words): ReadonlySet<string> {
  const found = new Set<string>();
  for (const value of values) if (value !== undefined) found.add(value);
  return found;
}

function textsOf(records: readonly JsonObject[], name: string): readonly string[] {
  return records.flatMap((record): readonly string[] => {
    const value: Json | undefined = member(record, name);
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  });
}

interface Listed {
  readonly paths: readonly string[];
  readonly one: string;
  readonly words: Words;
  readonly strength: Strength;
  readonly code?: WordList["code"];
  readonly many?: boolean;
  readonly help?: string;
}

function listed(kind: Listed): readonly ListedWords[] {
  const words = texts(kind.words);
  if (words.size === 0 || words.size > MOST_WORDS) return [];
  const list: WordList = {
    words,
    strength: kind.strength,
    one: kind.one,
    code: kind.code ?? (kind.strength === "closed" ? "impossible-value" : "unknown-value"),
    ...(kind.help === undefined ? {} : { help: kind.help }),
  };
  return kind.paths.map((path) => ({ path: path.split("."), many: kind.many === true, list }));
}

function spelled(paths: readonly string[], one: string, words: Words): readonly ListedWords[] {
  return listed({ paths, one, words, strength: "spelled" });
}

/** The types of resources that tools derive; undefined where a tool leaves it to the event. */
function derivedTypes(tools: readonly Tool[]): readonly string[] | undefined {
  const types: string[] = [];
  for (const { resource } of tools) {
    if (resource === undefined) return undefined;
    if (resource !== "none") types.push(resource.type);
  }
  return types;
}

/**
 * The type of resources, as far as the tools that a rule names tell: where all of them derive
 * theirs.
 */
export function resourceTypeOf(tools: readonly Tool[]): readonly ListedWords[] {
  const types = derivedTypes(tools) ?? [];
  const one = "a type of resource of the tools that the rule names";
  return listed({ paths: ["resource.type"], one, words: types, strength: "closed" });
}

/** Types of resources that catalogs name; undefined where a pattern of theirs fits every type. */
function knownResourceTypes(catalogs: readonly Catalog[]): ReadonlySet<string> | undefined {
  const matched = catalogs.flatMap(({ resources }) =>
    resources.map(({ match }) => match.split(":")[0] ?? ""),
  );
  if (matched.some((type) => type.includes("*"))) return undefined;
  const derived = catalogs.flatMap(({ tools }) =>
    tools.flatMap(({ resource }) => (typeof resource === "object" ? [resource.type] : [])),
  );
  return new Set([...matched, ...derived]);
}

/** The types of resources that catalogs know. */
export function resourceTypes(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const words = knownResourceTypes(catalogs) ?? [];
  const tools = catalogs.flatMap((catalog) => catalog.tools);
  const strength = tools.length > 0 && derivedTypes(tools) !== undefined ? "closed" : "listed";
  const help = "name it in a catalog, under `resources` or as the resource of a tool";
  return listed({
    paths: ["resource.type"],
    one: "a type of resource that a catalog lists",
    words,
    strength,
    help,
  });
}

function toolNames(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const tools = catalogs.flatMap((catalog) => catalog.tools);
  if (tools.length === 0) return [];
  const of = {
    strength: "listed",
    code: "unknown-tool",
    help: "declare the tool in a catalog",
  } as const;
  const servers = ["host", ...tools.map(({ server }) => server)];
  return [
    ...listed({
      ...of,
      paths: ["action.name"],
      one: "a tool of the catalog",
      words: tools.map(({ name }) => name),
    }),
    ...listed({
      ...of,
      paths: ["action.server"],
      one: "a server of the catalog's tools",
      words: servers,
    }),
  ];
}

function wordsOfPeople(catalogs: readonly Catalog[], name: "roles" | "department" | "team"): Words {
  const people = catalogs.flatMap((catalog) => catalog.people);
  const agents = catalogs.flatMap((catalog) => catalog.agents ?? []);
  const records = [...agents, ...people].map(({ attributes }) => attributes);
  return [...people.flatMap((person) => person[name]), ...textsOf(records, name)];
}

const OF_PEOPLE = [
  ["roles", "a role"],
  ["department", "a department"],
  ["team", "a team"],
] as const;

function peopleWords(catalogs: readonly Catalog[]): readonly ListedWords[] {
  if (catalogs.every((catalog) => catalog.people.length === 0)) return [];
  return OF_PEOPLE.flatMap(([name, one]) =>
    listed({
      strength: "closed",
      help: "give it to somebody in the catalog",
      paths: [`subject.${name}`, `context.on_behalf_of.${name}`],
      ...(name === "roles" ? { many: true } : {}),
      one: `${one} of anybody in the catalog`,
      words: wordsOfPeople(catalogs, name),
    }),
  );
}

function statusWords(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const people = catalogs.flatMap((catalog) => catalog.people).map(({ attributes }) => attributes);
  const own = textsOf(people, "status");
  if (own.length === 0) return [];
  const words = [...AGENT_STATUSES, ...own];
  return listed({
    paths: ["subject.status"],
    one: "a status of agents or people",
    words,
    strength: "closed",
  });
}

function resourceWords(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const entries = catalogs.flatMap((catalog) => catalog.resources);
  const environments = listed({
    paths: ["resource.environment"],
    one: "an environment of the catalog's resources",
    words: entries.map(({ environment }) => environment),
    strength: "listed",
    help: "give it to a resource in the catalog",
  });
  return [
    ...environments,
    ...spelled(
      ["resource.owner"],
      "an owner of resources",
      entries.map(({ owner }) => owner),
    ),
  ];
}

/**
 * Names that are compared with each other across records: only another spelling of one is a slip.
 */
function spelledNames(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const agents = catalogs.flatMap((catalog) => catalog.agents ?? []);
  const people = catalogs.flatMap((catalog) => catalog.people);
  const tenants = [
    ...people.map(({ tenant }) => tenant),
    ...textsOf(
      agents.map(({ attributes }) => attributes),
      "tenant",
    ),
    ...catalogs.flatMap(({ resources }) => resources.map(({ tenant }) => tenant)),
  ];
  const surfaces = catalogs.flatMap(({ decisionPoints }) =>
    decisionPoints.flatMap((point) => point.surfaces),
  );
  const ids = people.map(({ id }) => id);
  return [
    ...spelled(["subject.id"], "an agent or person of the catalog", [
      ...agents.map(({ id }) => id),
      ...ids,
    ]),
    ...spelled(["context.on_behalf_of.id"], "a person of the catalog", ids),
    ...spelled(
      ["subject.owner"],
      "an owner of agents",
      agents.map(({ owner }) => owner),
    ),
    ...spelled(
      ["subject.tenant", "resource.tenant", "context.on_behalf_of.tenant"],
      "a tenant",
      tenants,
    ),
    ...spelled(["context.surface"], "a surface of the catalog", surfaces),
  ];
}

/** Free attributes of a kind of record, each with the texts that records give it. */
function freeWords(
  root: "subject" | "resource",
  records: readonly JsonObject[],
): readonly ListedWords[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return [...names].flatMap((name) => {
    const values = records
      .map((record) => member(record, name))
      .filter((value) => value !== undefined);
    if (values.some((value) => typeof value !== "string" || isJsonObject(value))) return [];
    return spelled(
      [`${root}.${name}`],
      `a value of \`${name}\` in the catalog`,
      textsOf(records, name),
    );
  });
}

/**
 * All that the catalogs of a set list of attributes (design 2.5), the surest last where two speak
 * of one.
 */
export function catalogWords(catalogs: readonly Catalog[]): readonly ListedWords[] {
  const subjects = catalogs
    .flatMap((catalog) => [...(catalog.agents ?? []), ...catalog.people])
    .map((one) => one.attributes);
  const resources = catalogs.flatMap((catalog) => catalog.resources).map((one) => one.attributes);
  return [
    ...freeWords("subject", subjects),
    ...freeWords("resource", resources),
    ...spelledNames(catalogs),
    ...resourceWords(catalogs),
    ...statusWords(catalogs),
    ...peopleWords(catalogs),
    ...toolNames(catalogs),
    ...resourceTypes(catalogs),
  ];
}
