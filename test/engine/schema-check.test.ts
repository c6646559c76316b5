import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSchema, schemaFault } from "../../src/engine/schema-check.ts";
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
