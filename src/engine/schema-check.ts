import { Ajv2020 } from "ajv/dist/2020.js";
import { matcher } from "../condition/regex.ts";
import { Failure } from "../condition/value.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { formatChecks, UncheckedError } from "./schema-format-checks.ts";
import { OWN_KEYWORDS } from "./schema-keywords.ts";

/** Whether arguments satisfy a JSON Schema. */
export type SchemaCheck = (args: JsonObject) => boolean;

/** How many subschemas one check may ask; arguments that take more are refused. */
const MAX_STEPS = 200_000;

/**
 * Counts the subschemas asked, where a schema refers to itself or to the same part again and again.
 */
const STEP = "x-agentz-step";

/** How many steps the running check has left. */
interface Steps {
  left: number;
}

function counting(steps: Steps): () => boolean {
  return () => {
    steps.left -= 1;
    if (steps.left < 0) throw new UncheckedError();
    return true;
  };
}

/** Regular expressions of schemas run in linear time, as those of conditions do (design 3.3). */
function linearPattern(pattern: string): { test(text: string): boolean } {
  const matches = matcher(pattern);
  return {
    test: (text) => {
      const result = matches(text);
      if (result instanceof Failure) throw new UncheckedError();
      return result;
    },
  };
}

function schemaLibrary(steps: Steps): Ajv2020 {
  const library = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    ownProperties: true,
    // WHY neither: `checkSchema` of policy/ refuses, at its place, whatever the schema of schemas
    // would
    meta: false,
    validateSchema: false,
    logger: false,
    messages: false,
    formats: formatChecks(),
    code: { regExp: Object.assign(linearPattern, { code: "linearPattern" }) },
  });
  for (const { name, rule } of OWN_KEYWORDS) {
    library.removeKeyword(name);
    library.addKeyword({ keyword: name, compile: rule, errors: false });
  }
  return library.addKeyword({ keyword: STEP, validate: counting(steps), errors: false });
}

const LITERAL: ReadonlySet<string> = new Set(["const", "enum", "default", "examples"]);
const BY_NAME: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);

/**
 * What the library is given of a schema: without `$schema`, `$id` and `x-` members, with steps
 * counted where asked.
 */
function prepared(schema: Json, counted: boolean): Json {
  if (Array.isArray(schema)) return schema.map((item) => prepared(item, counted));
  if (!isJsonObject(schema)) return schema;
  const kept: { [keyword: string]: Json } = Object.create(null);
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || isLeftOut(keyword)) continue;
    if (LITERAL.has(keyword) || !isJsonObject(value))
      kept[keyword] = LITERAL.has(keyword) ? value : prepared(value, counted);
    else
      kept[keyword] = BY_NAME.has(keyword)
        ? preparedMembers(value, counted)
        : prepared(value, counted);
  }
  if (counted) kept[STEP] = true;
  return patternsApart(kept);
}

/**
 * The schema with its `patternProperties` in a schema of their own, which means the same where no
 * `additionalProperties` looks at them.
 *
 * WHY: beside a branch that was not taken the library writes what they evaluated into a variable
 * that was never set, and throws.
 */
function patternsApart(schema: { [keyword: string]: Json }): JsonObject {
  const { patternProperties, allOf = [], ...others } = schema;
  if (patternProperties === undefined || "additionalProperties" in schema) return schema;
  if (!Array.isArray(allOf)) return schema;
  return { ...others, allOf: [...allOf, { patternProperties }] };
}

function isLeftOut(keyword: string): boolean {
  return keyword === "$schema" || keyword === "$id" || keyword.startsWith("x-");
}

function preparedMembers(members: JsonObject, counted: boolean): JsonObject {
  const kept: { [name: string]: Json } = Object.create(null);
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) kept[name] = prepared(value, counted);
  return kept;
}

/**
 * True where a check could not come to its end: for want of steps or of stack, or for a text that
 * is too long.
 */
function isUnchecked(error: unknown): boolean {
  return error instanceof UncheckedError || error instanceof RangeError;
}

function compiled(schema: JsonObject, text: string): SchemaCheck {
  const steps: Steps = { left: 0 };
  const ready = prepared(schema, text.includes('"$ref"'));
  const validate = schemaLibrary(steps).compile(isJsonObject(ready) ? ready : schema);
  return (args) => {
    steps.left = MAX_STEPS;
    try {
      return validate(args) === true;
    } catch (error) {
      if (isUnchecked(error)) return false;
      throw error;
    }
  };
}

/**
 * Compiled checks by the schema's text: both versions and every mutant of a set have mostly the
 * same.
 */
const MEMO = new Map<string, SchemaCheck>();
const MEMO_SIZE = 1_000;

function remembered(schema: JsonObject): SchemaCheck {
  const text = JSON.stringify(schema);
  const known = MEMO.get(text);
  if (known !== undefined) return known;
  const check = compiled(schema, text);
  if (MEMO.size >= MEMO_SIZE) MEMO.clear();
  MEMO.set(text, check);
  return check;
}

/**
 * The check of a JSON Schema (2020-12), compiled when it is first asked; then it throws where the
 * schema is none. Only own members of arguments count, whatever they are called (design 3.8).
 * Arguments that cannot be checked to the end (more than 200,000 subschemas asked, nested beyond
 * what can be followed, a text of more than 65,536 characters for a `pattern`) do not satisfy it.
 */
export function compileSchema(schema: JsonObject): SchemaCheck {
  let check: SchemaCheck | undefined;
  return (args) => (check ??= remembered(schema))(args);
}

/**
 * Keywords that `checkSchema` vouches for alone: a schema of them compiles, so the library need not
 * be loaded to know.
 */
const PLAIN: ReadonlySet<string> = new Set([
  ..."type required additionalProperties items minimum maximum exclusiveMinimum exclusiveMaximum".split(
    " ",
  ),
  ..."minLength maxLength minItems maxItems minProperties maxProperties enum const title description".split(
    " ",
  ),
]);

function isPlain(schema: Json | undefined): boolean {
  if (typeof schema === "boolean") return true;
  if (!isJsonObject(schema)) return false;
  return Object.entries(schema).every(([name, value]) => {
    if (name === "properties") return isJsonObject(value) && Object.values(value).every(isPlain);
    if (name === "items" || name === "additionalProperties") return isPlain(value);
    return PLAIN.has(name);
  });
}

/**
 * Why a schema that `checkSchema` let pass does not compile, as a clause; undefined where it does.
 */
export function schemaFault(schema: JsonObject): string | undefined {
  if (isPlain(schema)) return undefined;
  try {
    remembered(schema);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
}
