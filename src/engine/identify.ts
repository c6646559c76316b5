import { Failure, Unknown, type NoValue, type Value } from "../condition/value.ts";
import { normalizeDomain, normalizeUrl } from "../condition/normalize.ts";
import { normalizePath } from "../condition/normalize-path.ts";
import { member, stringMember, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { foldName } from "../text/fold-name.ts";
import { foldParty } from "../text/fold-party.ts";
import {
  agentRecord,
  isStranger,
  type CatalogIndex,
  type DescribedAction,
  type FoldedNames,
  type ToolRecord,
} from "./catalog-index.ts";
import {
  describedEntity,
  NO_ATTRIBUTES,
  NO_ENTITY,
  NOTHING,
  type DescribedEntity,
  type Entity,
} from "./entity.ts";
import type { Mask } from "./mask.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { isKnownType } from "./party.ts";
import type { ActionName } from "./scope.ts";
import { HOST_SERVER } from "../request/host-server.ts";

function visible(
  container: JsonObject | undefined,
  key: string,
  at: { root: string; mask: Mask | undefined },
): string | undefined {
  return at.mask?.masked([at.root, key]) === true ? undefined : stringMember(container, key);
}

/** What the catalog says of a subject's identity, for a `type:id` whose parts may be unknown. */
export function describeSubject(
  catalog: CatalogIndex,
  type: string | undefined,
  id: string | undefined,
): Pick<Entity, "known" | "veiled"> {
  if (type === undefined || id === undefined)
    return { known: NO_ATTRIBUTES, veiled: new Set([...catalog.names.subject, "registered"]) };
  const record = type === "human" ? catalog.people.get(id) : agentRecord(catalog, type, id);
  return { known: record?.attributes ?? UNREGISTERED, veiled: NOTHING };
}
const UNREGISTERED: ReadonlyMap<string, Value> = new Map([["registered", false]]);

export function subjectEntity(
  catalog: CatalogIndex,
  request: Request,
  mask: Mask | undefined,
): Entity {
  const type = visible(request.subject, "type", { root: "subject", mask });
  const id = visible(request.subject, "id", { root: "subject", mask });
  return describedEntity(describedSubject(catalog, type, id), request.subject);
}

/** What the catalog says of a subject of these names, another spelling of one included. */
function describedSubject(
  catalog: CatalogIndex,
  type: string | undefined,
  id: string | undefined,
): DescribedEntity {
  const { subjects } = catalog.described;
  const known = subjects.get(type, id);
  if (known !== undefined) return known;
  const meant = meantSubject(catalog, type, id);
  return subjects.put(type, id, {
    ...meant,
    stranger: meant.type === "agent" && meant.id !== undefined && isStranger(catalog, meant.id),
    ...describeSubject(catalog, meant.type, meant.id),
  });
}

/**
 * The parts of a subject's name that can be told: a type that is another spelling of a known one is
 * unknown, and so is an id that is one of somebody listed whom the subject may be (design 2.5). WHY
 * not of agents that are denied for want of a record: that is certain.
 */
function meantSubject(
  catalog: CatalogIndex,
  written: string | undefined,
  id: string | undefined,
): Pick<Entity, "type" | "id" | "doubtful"> {
  const known = written === undefined || isKnownType(written);
  if (!known && !isKnownType(foldName(written))) return { type: written, id };
  const type = known ? written : undefined;
  const isDenied = type === "agent" && catalog.unregistered === "deny";
  const isSpelling = id !== undefined && !isDenied && maySpellSubject(catalog, type, id);
  return { type, id: isSpelling ? undefined : id, doubtful: isSpelling || !known };
}

/**
 * Whether an id may be another spelling of one that is listed for subjects of the type; undefined:
 * of any.
 */
function maySpellSubject(catalog: CatalogIndex, type: string | undefined, id: string): boolean {
  const { agents, people, alike } = catalog;
  const isSpelling = (listed: ReadonlyMap<string, unknown>, folded: FoldedNames): boolean =>
    folded.size > 0 && !listed.has(id) && folded.has(foldParty(id));
  return (
    (type !== "human" && isSpelling(agents, alike.agents)) ||
    ((type === undefined || type === "human") && isSpelling(people, alike.people))
  );
}

/**
 * An agent of the chain, or the person acted for, as the subject of a decision of its own (design
 * 4.5).
 */
export function namedSubject(catalog: CatalogIndex, name: string): Entity {
  const colon = name.indexOf(":");
  const type = colon < 0 ? name : name.slice(0, colon);
  const id = colon < 0 ? undefined : name.slice(colon + 1);
  return describedEntity(describedSubject(catalog, type, id), undefined);
}

/**
 * An action, its tool's record, and whether its name only looks like a known tool's (design 3.6).
 */
export interface IdentifiedAction {
  readonly entity: Entity;
  readonly name: ActionName;
  readonly tool: ToolRecord | undefined;
  readonly lookalike: boolean;
}

export function identifyAction(
  catalog: CatalogIndex,
  request: Request,
  mask: Mask | undefined,
): IdentifiedAction {
  const name = visible(request.action, "name", { root: "action", mask });
  let server = visible(request.action, "server", { root: "action", mask });
  // known to be absent: a call of the agent's own host (design 2.4)
  if (
    server === undefined &&
    mask?.masked(["action", "server"]) === false &&
    mask.complete(["action"])
  )
    server = HOST_SERVER;
  const { actions } = catalog.described;
  const action =
    actions.get(server, name) ?? actions.put(server, name, describeAction(catalog, server, name));
  return {
    name: action.name,
    tool: action.tool,
    lookalike: action.lookalike,
    entity: describedEntity(action.entity, request.action),
  };
}

/** What the catalog says of an action's names, those that look like a known tool's included. */
function describeAction(
  catalog: CatalogIndex,
  server: string | undefined,
  name: string | undefined,
): DescribedAction {
  const alike = lookalikes(catalog, { server, name });
  const shown = alike ?? { server, name };
  const full =
    shown.name === undefined || shown.server === undefined
      ? undefined
      : `${shown.server}/${shown.name}`;
  // a server's name holds no slash (design 2.4): one that does only looks like another server's
  // tool
  const tool =
    full === undefined || server?.includes("/") === true ? undefined : catalog.tools.get(full);
  return {
    name: shown,
    tool,
    lookalike: alike !== undefined,
    entity: {
      type: undefined,
      id: undefined,
      known: actionAttributes(tool, { seen: { server, name }, shown }),
      veiled: full === undefined && catalog.tools.size > 0 ? catalog.names.action : NOTHING,
    },
  };
}

const LOOKALIKE_SERVER = new Unknown(["action.server"]);
const LOOKALIKE_NAME = new Unknown(["action.name"]);

function actionAttributes(
  tool: ToolRecord | undefined,
  { seen, shown }: { seen: ActionName; shown: ActionName },
): ReadonlyMap<string, Value | NoValue> {
  const map = new Map<string, Value | NoValue>(tool?.attributes ?? NO_ATTRIBUTES);
  if (seen.server !== undefined) map.set("server", shown.server ?? LOOKALIKE_SERVER);
  if (seen.name !== undefined) map.set("name", shown.name ?? LOOKALIKE_NAME);
  return map;
}

/**
 * The parts of a name that can be told where it differs from a known tool's only in case or
 * compatibility forms: the part that differs is unknown, not another tool (design 3.6). Undefined:
 * it looks like no other.
 */
function lookalikes(catalog: CatalogIndex, { server, name }: ActionName): ActionName | undefined {
  if (name === undefined)
    return looksLikeServer(catalog, server) ? { server: undefined, name } : undefined;
  if (server !== undefined && catalog.tools.has(`${server}/${name}`)) return undefined;
  const alike = (catalog.folded.get(foldName(name)) ?? []).filter(
    (tool) => server === undefined || foldName(tool.server) === foldName(server),
  );
  if (alike.length === 0) return undefined;
  if (server === undefined)
    return alike.some((tool) => tool.name !== name) ? { server, name: undefined } : undefined;
  return {
    server: alike.some((tool) => tool.server === server) ? server : undefined,
    name: alike.some((tool) => tool.name === name) ? name : undefined,
  };
}

/**
 * Whether some tool's server is another that this one looks like: where the tool's name is not
 * known, it may be meant.
 */
function looksLikeServer(catalog: CatalogIndex, server: string | undefined): boolean {
  return (
    server !== undefined &&
    [...(catalog.servers.get(foldName(server)) ?? [])].some((known) => known !== server)
  );
}

/** Reads a tool's resource id off the arguments: a compiled condition over `args`. */
export type IdReader = (request: Request, mask: Mask | undefined) => Value | NoValue;

export interface ResourceContext {
  readonly catalog: CatalogIndex;
  readonly resources: ResourceIndex;
  readonly idReaders: ReadonlyMap<string, IdReader>;
}

interface Named {
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly doubtful?: boolean;
}

/** The resource of a call whose tool does not say where it stands: as the event names it. */
function resourceOfEvent(
  context: ResourceContext,
  request: Request,
  { action, mask }: { action: IdentifiedAction; mask: Mask | undefined },
): Entity {
  const claimed = claimedResource(request, mask);
  if (action.tool === undefined && action.entity.veiled !== NOTHING && context.catalog.derives) {
    const perhapsNone = context.catalog.resourceless || claimed === "absent";
    const named = { type: undefined, id: undefined, doubtful: true };
    return unknownResource(context, named, { request, perhapsNone });
  }
  return claimed === "absent" ? NO_ENTITY : resourceEntity(context, claimed, request);
}

/**
 * The resource of a call (design 2.5, 3.6): read off the arguments where the tool says how, else as
 * the event names it; normalised by its type's form. Unknown arguments leave it unknown whatever
 * the event claims, so that masking an argument never widens (design 4.2).
 */
export function identifyResource(
  context: ResourceContext,
  request: Request,
  { action, mask }: { action: IdentifiedAction; mask: Mask | undefined },
): Entity {
  const spec = action.tool?.tool.resource;
  if (spec === "none") return NO_ENTITY;
  if (spec === undefined) return resourceOfEvent(context, request, { action, mask });
  const { server = "", name = "" } = action.tool?.tool ?? {};
  const id = context.idReaders.get(`${server}/${name}`)?.(request, mask);
  if (typeof id === "string" || typeof id === "number" || typeof id === "bigint")
    return resourceEntity(context, { type: spec.type, id: String(id) }, request);
  const claimed = claimedResource(request, mask);
  if (id instanceof Failure && claimed !== "absent" && claimed.id !== undefined)
    return resourceEntity(context, claimed, request);
  return unknownResource(context, { type: spec.type, id: undefined, doubtful: true }, { request });
}

/**
 * The resource as the request itself names it, described by the catalog: what inline examples are
 * decided on.
 */
export function namedResource(
  context: ResourceContext,
  request: Request,
  mask: Mask | undefined,
): Entity {
  const claimed = claimedResource(request, mask);
  return claimed === "absent" ? NO_ENTITY : resourceEntity(context, claimed, request);
}

function claimedResource(request: Request, mask: Mask | undefined): Named | "absent" {
  const type = visible(request.resource, "type", { root: "resource", mask });
  const id = visible(request.resource, "id", { root: "resource", mask });
  const recorded =
    request.resource !== undefined &&
    (member(request.resource, "type") !== undefined ||
      member(request.resource, "id") !== undefined);
  if (
    !recorded &&
    mask?.complete(["resource"]) === true &&
    !mask.masked(["resource"]) &&
    !mask.maskedBelow(["resource"])
  )
    return "absent";
  return { type, id };
}

function normalise(form: string | undefined, id: string): string | undefined {
  if (form === "path") return normalizePath(id);
  if (form === "url") return normalizeUrl(id);
  return form === "domain" ? normalizeDomain(id) : id;
}

/**
 * A resource's id as its type's form writes it (design 3.6); undefined: it cannot be normalised.
 */
export function normalId(context: ResourceContext, type: string, id: string): string | undefined {
  return normalise(context.catalog.forms.get(type), id);
}

function resourceEntity(context: ResourceContext, named: Named, request: Request): Entity {
  const { type, id } = named;
  if (type === undefined || id === undefined) return unknownResource(context, named, { request });
  const normal = normalise(context.catalog.forms.get(type), id);
  if (normal === undefined)
    return unknownResource(context, { type, id: undefined, doubtful: true }, { request });
  const known = context.resources.describe(type, normal);
  return describedEntity({ type, id: normal, known, veiled: NOTHING }, request.resource);
}

function unknownResource(
  context: ResourceContext,
  { type, id, doubtful = false }: Named,
  { request, perhapsNone }: { readonly request: Request; readonly perhapsNone?: boolean },
): Entity {
  const known = context.resources.describe(type, id);
  const veiled = type === undefined ? context.catalog.names.resource : NOTHING;
  const described = { type, id, doubtful, known, veiled };
  return describedEntity(described, request.resource, perhapsNone);
}
