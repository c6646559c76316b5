import { RESOURCE_FACTS } from "../policy/closed-lists.ts";
import type { Value } from "../condition/value.ts";
import { Timestamp, Duration } from "../condition/value.ts";
import type {
  Agent,
  Catalog,
  DecisionPoint,
  Document,
  Person,
  ResourceForm,
  Tool,
} from "../policy/model.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { foldName } from "../text/fold-name.ts";
import { foldParty } from "../text/fold-party.ts";
import type { DescribedEntity } from "./entity.ts";
import { NameMemo } from "./name-memo.ts";
import type { ActionName } from "./scope.ts";

/** What the catalog knows of one entity, by attribute name. */
export type Attributes = ReadonlyMap<string, Value>;

export interface AgentRecord {
  readonly agent: Agent;
  readonly attributes: Attributes;
}
export interface ToolRecord {
  readonly tool: Tool;
  readonly attributes: Attributes;
}

/** What the catalog says of an action's server and name. */
export interface DescribedAction {
  readonly entity: DescribedEntity;
  readonly name: ActionName;
  readonly tool: ToolRecord | undefined;
  readonly lookalike: boolean;
}

/** What was said of names before, so that it is worked out once for all calls that name alike. */
export interface Described {
  /** By server and name. */
  readonly actions: NameMemo<DescribedAction>;
  /** By type and id. */
  readonly subjects: NameMemo<DescribedEntity>;
  /** By type and id, as people that calls are made for. */
  readonly people: NameMemo<DescribedEntity>;
}

/** Names by their folded form (design 3.6). */
export type FoldedNames = ReadonlyMap<string, ReadonlySet<string>>;

/** The catalogs of a set, united and indexed by what a request names. */
export interface CatalogIndex {
  /** False where no catalog lists agents at all: then nobody is unregistered. */
  readonly listsAgents: boolean;
  readonly unregistered: "deny" | "policy";
  readonly agents: ReadonlyMap<string, AgentRecord>;
  readonly people: ReadonlyMap<
    string,
    { readonly person: Person; readonly attributes: Attributes }
  >;
  /** By `server/name`. */
  readonly tools: ReadonlyMap<string, ToolRecord>;
  /** Known tools by their folded name (NFKC, lower case). */
  readonly folded: ReadonlyMap<string, readonly Tool[]>;
  readonly forms: ReadonlyMap<string, ResourceForm>;
  readonly data: JsonObject;
  readonly decisionPoints: readonly DecisionPoint[];
  /**
   * Attribute names that some record of each kind gives: unknown while the entity's identity is
   * unknown.
   */
  readonly names: {
    readonly subject: ReadonlySet<string>;
    readonly action: ReadonlySet<string>;
    readonly resource: ReadonlySet<string>;
  };
  /** The servers of tools, by what they look like. */
  readonly servers: FoldedNames;
  /** The ids of agents and of people, by what they look like. */
  readonly alike: { readonly agents: FoldedNames; readonly people: FoldedNames };
  /**
   * True where some tool derives its resource, so that an unknown tool leaves the resource unknown.
   */
  readonly derives: boolean;
  /**
   * True where some tool has no resource, so that an unknown tool leaves open whether there is one.
   */
  readonly resourceless: boolean;
  readonly described: Described;
}

/**
 * Whether subjects of a type are non-human identities: those that `agents` of a catalog speak of
 * (design 2.6).
 */
export function isNonHuman(type: string | undefined): boolean {
  return type === "agent" || type === "service" || type === "model";
}

/**
 * What the catalog says of a non-human identity, whatever its type; undefined: the subject is none,
 * or not listed.
 */
export function agentRecord(
  catalog: CatalogIndex,
  type: string | undefined,
  id: string | undefined,
): AgentRecord | undefined {
  return id !== undefined && isNonHuman(type) ? catalog.agents.get(id) : undefined;
}

/**
 * Whether the lack of a record denies a subject: of agents alone, where a catalog lists any (design
 * 2.6).
 */
export function isStranger(catalog: CatalogIndex, id: string): boolean {
  return catalog.listsAgents && catalog.unregistered === "deny" && !catalog.agents.has(id);
}

const NANOS = 1_000_000n;

/** Milliseconds since 1970 as a CEL timestamp. */
export function timestampOf(milliseconds: number): Timestamp {
  return new Timestamp(BigInt(Math.round(milliseconds)) * NANOS);
}

function fill(
  into: Map<string, Value>,
  entries: { readonly [name: string]: Value | undefined },
): void {
  for (const [name, value] of Object.entries(entries))
    if (value !== undefined) into.set(name, value);
}

function declared(attributes: JsonObject): Map<string, Value> {
  const map = new Map<string, Value>();
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== null) map.set(name, value);
  return map;
}

function agentAttributes(agent: Agent): Attributes {
  const map = declared(agent.attributes);
  fill(map, {
    registered: true,
    owner: agent.owner,
    purpose: agent.purpose,
    status: agent.status,
    expires: agent.expires === undefined ? undefined : timestampOf(agent.expires),
    reviewed: agent.reviewed === undefined ? undefined : timestampOf(agent.reviewed.time),
    review_every:
      agent.reviewEvery === undefined ? undefined : new Duration(BigInt(agent.reviewEvery) * NANOS),
    data_classes: agent.dataClasses,
  });
  return map;
}

function personAttributes(person: Person): Attributes {
  const map = declared(person.attributes);
  fill(map, {
    registered: true,
    roles: person.roles,
    department: person.department,
    team: person.team,
    tenant: person.tenant,
  });
  return map;
}

