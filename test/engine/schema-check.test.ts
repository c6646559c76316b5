import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSchema, schemaFault, schemaLibrary } from "../../src/engine/schema-check.ts";
import type { JsonObject } from "../../src/request/json.ts";

const NAMES = ["a", "b", "__proto__", ""];
const sound: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom<unknown>(0, 1, -1, 1.5, 1e400, "", "a", true, null, "string", "integer", "texte"), fc.constant([]), fc.constantFrom(["a"], ["a", "a"], ["a", 1], [[]]));
const { schema } = fc.letrec<{ schema: object; value: unknown }>((tie) => {
  const keyword = fc.constantFrom("type", "required", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxItems", "enum", "const", "title", "additionalProperties", "items", "properties", "pattern", "$ref", "not", "multipleOf", "uniqueItems");
  return {
    schema: fc.array(fc.tuple(keyword, tie("value")), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
    value: fc.oneof({ depthSize: "small", withCrossShrink: true }, sound, tie("schema"), fc.array(fc.tuple(fc.constantFrom(...NAMES), tie("schema")), { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs))),
  };
});

test("design 2.5: a schema is faulty where the library refuses it, compiled or not", () => {
  const counts = { plain: 0, faulty: 0 };
  fc.assert(
    fc.property(schema, (one) => {
      const given: JsonObject = JSON.parse(JSON.stringify(one));
      let fault = false;
      try {
        new Ajv({ strict: false, validateFormats: false, logger: false }).compile(given);
      } catch {
        fault = true;
      }
      counts[fault ? "faulty" : "plain"] += 1;
      // where the library lets more pass than RE2 does, the fault is ours to tell
      if (!JSON.stringify(given).includes("pattern")) expect([given, schemaFault(given) !== undefined]).toEqual([given, fault]);
    }),
    { numRuns: 400, seed: 11 },
  );
  expect(Math.min(counts.plain, counts.faulty)).toBeGreaterThan(50);
});

test("design 2.5: a check is the same whether its schema was met before or not", () => {
  const amounts: JsonObject = { type: "object", properties: { amount: { type: "number", maximum: 5 } }, required: ["amount"], additionalProperties: false };
  const again: JsonObject = JSON.parse(JSON.stringify(amounts));
  for (const check of [compileSchema(amounts), compileSchema(again)]) expect([{ amount: 5 }, { amount: 6 }, {}, { amount: 1, more: 1 }].map((args) => check(args))).toEqual([true, false, false, false]);
});

const ODD: readonly JsonObject[] = [
  { type: "text" },
  { type: ["string", "string"] },
  { type: [] },
  { minLength: -1 },
  { multipleOf: 0 },
  { properties: { a: 1 } },
  { properties: { a: { items: [{ required: ["b", "b"] }] } } },
  { dependencies: { a: ["b"], c: { type: "nothing" } } },
  { definitions: { a: { enum: "no list" } } },
  { if: true, then: { not: 3 } },
  { $ref: "http://json-schema.org/draft-07/schema#" },
  { properties: { schema: { $ref: "http://json-schema.org/draft-07/schema#" } } },
  { $ref: "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger" },
  { $ref: "#/definitions/none" },
  { $schema: "http://json-schema.org/draft-07/schema#", type: "object" },
  { $schema: "http://json-schema.org/draft-07/schema#", type: "thing" },
  { $schema: "https://json-schema.org/draft/2020-12/schema" },
  { $schema: 7 },
  { $id: "http://json-schema.org/draft-07/schema#" },
  { pattern: "(" },
  { pattern: "^a+$", examples: [1] },
];

/** What the library makes of a schema and of some values: its message where it refuses the schema, else the errors of each value. */
function outcome(one: JsonObject, draft07: ValidateFunction | undefined): unknown {
  try {
    const validate = schemaLibrary(true, draft07).compile(JSON.parse(JSON.stringify(one)));
    return [{}, { a: 1 }, { schema: { type: "text" } }, { type: "string", minLength: -1 }, 3, "a"].map((value) => [validate(value), validate.errors]);
  } catch (error) {
    return String(error);
  }
}

test("design 2.5: the schema of schemas that is compiled ahead gives the verdicts and messages of the one that is compiled at run time", async () => {
  const { draft07Source } = await import(new URL("../../scripts/compiled-schemas.mjs", import.meta.url).href);
  const module: { exports: ValidateFunction | undefined } = { exports: undefined };
  new Function("module", "require", draft07Source())(module, createRequire(import.meta.url));
  const ahead = module.exports;
  expect(ahead).toBeTypeOf("function");
  for (const one of ODD) expect([one, outcome(one, ahead)]).toEqual([one, outcome(one, undefined)]);
  let refused = 0;
  fc.assert(
    fc.property(schema, (one) => {
      const given: JsonObject = JSON.parse(JSON.stringify(one));
      const expected = outcome(given, undefined);
      refused += Number(typeof expected === "string");
      expect([given, outcome(given, ahead)]).toEqual([given, expected]);
    }),
    { numRuns: 200, seed: 12 },
  );
  expect(refused).toBeGreaterThan(20);
});
