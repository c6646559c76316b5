import { prepareCall } from "../engine/call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { compileSchema } from "../engine/schema-check.ts";
import type { Tool } from "../policy/model.ts";
import { stringMember, type JsonObject } from "../request/json.ts";
import type { Question } from "./decide-both.ts";

/** Whether the caller is somebody whom the catalog knows, where it lists such callers. */
function isKnownSubject({ catalog }: CompiledSet, subject: JsonObject | undefined): boolean {
  const [type, id] = [stringMember(subject, "type"), stringMember(subject, "id")];
  if (type === undefined || id === undefined) return true;
  if (type === "agent") return !catalog.listsAgents || catalog.agents.has(id);
  return type !== "human" || catalog.people.size === 0 || catalog.people.has(id);
}

function fitsTool(tool: Tool, { request }: Question): boolean {
  if (
    tool.args !== undefined &&
    request.args !== undefined &&
    !compileSchema(tool.args)(request.args)
  )
    return false;
  return tool.resource !== "none" || request.resource === undefined;
}

/** Whether what a request says of its resource is what its arguments say. */
function agreesOnResource(set: CompiledSet, { request }: Question): boolean {
  const { resource } = prepareCall(set, request);
  const [type, id] = [stringMember(request.resource, "type"), stringMember(request.resource, "id")];
  if (request.resource === undefined || resource.absent) return true;
  return (
    (type === undefined || resource.type === undefined || resource.type === type) &&
    (id === undefined || resource.id === undefined || resource.id === id)
  );
}

/**
 * Whether a call can exist in the world that a set's catalogs describe: its caller and its tool are
 * known where such are listed, its arguments are what the tool takes, and its resource is the one
 * that they name.
 */
export function mayExist(set: CompiledSet, question: Question): boolean {
  const { subject, action } = question.request;
  if (!isKnownSubject(set, subject)) return false;
  const [server, name] = [stringMember(action, "server"), stringMember(action, "name")];
  if (server === undefined || name === undefined || set.catalog.tools.size === 0) return true;
  const known = set.catalog.tools.get(`${server}/${name}`);
  return known !== undefined && fitsTool(known.tool, question) && agreesOnResource(set, question);
}
