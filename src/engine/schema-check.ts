import { Ajv } from "ajv";
import { RE2JS } from "@bufbuild/re2";
import type { JsonObject } from "../request/json.ts";

/** Whether arguments satisfy a JSON Schema. */
export type SchemaCheck = (args: JsonObject) => boolean;

/** Regular expressions of schemas run in linear time, as those of conditions do (design 3.3). */
function linearPattern(pattern: string): { test(text: string): boolean } {
  return RE2JS.compile(pattern);
}

/** Compiles a JSON Schema (draft-07 vocabulary); throws where it is not one: the loader has reported that already. */
export function compileSchema(schema: JsonObject): SchemaCheck {
  const engine = Object.assign(linearPattern, { code: "linearPattern" });
  const ajv = new Ajv({ strict: false, validateFormats: false, code: { regExp: engine } });
  const validate = ajv.compile(schema);
  return (args) => validate(args) === true;
}

/** Why a schema does not compile, as a clause; undefined where it does. */
export function schemaFault(schema: JsonObject): string | undefined {
  try {
    compileSchema(schema);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
}
