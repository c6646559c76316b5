import { prepareCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { compileSchema } from "../engine/schema-check.ts";
import type { Tool } from "../policy/model.ts";
import { isJsonObject, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { pathOf } from "./variables.ts";
import type { Witness } from "./witness.ts";

/** Whether the caller is somebody whom the catalog knows, where it lists such callers. */
function isKnownSubject({ catalog }: CompiledSet, subject: JsonObject | undefined): boolean {
  const [type, id] = [stringMember(subject, "type"), stringMember(subject, "id")];
  if (type === undefined || id === undefined) return true;
  if (type === "agent") return !catalog.listsAgents || catalog.agents.has(id);
  return type !== "human" || catalog.people.size === 0 || catalog.people.has(id);
}

function fitsTool(tool: Tool, { request }: Witness): boolean {
  if (
    tool.args !== undefined &&
    request.args !== undefined &&
    !compileSchema(tool.args)(request.args)
  )
    return false;
  return tool.resource !== "none" || request.resource === undefined;
}

/** Whether what a request says of its resource is what its arguments say. */
function agreesOnResource(set: CompiledSet, { request }: Witness): boolean {
  const { resource } = prepareCall(set, request);
  const [type, id] = [stringMember(request.resource, "type"), stringMember(request.resource, "id")];
  if (request.resource === undefined || resource.absent) return true;
  return (
    (type === undefined || resource.type === undefined || resource.type === type) &&
    (id === undefined || resource.id === undefined || resource.id === id)
  );
}

/**
 * Whether nothing of a call goes against what the catalogs say: a listed tool gets arguments that
 * it takes, and the resource is the one that they name. What no catalog lists it may speak of.
 */
export function isConsistent(set: CompiledSet, call: Witness): boolean {
  const { action } = call.request;
  const [server, name] = [stringMember(action, "server"), stringMember(action, "name")];
  const known = set.catalog.tools.get(`${server ?? ""}/${name ?? ""}`);
  return known === undefined || (fitsTool(known.tool, call) && agreesOnResource(set, call));
}

/**
 * Whether a call can exist in the world that a set's catalogs describe: its caller and its tool are
 * known where such are listed, its arguments are what the tool takes, and its resource is the one
 * that they name.
 */
export function mayExist(set: CompiledSet, call: Witness): boolean {
  const { subject, action } = call.request;
  if (!isKnownSubject(set, subject)) return false;
  const [server, name] = [stringMember(action, "server"), stringMember(action, "name")];
  if (server === undefined || name === undefined || set.catalog.tools.size === 0) return true;
  return set.catalog.tools.has(`${server}/${name}`) && isConsistent(set, call);
}

function withArgument(args: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return args;
  const inner = args[name];
  const next =
    rest.length === 0 ? value : withArgument(isJsonObject(inner) ? inner : {}, rest, value);
  return { ...args, [name]: next };
}

/**
 * The ways in which a call can be told so that the catalog's word on it is not gone against: of a
 * tool that is listed only the name, and of a resource that the arguments name nothing but them.
 */
export function plainCalls({ catalog }: CompiledSet, request: Request): readonly Request[] {
  const { action, resource, ...rest } = request;
  const [server, name] = [stringMember(action, "server"), stringMember(action, "name")];
  const tool = catalog.tools.get(`${server ?? ""}/${name ?? ""}`)?.tool;
  if (tool === undefined || server === undefined || name === undefined) return [request];
  const plain = { ...rest, action: { kind: "tool_call", server, name } };
  if (typeof tool.resource !== "object")
    return [resource === undefined ? plain : { ...plain, resource }];
  const path = pathOf(tool.resource.id.expr);
  const id = resource?.["id"];
  if (path?.[0] !== "args" || id === undefined) return [plain];
  return [{ ...plain, args: withArgument(request.args ?? {}, path.slice(1), id) }, plain];
}
