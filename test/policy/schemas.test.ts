import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { fieldNames, requiredNames, type Shape } from "../../src/policy/fields.ts";
import { AGENT, MANIFEST, MANIFEST_TOOL, PERSON } from "../../src/policy/read-agent.ts";
import {
  CATALOG,
  DATA_FILE,
  DECISION_POINT,
  RESOURCE,
  TOOL,
  TOOL_RESOURCE,
} from "../../src/policy/read-catalog.ts";
import {
  AFTER,
  INVARIANT,
  INVARIANT_RULE,
  NEVER,
  ONLY_BY,
  ONLY_WITH,
} from "../../src/policy/read-invariant.ts";
import { POLICY, TARGET } from "../../src/policy/read-policy.ts";
import {
  APPROVAL,
  EXAMPLE,
  EXCEPTION,
  OBLIGATIONS,
  REDACT,
  RULE,
  SESSION_EXAMPLE,
} from "../../src/policy/read-rule.ts";
import { COUNTER, LABEL, SESSION, VALUES } from "../../src/policy/read-session.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../../src/request/json.ts";
import { NodeBuilder } from "../../src/policy/yaml-nodes.ts";
import { DiagnosticSink } from "../../src/policy/log.ts";
import { toJson } from "../../src/policy/node.ts";
import { parseYaml } from "../../src/policy/yaml-parse.ts";
import { splitDocuments } from "../../src/policy/yaml-split.ts";

function schemaOf(kind: string): JsonObject {
  const parsed: Json = JSON.parse(
    readFileSync(new URL(`../../schemas/${kind}.schema.json`, import.meta.url), "utf8"),
  );
  if (!isJsonObject(parsed)) throw new Error("no schema");
  return parsed;
}

const SCHEMAS = {
  policy: schemaOf("policy"),
  catalog: schemaOf("catalog"),
  invariant: schemaOf("invariant"),
  suite: schemaOf("suite"),
};

function at(schema: JsonObject, path: readonly string[]): JsonObject {
  const found = path.reduce<Json | undefined>(
    (now, key) => (isJsonObject(now) ? member(now, key) : undefined),
    schema,
  );
  if (!isJsonObject(found)) throw new Error(`no ${path.join("/")}`);
  return found;
}

describe("the published schemas and the loader's tables say the same", () => {
  const HEADER = ["apiVersion", "kind"];
  const table: readonly (readonly [keyof typeof SCHEMAS, string, Shape])[] = [
    ["policy", "", POLICY],
    ["policy", "properties/target", TARGET],
    ["policy", "properties/session", SESSION],
    ["policy", "$defs/label", LABEL],
    ["policy", "$defs/counter", COUNTER],
    ["policy", "$defs/values", VALUES],
    ["policy", "$defs/rule", RULE],
    ["policy", "$defs/approval", APPROVAL],
    ["policy", "$defs/obligations", OBLIGATIONS],
    ["policy", "$defs/redact", REDACT],
    ["policy", "$defs/exception", EXCEPTION],
    ["policy", "$defs/example", EXAMPLE],
    ["policy", "$defs/example/properties/session", SESSION_EXAMPLE],
    ["invariant", "", INVARIANT],
    ["invariant", "$defs/rule", INVARIANT_RULE],
    ["invariant", "$defs/never", NEVER],
    ["invariant", "$defs/onlyWith", ONLY_WITH],
    ["invariant", "$defs/onlyBy", ONLY_BY],
    ["invariant", "$defs/after", AFTER],
    ["invariant", "$defs/approval", APPROVAL],
    ["catalog", "", CATALOG],
    ["catalog", "$defs/agent", AGENT],
    ["catalog", "$defs/manifest", MANIFEST],
    ["catalog", "$defs/manifestTool", MANIFEST_TOOL],
    ["catalog", "$defs/person", PERSON],
    ["catalog", "$defs/tool", TOOL],
    ["catalog", "$defs/toolResource", TOOL_RESOURCE],
    ["catalog", "$defs/resource", RESOURCE],
    ["catalog", "$defs/decisionPoint", DECISION_POINT],
    ["catalog", "$defs/dataFile", DATA_FILE],
  ];
  it.each(table)("%s %s", (kind, path, shape) => {
    const schema = at(SCHEMAS[kind], path === "" ? [] : path.split("/"));
    expect(Object.keys(at(schema, ["properties"])).sort()).toEqual([...fieldNames(shape)].sort());
    const required = member(schema, "required") ?? [];
    const demanded = [...(path === "" ? HEADER : []), ...requiredNames(shape)];
    expect([...(Array.isArray(required) ? required : [])].sort()).toEqual(demanded.sort());
    expect(member(schema, "additionalProperties")).toBe(false);
  });
});

describe("design 13: the published schemas", () => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const validators = {
    Policy: ajv.compile(SCHEMAS.policy),
    Catalog: ajv.compile(SCHEMAS.catalog),
    Invariant: ajv.compile(SCHEMAS.invariant),
    Suite: ajv.compile(SCHEMAS.suite),
  };

  it.each(["Policy", "Catalog", "Invariant", "Suite"] as const)(
    "accept one of each: %s",
    (kind) => {
      const text = ["complete", "invariant"]
        .map((name) => readFileSync(new URL(`fixtures/${name}.yaml`, import.meta.url), "utf8"))
        .join("\n---\n");
      const source = { file: "complete.yaml", text };
      const documents = splitDocuments(text).map((span) => {
        const log = new DiagnosticSink();
        const parsed = parseYaml(source, span, log);
        const root =
          parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
        return root === undefined ? null : toJson(root);
      });
      const document = documents.find((one) => isJsonObject(one) && member(one, "kind") === kind);
      validators[kind](JSON.parse(JSON.stringify(document)));
      expect(validators[kind].errors).toBe(null);
    },
  );

  it("refuse what the loader refuses", () => {
    const head = { apiVersion: "agentz/v1", kind: "Policy", name: "p", version: "1.0.0" };
    for (const wrong of [
      { ...head, ownr: "x" },
      { ...head, name: "manifest" },
      { ...head, version: "1" },
      { ...head, rules: [{ id: "a" }] },
      { ...head, rules: [{ id: "a", effect: "deny", subjects: [] }] },
    ]) {
      expect(validators.Policy(wrong)).toBe(false);
    }
  });

  it("describe every field", () => {
    const bare: string[] = [];
    const walk = (schema: Json | undefined, path: string): void => {
      if (!isJsonObject(schema)) return;
      for (const [name, value] of Object.entries(member(schema, "properties") ?? {})) {
        if (
          isJsonObject(value) &&
          member(value, "description") === undefined &&
          member(value, "$ref") === undefined
        )
          bare.push(`${path}/${name}`);
        walk(value, `${path}/${name}`);
      }
      for (const [name, value] of Object.entries(member(schema, "$defs") ?? {}))
        walk(value, `${path}/${name}`);
    };
    for (const [kind, schema] of Object.entries(SCHEMAS)) walk(schema, kind);
    expect(bare).toEqual([]);
  });
});
