import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import type { NamedList } from "../named-lists.ts";

/** Between the name of a server and that of its tool or prompt. */
const JOINT = "_";
/** Between the name of a server and the address of its resource. */
const URI_JOINT = "+";

/** Whether a server may be one of several: its name has to end where {@link JOINT} begins. */
export function isMemberName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(name) && name !== "host";
}

/** The server that a name or an address of the client belongs to, and what it is called there. */
export interface Split {
  readonly server: string;
  readonly name: string;
}

function splitAt(text: string, joint: string): Split | undefined {
  const at = text.indexOf(joint);
  return at < 1 || at + joint.length >= text.length
    ? undefined
    : { server: text.slice(0, at), name: text.slice(at + joint.length) };
}

export function splitName(text: string): Split | undefined {
  return splitAt(text, JOINT);
}

export function splitUri(text: string): Split | undefined {
  return splitAt(text, URI_JOINT);
}

/** The name of a server's tool or prompt, as the client knows it. */
export function joinedName(server: string, name: string): string {
  return `${server}${JOINT}${name}`;
}

/** The address of a server's resource, as the client knows it. */
export function joinedUri(server: string, uri: string): string {
  return `${server}${URI_JOINT}${uri}`;
}

/** An item of a list, as the client gets it. */
export function joinedItem(
  server: string,
  { member: kind }: NamedList,
  item: JsonObject,
): JsonObject {
  const [name, uri, template] = ["name", "uri", "uriTemplate"].map((key) =>
    stringMember(item, key),
  );
  if (kind === "tools" || kind === "prompts")
    return name === undefined ? item : { ...item, name: joinedName(server, name) };
  return {
    ...item,
    ...(uri !== undefined && { uri: joinedUri(server, uri) }),
    ...(template !== undefined && { uriTemplate: joinedUri(server, template) }),
  };
}

/** An id or a progress token of a server, as the client gets it: those of two servers are never the same. */
export function joinedId(server: string, id: string | number): string {
  return `${server}:${JSON.stringify(id)}`;
}

/** What {@link joinedId} was made of; undefined: it was not. */
export function splitId(
  text: Json | undefined,
): { readonly server: string; readonly id: string | number } | undefined {
  const [, server, written] =
    (typeof text === "string" && /^([A-Za-z0-9-]+):(.+)$/s.exec(text)) || [];
  if (server === undefined || written === undefined) return undefined;
  try {
    const id: unknown = JSON.parse(written);
    return typeof id === "string" || typeof id === "number" ? { server, id } : undefined;
  } catch {
    return undefined;
  }
}

function withUri(server: string, value: JsonObject): JsonObject {
  const uri = stringMember(value, "uri");
  return uri === undefined ? value : { ...value, uri: joinedUri(server, uri) };
}

/** Content that names resources of a server, with addresses that the client can read. */
function joinedContent(server: string, value: Json): Json {
  if (Array.isArray(value)) return value.map((one: Json) => joinedContent(server, one));
  if (!isJsonObject(value)) return value;
  if (value["type"] === "resource_link") return withUri(server, value);
  const resource = objectMember(value, "resource");
  if (value["type"] === "resource" && resource !== undefined)
    return { ...value, resource: withUri(server, resource) };
  const content = member(value, "content");
  return content === undefined ? value : { ...value, content: joinedContent(server, content) };
}

/** A result with the addresses of a server's resources as the client knows them. */
export function joinedResult(server: string, result: JsonObject): JsonObject {
  const contents = member(result, "contents");
  const keys = ["content", "messages"].flatMap((key) => {
    const value = member(result, key);
    return value === undefined ? [] : [[key, joinedContent(server, value)] as const];
  });
  return {
    ...result,
    ...Object.fromEntries(keys),
    ...(Array.isArray(contents) && {
      contents: contents.map((one: Json) => (isJsonObject(one) ? withUri(server, one) : one)),
    }),
  };
}
