import { unparse } from "../condition/unparse.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { canonicalActionGlobs, canonicalEntityGlobs } from "./canonical-policy.ts";
import { canonicalSchema, sortedSet } from "./canonical-schema.ts";
import type {
  Agent,
  AttributeDeclaration,
  Catalog,
  DecisionPoint,
  Manifest,
  Person,
  ResourceEntry,
  Tool,
} from "./model.ts";

function schema(json: JsonObject | undefined): Json {
  return json === undefined ? null : canonicalSchema(json);
}

function manifest(written: Manifest | undefined): Json {
  if (written === undefined) return null;
  const tools = written.tools?.map((tool) => ({
    name: canonicalActionGlobs([tool.name])[0] ?? tool.name,
    args: schema(tool.args),
  }));
  return {
    tools: tools === undefined ? null : sortedSet(tools),
    sources: written.sources === undefined ? null : canonicalEntityGlobs(written.sources),
    max_calls: written.maxCalls ?? null,
    max_duration: written.maxDuration ?? null,
  };
}

// WHY the owners of agents and resources stay, while those of policies and exceptions go:
// conditions can read them.
function agent(record: Agent): JsonObject {
  return {
    id: record.id,
    owner: record.owner ?? null,
    purpose: record.purpose ?? null,
    status: record.status,
    expires: record.expires ?? null,
    reviewed: record.reviewed?.time ?? null,
    review_every: record.reviewEvery ?? null,
    data_classes: record.dataClasses === undefined ? null : sortedSet(record.dataClasses),
    attributes: record.attributes,
    manifest: manifest(record.manifest),
  };
}

function person(record: Person): JsonObject {
  const { id, roles, department, team, tenant, attributes } = record;
  return {
    id,
    roles: sortedSet(roles),
    department: department ?? null,
    team: team ?? null,
    tenant: tenant ?? null,
    attributes,
  };
}

function tool(record: Tool): JsonObject {
  const resource =
    record.resource === undefined || record.resource === "none"
      ? (record.resource ?? null)
      : { type: record.resource.type, id: unparse(record.resource.id.expr) };
  return {
    name: record.name,
    server: record.server,
    effects: record.effects === undefined ? null : sortedSet(record.effects),
    reversible: record.reversible ?? null,
    open_world: record.openWorld ?? null,
    consequential: record.consequential ?? null,
    definition_digest: record.definitionDigest ?? null,
    args: schema(record.args),
    resource,
  };
}

function resource(resourceEntry: ResourceEntry): JsonObject {
  return {
    match: canonicalEntityGlobs([resourceEntry.match])[0] ?? resourceEntry.match,
    classification: resourceEntry.classification ?? null,
    environment: resourceEntry.environment ?? null,
    owner: resourceEntry.owner ?? null,
    tenant: resourceEntry.tenant ?? null,
    scope: resourceEntry.scope ?? null,
    retain: resourceEntry.retain ?? null,
    fields: resourceEntry.fields ?? {},
    form: resourceEntry.form ?? null,
    attributes: resourceEntry.attributes,
  };
}

function attribute({ path, type }: AttributeDeclaration): JsonObject {
  return { path, type: type.replace(/\s+/g, "") };
}

function decisionPoint({ id, external, surfaces }: DecisionPoint): JsonObject {
  return { id, external, surfaces: sortedSet(surfaces) };
}

function dataOf(catalogs: readonly Catalog[]): JsonObject {
  const data: { [name: string]: Json } = Object.create(null);
  for (const entry of catalogs.flatMap((catalog) => catalog.data)) data[entry.name] = entry.value;
  return data;
}

/**
 * What catalogs say together, however they are cut and called (design 10.1); null where there is
 * none.
 */
export function canonicalCatalogs(catalogs: readonly Catalog[]): Json {
  if (catalogs.length === 0) return null;
  const steps = catalogs.flatMap((catalog) => catalog.conditionSteps ?? []);
  const listed = catalogs.some(
    (catalog) => catalog.agents !== undefined && catalog.agents.length > 0,
  );
  return {
    unregistered: catalogs.some((catalog) => catalog.unregistered === "policy") ? "policy" : "deny",
    agents: listed
      ? sortedSet(catalogs.flatMap((catalog) => (catalog.agents ?? []).map(agent)))
      : null,
    people: sortedSet(catalogs.flatMap((catalog) => catalog.people.map(person))),
    tools: sortedSet(catalogs.flatMap((catalog) => catalog.tools.map(tool))),
    resources: sortedSet(catalogs.flatMap((catalog) => catalog.resources.map(resource))),
    attributes: sortedSet(catalogs.flatMap((catalog) => catalog.attributes.map(attribute))),
    decision_points: sortedSet(
      catalogs.flatMap((catalog) => catalog.decisionPoints.map(decisionPoint)),
    ),
    data: dataOf(catalogs),
    ...(steps.length > 0 && { condition_steps: Math.min(...steps) }),
  };
}
