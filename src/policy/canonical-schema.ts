import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { canonicalJson } from "../request/canonical-json.ts";

/** Keywords that say something to people and nothing to a validator. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "description",
  "$comment",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
]);
const MAPS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);
const LITERAL: ReadonlySet<string> = new Set(["const", "default"]);
const SETS: ReadonlySet<string> = new Set(["required", "enum", "type"]);

function keyword(name: string, value: Json): Json {
  if (LITERAL.has(name)) return value;
  if (SETS.has(name) && Array.isArray(value)) return sortedSet(value);
  if (MAPS.has(name) && isJsonObject(value)) return mapValues(value, canonicalSchema);
  if (Array.isArray(value)) return value.map((item) => canonicalSchema(item));
  return canonicalSchema(value);
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  const changed: { [key: string]: Json } = Object.create(null);
  for (const [key, value] of Object.entries(object))
    if (value !== undefined) changed[key] = change(value);
  return changed;
}

/** The items without repeats, in the order of their canonical texts. */
export function sortedSet(items: readonly Json[]): readonly Json[] {
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** A JSON Schema without what it says to people, its sets sorted (design 10.1). */
export function canonicalSchema(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const kept: { [key: string]: Json } = Object.create(null);
  for (const [name, value] of Object.entries(schema)) {
    if (value !== undefined && !ANNOTATIONS.has(name)) kept[name] = keyword(name, value);
  }
  return kept;
}