function toolAttributes(tool: Tool): Attributes {
  const map = new Map<string, Value>();
  fill(map, {
    effects: tool.effects,
    reversible: tool.reversible,
    open_world: tool.openWorld,
    consequential: tool.consequential,
    definition_digest: tool.definitionDigest,
  });
  return map;
}

function byFoldedName(tools: readonly Tool[]): ReadonlyMap<string, readonly Tool[]> {
  const map = new Map<string, Tool[]>();
  for (const tool of tools)
    map.set(foldName(tool.name), [...(map.get(foldName(tool.name)) ?? []), tool]);
  return map;
}

function foldedNames(names: Iterable<string>, fold: (name: string) => string): FoldedNames {
  const map = new Map<string, Set<string>>();
  for (const name of names) {
    const folded = fold(name);
    map.set(folded, (map.get(folded) ?? new Set()).add(name));
  }
  return map;
}

function unionOfNames(maps: Iterable<Attributes>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const map of maps) for (const name of map.keys()) names.add(name);
  return names;
}

function resourceNames(catalogs: readonly Catalog[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const catalog of catalogs) {
    for (const entry of catalog.resources) {
      for (const name of Object.keys(entry.attributes)) names.add(name);
      for (const name of [...RESOURCE_FACTS, "fields"] as const)
        if (entry[name] !== undefined) names.add(name);
    }
  }
  return names;
}

/** The type of a `type:*` pattern, or undefined for any other. */
function wholeType(pattern: string): string | undefined {
  const colon = pattern.indexOf(":");
  const id = pattern.slice(colon + 1);
  const type = pattern.slice(0, colon);
  return colon > 0 && (id === "*" || id === "**") && !type.includes("*") ? type : undefined;
}

function formsOf(catalogs: readonly Catalog[]): ReadonlyMap<string, ResourceForm> {
  const forms = new Map<string, ResourceForm>();
  for (const catalog of catalogs) {
    for (const entry of catalog.resources) {
      const type = wholeType(entry.match);
      if (type !== undefined && entry.form !== undefined) forms.set(type, entry.form);
    }
  }
  return forms;
}

function dataOf(catalogs: readonly Catalog[]): JsonObject {
  const data: { [name: string]: Json } = Object.create(null);
  // frozen lists may be searched by hash (condition/compile.ts)
  for (const catalog of catalogs)
    for (const entry of catalog.data) data[entry.name] = frozen(entry.value);
  return data;
}

function frozen(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  for (const inner of Object.values(value)) if (inner !== undefined) frozen(inner);
  return Object.freeze(value);
}

type AgentRecords = CatalogIndex["agents"];
type PersonRecords = CatalogIndex["people"];
type ToolRecords = CatalogIndex["tools"];

function agentRecords(catalogs: readonly Catalog[]): AgentRecords {
  const agents = catalogs.flatMap((catalog) => catalog.agents ?? []);
  return new Map(agents.map((agent) => [agent.id, { agent, attributes: agentAttributes(agent) }]));
}

function personRecords(catalogs: readonly Catalog[]): PersonRecords {
  const people = catalogs.flatMap((catalog) => catalog.people);
  return new Map(
    people.map((person) => [person.id, { person, attributes: personAttributes(person) }]),
  );
}

function toolRecords(catalogs: readonly Catalog[]): ToolRecords {
  const tools = catalogs.flatMap((catalog) => catalog.tools);
  return new Map(
    tools.map((tool) => [
      `${tool.server}/${tool.name}`,
      { tool, attributes: toolAttributes(tool) },
    ]),
  );
}

/** What is known of tools, whatever a call is of. */
function toolFacts(
  records: ToolRecords,
): Pick<CatalogIndex, "folded" | "servers" | "derives" | "resourceless"> {
  const tools = [...records.values()].map(({ tool }) => tool);
  return {
    folded: byFoldedName(tools),
    servers: foldedNames(
      tools.map(({ server }) => server),
      foldName,
    ),
    derives: tools.some(({ resource }) => resource !== undefined),
    resourceless: tools.some(({ resource }) => resource === "none"),
  };
}

/** The names of attributes that some record gives. */
function namesGiven(
  catalogs: readonly Catalog[],
  { agents, people, tools }: Pick<CatalogIndex, "agents" | "people" | "tools">,
): CatalogIndex["names"] {
  const subjects = [...agents.values(), ...people.values()].map(({ attributes }) => attributes);
  return {
    subject: unionOfNames(subjects),
    action: unionOfNames([...tools.values()].map(({ attributes }) => attributes)),
    resource: resourceNames(catalogs),
  };
}

/**
 * The catalogs among `documents`, indexed. Where two give the same record, the loader has already
 * refused the set.
 */
export function indexCatalogs(documents: readonly Document[]): CatalogIndex {
  const catalogs = documents.filter((d) => d.kind === "Catalog");
  const records = {
    agents: agentRecords(catalogs),
    people: personRecords(catalogs),
    tools: toolRecords(catalogs),
  };
  return {
    listsAgents: catalogs.some((c) => c.agents !== undefined && c.agents.length > 0),
    unregistered: catalogs.some((c) => c.unregistered === "policy") ? "policy" : "deny",
    ...records,
    ...toolFacts(records.tools),
    forms: formsOf(catalogs),
    data: dataOf(catalogs),
    decisionPoints: catalogs.flatMap((c) => c.decisionPoints),
    names: namesGiven(catalogs, records),
    alike: {
      agents: foldedNames(records.agents.keys(), foldParty),
      people: foldedNames(records.people.keys(), foldParty),
    },
    described: { actions: new NameMemo(), subjects: new NameMemo(), people: new NameMemo() },
  };
}
