import {
  BOOL,
  DOUBLE,
  DYN,
  joinTexts,
  listOf,
  mapOf,
  STRING,
  type StringType,
  type StructType,
  type Type,
} from "../condition/types.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { oneOfList } from "./word-lists.ts";

/** Keywords through which an object may have members that `properties` does not name. */
const OPENING = ["anyOf", "oneOf", "allOf", "if", "$ref", "patternProperties", "dependentSchemas"];

/**
 * What both types have in common: themselves where they agree, else `dyn`; of two records, the
 * members of either.
 */
function joinTypes(a: Type, b: Type): Type {
  if (a.kind === "list" && b.kind === "list") return listOf(joinTypes(a.element, b.element));
  if (a.kind === "map" && b.kind === "map")
    return mapOf(joinTypes(a.key, b.key), joinTypes(a.value, b.value));
  if (a.kind === "struct" && b.kind === "struct") return joinStructs(a, b);
  if (a.kind === "string" && b.kind === "string") return joinTexts([a, b]);
  return a.kind === b.kind &&
    a.kind !== "list" &&
    a.kind !== "map" &&
    a.kind !== "struct" &&
    a.kind !== "optional"
    ? a
    : DYN;
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

/** The type of a text: any text, unless what is written down matters. */
type TextType = (text: string) => StringType;

const anyText: TextType = () => STRING;

/** A text that `data` write down, so that it can be held against what it is compared with. */
export const constantText: TextType = (value) => ({
  kind: "string",
  among: { lists: [], constants: [{ value }] },
});

/**
 * The type of a value written in a catalog. Maps become maps, so that a key not there is absent,
 * not a slip.
 */
export function valueType(value: Json, text: TextType = anyText): Type {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return DOUBLE;
  if (typeof value === "boolean") return BOOL;
  if (Array.isArray(value)) return listOf(joinAll(value.map((item) => valueType(item, text))));
  if (!isJsonObject(value)) return DYN;
  const members = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [{ key, item }],
  );
  const keys = members.length === 0 ? STRING : joinTexts(members.map(({ key }) => text(key)));
  return mapOf(keys, joinAll(members.map(({ item }) => valueType(item, text))));
}

/**
 * The one type that a schema states, null left out since a null member is dropped; undefined where
 * there is not one.
 */
function statedType(schema: JsonObject): string | undefined {
  const type = member(schema, "type");
  if (typeof type === "string") return type;
  const names = Array.isArray(type) ? type.filter((name) => name !== "null") : [];
  return names.length === 1 && typeof names[0] === "string" ? names[0] : undefined;
}

function objectType(schema: JsonObject): Type {
  const properties = member(schema, "properties");
  const additional = member(schema, "additionalProperties");
  if (!isJsonObject(properties))
    return isJsonObject(additional) ? mapOf(STRING, schemaType(additional)) : DYN;
  const fields = new Map<string, Type>();
  for (const [name, property] of Object.entries(properties))
    fields.set(name, schemaType(property ?? true));
  const open =
    OPENING.some((keyword) => Object.hasOwn(schema, keyword)) ||
    (additional !== undefined && additional !== false);
  return { kind: "struct", fields, open };
}

function listType(schema: JsonObject): Type {
  const items = member(schema, "items");
  return listOf(
    items === undefined || Object.hasOwn(schema, "prefixItems") ? DYN : schemaType(items),
  );
}

const NAMED_VALUES = 200;

/**
 * A text that has to be one of those that a schema names; any text where it names none, or no
 * texts.
 */
function namedText(values: readonly Json[]): StringType {
  const words = values.filter((value) => typeof value === "string");
  if (words.length === 0 || words.length < values.length || words.length > NAMED_VALUES)
    return STRING;
  return oneOfList({
    words: new Set(words),
    strength: "listed",
    one: "a value that the tool's schema allows",
    code: "unknown-value",
  });
}

/** The values that a schema lists; undefined where it lists none. */
function namedValues(schema: JsonObject): readonly Json[] | undefined {
  const values = member(schema, "enum");
  const constant = member(schema, "const");
  if (Array.isArray(values)) return values;
  return constant === undefined ? undefined : [constant];
}

/** The type of what an enumeration allows, where it is all of one kind. */
function enumType(schema: JsonObject): Type {
  const values = namedValues(schema) ?? [];
  const joined = joinAll(values.map((value) => valueType(value)));
  return joined.kind === "string" ? namedText(values) : joined;
}

/**
 * The type of the values that a JSON Schema allows, as far as it says: numbers are doubles (design
 * 3.4), an object with `properties` is a record that has those members and, unless the schema opens
 * it, no other.
 */
export function schemaType(schema: Json): Type {
  if (!isJsonObject(schema)) return DYN;
  switch (statedType(schema)) {
    case "string":
      return namedText(namedValues(schema) ?? []);
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
