import { BOOL, DOUBLE, DYN, listOf, mapOf, STRING, type StructType, type Type } from "../condition/types.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";

/** Keywords through which an object may have members that `properties` does not name. */
const OPENING = ["anyOf", "oneOf", "allOf", "if", "$ref", "patternProperties", "dependentSchemas"];

/** What both types have in common: themselves where they agree, else `dyn`; of two records, the members of either. */
export function joinTypes(a: Type, b: Type): Type {
  if (a.kind === "list" && b.kind === "list") return listOf(joinTypes(a.element, b.element));
  if (a.kind === "map" && b.kind === "map") return mapOf(joinTypes(a.key, b.key), joinTypes(a.value, b.value));
  if (a.kind === "struct" && b.kind === "struct") return joinStructs(a, b);
  return a.kind === b.kind && a.kind !== "list" && a.kind !== "map" && a.kind !== "struct" && a.kind !== "optional" ? a : DYN;
}

/** The members of both records, those of one name joined. */
export function joinStructs(a: StructType, b: StructType): StructType {
  const fields = new Map(a.fields);
  for (const [name, type] of b.fields) {
    const known = fields.get(name);
    fields.set(name, known === undefined ? type : joinTypes(known, type));
  }
  return { kind: "struct", fields, open: a.open || b.open };
}

/** The common type of several; `dyn` where there is none. */
export function joinAll(types: readonly Type[]): Type {
  return types.length === 0 ? DYN : types.reduce(joinTypes);
}

/** The type of a value written in a catalog. Maps become maps, so that a key not there is absent, not a slip. */
export function valueType(value: Json): Type {
  if (typeof value === "string") return STRING;
  if (typeof value === "number") return DOUBLE;
  if (typeof value === "boolean") return BOOL;
  if (Array.isArray(value)) return listOf(joinAll(value.map((item) => valueType(item))));
  if (!isJsonObject(value)) return DYN;
  return mapOf(STRING, joinAll(Object.values(value).flatMap((item) => (item === undefined ? [] : [valueType(item)]))));
}

/** The one type that a schema states, null left out since a null member is dropped; undefined where there is not one. */
function statedType(schema: JsonObject): string | undefined {
  const type = member(schema, "type");
  if (typeof type === "string") return type;
  const names = Array.isArray(type) ? type.filter((name) => name !== "null") : [];
  return names.length === 1 && typeof names[0] === "string" ? names[0] : undefined;
}

function objectType(schema: JsonObject): Type {
  const properties = member(schema, "properties");
  const additional = member(schema, "additionalProperties");
  if (!isJsonObject(properties)) return isJsonObject(additional) ? mapOf(STRING, schemaType(additional)) : DYN;
  const fields = new Map<string, Type>();
  for (const [name, property] of Object.entries(properties)) fields.set(name, schemaType(property ?? true));
  const open = OPENING.some((keyword) => Object.hasOwn(schema, keyword)) || (additional !== undefined && additional !== false);
  return { kind: "struct", fields, open };
}

function listType(schema: JsonObject): Type {
  const items = member(schema, "items");
  return listOf(items === undefined || Object.hasOwn(schema, "prefixItems") ? DYN : schemaType(items));
}

/** The type of what an enumeration allows, where it is all of one kind. */
function enumType(schema: JsonObject): Type {
  const values = member(schema, "enum");
  const constant = member(schema, "const");
  if (Array.isArray(values)) return joinAll(values.map((value) => valueType(value)));
  return constant === undefined ? DYN : valueType(constant);
}

/**
 * The type of the values that a JSON Schema allows, as far as it says: numbers are doubles (design 3.4), an object
 * with `properties` is a record that has those members and, unless the schema opens it, no other.
 */
export function schemaType(schema: Json): Type {
  if (!isJsonObject(schema)) return DYN;
  switch (statedType(schema)) {
    case "string":
      return STRING;
    case "number":
    case "integer":
      return DOUBLE;
    case "boolean":
      return BOOL;
    case "array":
      return listType(schema);
    case "object":
      return objectType(schema);
    default:
      if (Object.hasOwn(schema, "type")) return DYN;
      return isJsonObject(member(schema, "properties")) ? objectType(schema) : enumType(schema);
  }
}
