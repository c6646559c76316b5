import { isJsonObject, member, objectMember, stringMember, type Json } from "../../request/json.ts";
import type { Request } from "../../request/request.ts";

/** The kind of the credential that a call was made with; undefined: not recorded. */
export function credentialKindOf(request: Request): string | undefined {
  return stringMember(objectMember(request.subject, "credential"), "kind");
}

/** The id of the person in `context.on_behalf_of`, without the type. */
export function personNamed(value: Json): string | undefined {
  if (typeof value === "string") return value.slice(value.indexOf(":") + 1);
  const id = isJsonObject(value) ? member(value, "id") : undefined;
  return typeof id === "string" ? id : undefined;
}
