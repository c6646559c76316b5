import { objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { splitName, splitUri, type Split } from "./names.ts";

/** The one server that a request is for, and its params as that server knows them. */
export interface Routed {
  readonly server: string;
  readonly params: JsonObject;
}

type Router = (params: JsonObject) => Routed | string;

const FORM =
  "with several servers, a name is `<server>_<name>` and an address `<server>+<address>`";

function by(member: "name" | "uri", split: (text: string) => Split | undefined): Router {
  return (params) => {
    const found = split(stringMember(params, member) ?? "");
    if (found === undefined) return `\`params.${member}\` names no server: ${FORM}`;
    return { server: found.server, params: { ...params, [member]: found.name } };
  };
}

/** What is completed is an argument of a prompt, or part of the address of a resource. */
function byReference(params: JsonObject): Routed | string {
  const ref = objectMember(params, "ref") ?? {};
  const [name, uri] = [stringMember(ref, "name"), stringMember(ref, "uri")];
  if ((name === undefined) === (uri === undefined))
    return "`params.ref` has to have either a `name` or a `uri`";
  const found = name === undefined ? splitUri(uri ?? "") : splitName(name);
  if (found === undefined) return `\`params.ref\` names no server: ${FORM}`;
  const own = name === undefined ? { uri: found.name } : { name: found.name };
  return { server: found.server, params: { ...params, ref: { ...ref, ...own } } };
}

/** Requests that are for one server, by method. */
export const ROUTERS: ReadonlyMap<string, Router> = new Map<string, Router>([
  ["tools/call", by("name", splitName)],
  ["prompts/get", by("name", splitName)],
  ["resources/read", by("uri", splitUri)],
  ["resources/subscribe", by("uri", splitUri)],
  ["resources/unsubscribe", by("uri", splitUri)],
  ["completion/complete", byReference],
]);
