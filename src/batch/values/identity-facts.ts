import { isJsonObject, member, type Json } from "../../request/json.ts";

/** The id of the person in `context.on_behalf_of`, without the type. */
export function personNamed(value: Json): string | undefined {
  if (typeof value === "string") return value.slice(value.indexOf(":") + 1);
  const id = isJsonObject(value) ? member(value, "id") : undefined;
  return typeof id === "string" ? id : undefined;
}

/**
 * What of an event's labels counts: whether it is an incident, and the names of those that are
 * true.
 */
export function labelsText(labels: Json): string {
  if (!isJsonObject(labels)) return "";
  const incident = member(labels, "incident");
  const names = Object.entries(labels).flatMap(([name, value]) => (value === true ? [name] : []));
  return JSON.stringify([typeof incident === "boolean" ? incident : null, names.sort()]);
}
