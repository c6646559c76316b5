import { isJsonObject, objectMember, type JsonObject } from "../../request/json.ts";
import { editedLine } from "../edited-json.ts";
import type { Request } from "../message.ts";
import { joinedId } from "./names.ts";

/** The params of a message with other names; numbers stay as they were written. */
export function withNames(message: JsonObject, { name, uri, ref }: JsonObject): JsonObject {
  const params = objectMember(message, "params") ?? {};
  return {
    ...params,
    ...(name !== undefined && { name }),
    ...(uri !== undefined && { uri }),
    ...(isJsonObject(ref) && { ref }),
  };
}

/** A request of a server as the client gets it: its id and progress token name the server. */
export function askedLine(server: string, line: Buffer, { id, params }: Request): Buffer {
  const token = objectMember(params, "_meta")?.["progressToken"];
  const isToken = typeof token === "string" || typeof token === "number";
  return editedLine(line, (message) => {
    const named = { ...message, id: joinedId(server, id) };
    const own = objectMember(message, "params");
    if (!isToken || own === undefined) return named;
    const meta = { ...objectMember(own, "_meta"), progressToken: joinedId(server, token) };
    return { ...named, params: { ...own, _meta: meta } };
  });
}
