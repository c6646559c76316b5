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

function schema(of: JsonObject | undefined): Json {
  return of === undefined ? null : canonicalSchema(of);
}

function manifest(of: Manifest | undefined): Json {
  if (of === undefined) return null;
  const tools = of.tools?.map((tool) => ({
    name: canonicalActionGlobs([tool.name])[0] ?? tool.name,
    args: schema(tool.args),
  }));
  return {
    tools: tools === undefined ? null : sortedSet(tools),
    sources: of.sources === undefined ? null : canonicalEntityGlobs(of.sources),
    max_calls: of.maxCalls ?? null,
    max_duration: of.maxDuration ?? null,
  };
}

// WHY the owners of agents and resources stay, while those of policies and exceptions go:
// conditions can read them.
function agent(of: Agent): JsonObject {
  return {
    id: of.id,
    owner: of.owner ?? null,
    purpose: of.purpose ?? null,
    status: of.status,
    expires: of.expires ?? null,
    reviewed: of.reviewed?.time ?? null,
    review_every: of.reviewEvery ?? null,
    data_classes: of.dataClasses === undefined ? null : sortedSet(of.dataClasses),
    attributes: of.attributes,
    manifest: manifest(of.manifest),
  };
}

function person(of: Person): JsonObject {
  const { id, roles, department, team, tenant, attributes } = of;
  return {
    id,
    roles: sortedSet(roles),
    department: department ?? null,
    team: team ?? null,
    tenant: tenant ?? null,
    attributes,
  };
}

function tool(of: Tool): JsonObject {
  const resource =
    of.resource === undefined || of.resource === "none"
      ? (of.resource ?? null)
      : { type: of.resource.type, id: unparse(of.resource.id.expr) };
  return {
    name: of.name,
    server: of.server,
    effects: of.effects === undefined ? null : sortedSet(of.effects),
    reversible: of.reversible ?? null,
    open_world: of.openWorld ?? null,
    consequential: of.consequential ?? null,
    definition_digest: of.definitionDigest ?? null,
    args: schema(of.args),
    resource,
  };
}

function resource(of: ResourceEntry): JsonObject {
  return {
    match: canonicalEntityGlobs([of.match])[0] ?? of.match,
    classification: of.classification ?? null,
    environment: of.environment ?? null,
    owner: of.owner ?? null,
    tenant: of.tenant ?? null,
    scope: of.scope ?? null,
    retain: of.retain ?? null,
    fields: of.fields ?? {},
    form: of.form ?? null,
    attributes: of.attributes,
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
