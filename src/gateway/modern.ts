import { definitionDigest } from "../api/definition-digest.ts";
import { isJsonObject, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Request } from "./message.ts";

/** Protocol versions without a handshake that the gateway knows. */
export const MODERN_VERSIONS: readonly string[] = ["2026-07-28"];

const META = "io.modelcontextprotocol/";
/** By which notifications of a subscription name it, in `_meta`. */
export const SUBSCRIPTION_ID = `${META}subscriptionId`;

/** What a server says of itself in a result, in `_meta`. */
export const SERVER_INFO = `${META}serverInfo`;

/** What a request without a handshake says of its sender (protocol 2026-07-28): claims, as all of it is. */
export interface Modern {
  readonly version: string;
  readonly client: JsonObject | undefined;
  readonly capabilities: JsonObject | undefined;
}

/** What a request says of itself; undefined: it is part of a session that `initialize` began. */
export function modernOf(params: JsonObject): Modern | undefined {
  const meta = objectMember(params, "_meta");
  const key = `${META}protocolVersion`;
  if (meta === undefined || !Object.hasOwn(meta, key)) return undefined;
  return {
    version: stringMember(meta, key) ?? "",
    client: objectMember(meta, `${META}clientInfo`),
    capabilities: objectMember(meta, `${META}clientCapabilities`),
  };
}

/** What a server says of itself in a result; undefined: nothing. */
export function modernServer(result: JsonObject | undefined): JsonObject | undefined {
  return objectMember(objectMember(result, "_meta"), SERVER_INFO);
}

/** Whether a result asks the client for more, after which the request comes again. */
export function isInputRequired(result: JsonObject | undefined): boolean {
  return stringMember(result, "resultType") === "input_required";
}

/** Whether a result is a whole answer; a result without a type is one. */
export function isComplete(result: JsonObject | undefined): boolean {
  return (stringMember(result, "resultType") ?? "complete") === "complete";
}

/** The list of discovered versions without those that the gateway does not know; undefined: all are known. */
export function knownVersions(
  result: JsonObject | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  const listed = result?.["supportedVersions"];
  if (!Array.isArray(listed)) return undefined;
  const kept = listed.filter((one) => typeof one === "string" && known.includes(one));
  return kept.length === listed.length ? undefined : kept;
}

/** Members of `params` that differ between a request and its retry. */
const OF_ATTEMPT: ReadonlySet<string> = new Set(["_meta", "inputResponses", "requestState"]);

/** What a request asks for: its method and parameters, without what belongs to one attempt alone. */
export function callDigest({ method, params }: Request): string {
  const asked = Object.entries(params).filter(([name]) => !OF_ATTEMPT.has(name));
  return definitionDigest({ method, params: Object.fromEntries(asked) });
}

/** A message whose `params` are replaced. */
export function withParams(
  message: JsonObject,
  edit: (params: JsonObject) => JsonObject,
): JsonObject {
  const { params } = message;
  return isJsonObject(params) ? { ...message, params: edit(params) } : message;
}
