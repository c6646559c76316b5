import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { Step } from "./cursor.ts";

/** The JSON Schema of each kind of document, by `kind`. */
export type Schemas = ReadonlyMap<string, JsonObject>;

/** What the grammar says of one place of a document. */
export interface Grammar {
  readonly schema: JsonObject;
  /** Its name in `$defs`: `condition`, `actionGlob`. */
  readonly name: string | undefined;
  /** What is said of this place, else of its kind. */
  readonly description: string | undefined;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A schema with what its `$ref` and `anyOf` lead to: every form that a value may have. */
function* forms(root: JsonObject, schema: JsonObject): Generator<Grammar> {
  const ref = textOf(schema["$ref"]);
  const name = ref?.replace("#/$defs/", "");
  const defs = root["$defs"];
  const target = name === undefined || !isJsonObject(defs) ? undefined : defs[name];
  const own = textOf(schema["description"]);
  if (isJsonObject(target))
    for (const one of forms(root, target))
      yield { ...one, name: one.name ?? name, description: own ?? one.description };
  else yield { schema, name: undefined, description: own };
  for (const other of [...objectsOf(schema["anyOf"]), ...objectsOf(schema["oneOf"])])
    for (const one of forms(root, other)) yield { ...one, description: one.description ?? own };
}

/** The schema of a member or an item; undefined: the grammar does not have it. */
function childOf({ schema }: Grammar, step: Step): JsonObject | undefined {
  if (typeof step === "number") return isJsonObject(schema["items"]) ? schema["items"] : undefined;
  const { properties, additionalProperties } = schema;
  const own = isJsonObject(properties) ? properties[step] : undefined;
  if (isJsonObject(own)) return own;
  return isJsonObject(additionalProperties) ? additionalProperties : undefined;
}

/** What the grammar of a kind of document has at a path, in all its forms; none: nothing is known. */
export function grammarAt(root: JsonObject, path: readonly Step[]): readonly Grammar[] {
  let found: readonly Grammar[] = [...forms(root, root)];
  for (const step of path)
    found = found.flatMap((one) => {
      const child = childOf(one, step);
      return child === undefined ? [] : [...forms(root, child)];
    });
  return found;
}

/** A member that a map may have. */
export interface Field {
  readonly name: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  /** What its value is: decides what is written behind the colon. */
  readonly shape: "map" | "list" | "scalar";
}

function shapeOf(root: JsonObject, schema: JsonObject): Field["shape"] {
  const types = [...forms(root, schema)].map((one) => one.schema["type"]);
  if (types.some((type) => type === "array")) return "list";
  return types.some((type) => type === "object") ? "map" : "scalar";
}

/** The members that a map may have at a place with these forms. */
export function fieldsOf(root: JsonObject, grammar: readonly Grammar[]): readonly Field[] {
  return grammar.flatMap(({ schema }) => {
    const { properties, required } = schema;
    if (!isJsonObject(properties)) return [];
    const needed = Array.isArray(required) ? required : [];
    return Object.entries(properties).flatMap(([name, member]) => {
      if (!isJsonObject(member)) return [];
      const [form] = forms(root, member);
      const shape = shapeOf(root, member);
      return [{ name, description: form?.description, isRequired: needed.includes(name), shape }];
    });
  });
}

/** The words that a value may be, where the grammar lists them. */
export function wordsOf(grammar: readonly Grammar[]): readonly string[] {
  const words = grammar.flatMap(({ schema }) => {
    const { type } = schema;
    const listed = Array.isArray(schema["enum"]) ? schema["enum"] : [schema["const"]];
    return type === "boolean" ? [true, false] : listed;
  });
  return words.filter((word) => word !== undefined && word !== null).map(String);
}
