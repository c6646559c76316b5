import { createHash } from "node:crypto";
import { isObject, type Json } from "./value.ts";

/** RFC 8785: members by UTF-16 units, numbers as JavaScript prints them. */
export function canonical(json: Json): string {
  if (Array.isArray(json)) return `[${json.map((item: Json) => canonical(item)).join(",")}]`;
  if (!isObject(json)) return JSON.stringify(json);
  return `{${Object.keys(json)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(json[key] ?? null)}`)
    .join(",")}}`;
}

export function digestOf(json: Json): string {
  return `sha256:${createHash("sha256").update(canonical(json)).digest("hex")}`;
}
