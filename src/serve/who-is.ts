import { isJsonObject, stringMember, type Json } from "../request/json.ts";

/** An entity as `type:id`; undefined where it says neither. */
export function whoIs(entity: Json | undefined): string | undefined {
  if (!isJsonObject(entity)) return undefined;
  const [type, id] = [stringMember(entity, "type"), stringMember(entity, "id")];
  return type === undefined || id === undefined ? undefined : `${type}:${id}`;
}
