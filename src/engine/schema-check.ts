import { Ajv, type ValidateFunction } from "ajv";
import { RE2JS } from "@bufbuild/re2";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { draft07Check } from "./draft-07.ts";

/** Whether arguments satisfy a JSON Schema. */
export type SchemaCheck = (args: JsonObject) => boolean;

/** The schema of schemas, by the library's name for it. */
const DRAFT_07 = "http://json-schema.org/draft-07/schema";

/** Regular expressions of schemas run in linear time, as those of conditions do (design 3.3). */
function linearPattern(pattern: string): { test(text: string): boolean } {
  return RE2JS.compile(pattern);
}

/** The library that compiles schemas; it refuses what is no schema where `checks`, by `draft07` or else by what it compiles itself. */
export function schemaLibrary(checks: boolean, draft07: ValidateFunction | undefined = checks ? draft07Check() : undefined): Ajv {
  const engine = Object.assign(linearPattern, { code: "linearPattern" });
  const library = new Ajv({ strict: false, validateFormats: false, meta: checks, validateSchema: checks, code: { regExp: engine } });
  const known = library.schemas[DRAFT_07];
  if (known !== undefined && draft07 !== undefined) known.validate = draft07;
  return library;
}

/** Compiled checks by the schema's text: both versions and every mutant of a set have mostly the same. */
const MEMO = new Map<string, ValidateFunction>();
const MEMO_SIZE = 1_000;

function compiled(schema: JsonObject): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = MEMO.get(text);
  if (known !== undefined) return known;
  // WHY not always: a plain schema is sound, and the schema of schemas takes longer to load than the tests of most manifests
  const validate = schemaLibrary(!isPlain(schema)).compile(schema);
  if (MEMO.size >= MEMO_SIZE) MEMO.clear();
  MEMO.set(text, validate);
  return validate;
}

/** The check of a JSON Schema (draft-07 vocabulary), compiled when it is first asked; then it throws where the schema is none. */
export function compileSchema(schema: JsonObject): SchemaCheck {
  let validate: ValidateFunction | undefined;
  return (args) => (validate ??= compiled(schema))(args) === true;
}

const isText = (value: Json | undefined): boolean => typeof value === "string";
const isSchema = (value: Json | undefined): boolean => typeof value === "boolean" || (isJsonObject(value) && isPlain(value));
const isCount = (value: Json | undefined): boolean => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isNumber = (value: Json | undefined): boolean => typeof value === "number";
const TYPES: ReadonlySet<Json | undefined> = new Set(["null", "boolean", "object", "array", "number", "integer", "string"]);
const isNames = (value: Json | undefined): boolean => Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

/** Keywords that a sound value of makes no schema fail to compile: nothing to resolve, no pattern. */
const PLAIN: ReadonlyMap<string, (value: Json | undefined) => boolean> = new Map([
  ["type", (value: Json | undefined) => TYPES.has(value)],
  ["properties", (value: Json | undefined) => isJsonObject(value) && Object.values(value).every(isSchema)],
  ["required", isNames],
  ...["additionalProperties", "items"].map((name) => [name, isSchema] as const),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((name) => [name, isNumber] as const),
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"].map((name) => [name, isCount] as const),
  ["enum", (value: Json | undefined) => Array.isArray(value) && value.length > 0 && isNames(value)],
  ["const", (value: Json | undefined) => !isJsonObject(value) && !Array.isArray(value)],
  ...["title", "description"].map((name) => [name, isText] as const),
]);

/** Whether a schema is so simple that it compiles: what most manifests hold need not be compiled to know that. */
function isPlain(schema: JsonObject): boolean {
  return Object.entries(schema).every(([name, value]) => PLAIN.get(name)?.(value) === true);
}

/** Why a schema does not compile, as a clause; undefined where it does. */
export function schemaFault(schema: JsonObject): string | undefined {
  if (isPlain(schema)) return undefined;
  try {
    compiled(schema);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
}
