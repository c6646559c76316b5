import { readFileSync } from "node:fs";
import type { Schemas } from "../../editor/schema.ts";
import { CODES } from "../../diagnostics/codes.ts";
import { LINT_RULES } from "../../lint/registry.ts";
import { LIMITS } from "../../replay/gate.ts";
import { isJsonObject, type Json, type JsonObject } from "../../request/json.ts";
import { packagedPath } from "../packaged.ts";

const KINDS = ["Policy", "Catalog", "Suite", "Invariant"];

function packagedSchema(name: string): JsonObject | undefined {
  const file = packagedPath(`schemas/${name}.schema.json`);
  const schema: Json = file === undefined ? null : JSON.parse(readFileSync(file, "utf8"));
  return isJsonObject(schema) ? schema : undefined;
}

/** The schemas of all kinds of documents, as they are packaged; one that is missing is left out. */
export function documentSchemas(): Schemas {
  return new Map(
    KINDS.flatMap((kind) => {
      const schema = packagedSchema(kind.toLowerCase());
      return schema === undefined ? [] : [[kind, schema] as const];
    }),
  );
}

/** The schema with members that a map at a path may have, beside those that it names. */
function withMembers(schema: JsonObject, path: readonly string[], members: JsonObject): JsonObject {
  const [step, ...rest] = path;
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  if (step === undefined) return { ...schema, properties: { ...properties, ...members } };
  const below = properties[step];
  const child = withMembers(isJsonObject(below) ? below : {}, rest, members);
  return { ...schema, properties: { ...properties, [step]: child } };
}

/**
 * The schema of agentz.yaml, with the names of limits and of rules of lint, which its packaged form
 * does not list; undefined: it is not packaged.
 */
export function configSchema(): JsonObject | undefined {
  const schema = packagedSchema("agentz");
  if (schema === undefined) return undefined;
  const limits = [...LIMITS].map(([name, { help }]) => [
    name,
    { type: "number", description: `The ${help}.` },
  ]);
  const rules = LINT_RULES.map(({ code, level }) => [
    code,
    { enum: ["off", "warning", "error"], description: `${CODES[code]}; by itself: ${level}` },
  ]);
  const withLimits = withMembers(schema, ["gate"], Object.fromEntries(limits));
  return withMembers(withLimits, ["lint", "rules"], Object.fromEntries(rules));
}
