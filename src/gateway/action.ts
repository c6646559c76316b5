import { member, objectMember, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { ambiguousMember, knownNames } from "./message.ts";

/** A party as `type:id` names it. */
export interface Party {
  readonly type: string;
  readonly id: string;
}

/** Who calls, and on which server, as it is configured. */
export interface Caller {
  readonly server: string;
  /** Undefined: unrecorded. */
  readonly session: string | undefined;
  readonly subject: Party;
  /** The person on whose behalf; `nobody`: the agent acts for itself; undefined: unrecorded. */
  readonly onBehalfOf: Party | "nobody" | undefined;
  /** The agents above the subject, root first, as `type:id`. */
  readonly delegation: readonly string[];
}

/** A call that a policy decides. */
export interface Action {
  readonly name: string;
  readonly args: JsonObject;
  readonly resource: Party | undefined;
  /** Of the trace that the call is part of (W3C), so that records can be joined. */
  readonly traceparent?: string | undefined;
  /** Of the definition that the client was shown of a tool. */
  readonly definitionDigest?: string | undefined;
}

/** Requests of a client that only look, or that no policy speaks of. */
const CLIENT_PASSES: ReadonlySet<string> = new Set([
  "initialize",
  "server/discover",
  "ping",
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "resources/unsubscribe",
  "prompts/list",
  "logging/setLevel",
  "tasks/get",
  "tasks/list",
  "tasks/result",
  "tasks/update",
  "tasks/cancel",
]);
const SERVER_PASSES: ReadonlySet<string> = new Set([
  "ping",
  "roots/list",
  "tasks/get",
  "tasks/list",
  "tasks/result",
  "tasks/cancel",
]);

type Reader = (params: JsonObject) => Action | string;

/** Members of `params` that the readers below read. */
const READ = knownNames(
  ...["name", "arguments", "uri", "ref", "task", "_meta"],
  ...["inputResponses", "requestState", "notifications"],
);

function argumentsOf(params: JsonObject): JsonObject | string {
  const written = params["arguments"] ?? undefined;
  // the protocol lets a call without arguments leave them out: there are none
  if (written === undefined) return {};
  const args = objectMember(params, "arguments");
  if (args === undefined) return "`params.arguments` is not an object";
  const twin = ambiguousMember(args);
  return twin === undefined
    ? args
    : "two arguments differ only in case or look-alike letters, so servers read them differently";
}

function toolCall(params: JsonObject): Action | string {
  const name = stringMember(params, "name");
  if (name === undefined || name === "") return "`params.name` is not the name of a tool";
  if (ACTION_METHODS.has(name))
    return "the tool has the name of a method, so rules cannot distinguish them";
  const args = argumentsOf(params);
  return typeof args === "string" ? args : { name, args, resource: undefined };
}

function onResource(name: string): Reader {
  return (params) => {
    const uri = stringMember(params, "uri");
    if (uri === undefined || uri === "") return "`params.uri` is not the address of a resource";
    return { name, args: { uri }, resource: { type: "mcp_resource", id: uri } };
  };
}

function getPrompt(params: JsonObject): Action | string {
  const name = stringMember(params, "name");
  if (name === undefined || name === "") return "`params.name` is not the name of a prompt";
  const args = argumentsOf(params);
  if (typeof args === "string") return args;
  return { name: "prompts/get", args: { name, arguments: args }, resource: undefined };
}

function whole(name: string): Reader {
  return (params) => {
    const args = Object.fromEntries(Object.entries(params).filter(([key]) => key !== "_meta"));
    return { name, args, resource: undefined };
  };
}

/** What clients ask of servers, and servers of clients, that a policy decides. */
const CLIENT_ACTIONS: ReadonlyMap<string, Reader> = new Map([
  ["tools/call", toolCall],
  ["resources/read", onResource("resources/read")],
  ["resources/subscribe", onResource("resources/subscribe")],
  ["prompts/get", getPrompt],
  ["completion/complete", whole("completion/complete")],
]);
const SERVER_ACTIONS: ReadonlyMap<string, Reader> = new Map([
  ["sampling/createMessage", whole("sampling/createMessage")],
  ["elicitation/create", whole("elicitation/create")],
]);
const ACTION_METHODS: ReadonlySet<string> = new Set([
  ...CLIENT_ACTIONS.keys(),
  ...SERVER_ACTIONS.keys(),
]);

/** What is to be done with a request. */
export type Asked =
  | { readonly how: "pass" }
  | { readonly how: "decide"; readonly action: Action }
  | { readonly how: "refuse"; readonly code: "unknown-method" | "invalid"; readonly why: string };

/** What is to be done with a request of a client, which may ask for several things at once. */
export type AskedByClient =
  | Asked
  /** Each is decided by itself; the request goes on where all of them may. */
  | { readonly how: "decide-all"; readonly actions: readonly Action[] };

/** Why the members of `params` cannot be read; undefined: they can. */
function faultOf(params: JsonObject): string | undefined {
  return ambiguousMember(params, READ) === undefined
    ? undefined
    : "a member of `params` differs from another only in case or look-alike letters";
}

/** What a request of a server asks of the client, as a message or inside a result. */
export function readServerRequest(method: string, params: JsonObject): Asked {
  if (SERVER_PASSES.has(method)) return { how: "pass" };
  return asked(SERVER_ACTIONS.get(method), params);
}

/**
 * What a request of a client asks for; a method that nobody knows is refused. `isModern`: it is one
 * without a handshake (protocol 2026-07-28).
 */
export function readClientRequest(
  method: string,
  params: JsonObject,
  isModern: boolean,
): AskedByClient {
  if (CLIENT_PASSES.has(method)) return { how: "pass" };
  // what is subscribed to is said by `subscriptions/listen` there
  if (isModern && method === "resources/subscribe") return asked(undefined, params);
  if (method !== "subscriptions/listen") return asked(CLIENT_ACTIONS.get(method), params);
  const actions = faultOf(params) ?? subscribedTo(params);
  if (typeof actions === "string") return { how: "refuse", code: "invalid", why: actions };
  return { how: "decide-all", actions };
}

function asked(reader: Reader | undefined, params: JsonObject): Asked {
  if (reader === undefined)
    return {
      how: "refuse",
      code: "unknown-method",
      why: "this method is not known, so no policy can decide it",
    };
  const fault = faultOf(params);
  const action = fault ?? reader(params);
  if (typeof action === "string") return { how: "refuse", code: "invalid", why: action };
  const traceparent = stringMember(objectMember(params, "_meta"), "traceparent");
  return { how: "decide", action: { ...action, traceparent } };
}

/**
 * What a `subscriptions/listen` (protocol 2026-07-28) subscribes to, one action for each resource; a
 * text says why it cannot be decided. Notices that a list changed are no resources.
 */
function subscribedTo(params: JsonObject): readonly Action[] | string {
  const uris = member(objectMember(params, "notifications"), "resourceSubscriptions") ?? [];
  if (!Array.isArray(uris)) return "`resourceSubscriptions` is not a list";
  const read = onResource("resources/subscribe");
  const actions = uris.map((uri: Json) => read({ uri }));
  const fault = actions.find((action) => typeof action === "string");
  return fault ?? actions.filter((action) => typeof action !== "string");
}

/** What both sides said of themselves, which is no identity. */
export interface Peers {
  client: JsonObject | undefined;
  server: JsonObject | undefined;
  protocol: string | undefined;
}

/** The event of a call, as a decision point takes it (design 7.1). */
export function callEvent(
  { name, args, resource, definitionDigest, traceparent }: Action,
  caller: Caller,
  peers: Peers,
): JsonObject {
  const { server, session, subject, onBehalfOf, delegation } = caller;
  const { client, server: told, protocol } = peers;
  return {
    ...(session !== undefined && { session }),
    subject: { ...subject },
    action: {
      kind: "mcp_request",
      server,
      name,
      ...(definitionDigest !== undefined && { definition_digest: definitionDigest }),
    },
    args,
    ...(resource !== undefined && { resource: { ...resource } }),
    context: {
      surface: server,
      delegation: [...delegation],
      ...(typeof onBehalfOf === "object" && { on_behalf_of: { ...onBehalfOf } }),
      ...(traceparent !== undefined && { traceparent }),
      mcp: {
        ...(client !== undefined && { client }),
        ...(told !== undefined && { server: told }),
        ...(protocol !== undefined && { protocol }),
      },
    },
    ...(onBehalfOf === "nobody" && { complete: ["context"] }),
  };
}
