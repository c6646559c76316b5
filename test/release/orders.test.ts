import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileActionGlob, compileEntityGlob } from "../../src/policy/glob.ts";
import { allDisjoint, covers, disjoint } from "../../src/release/glob-order.ts";
import { compareSchemas } from "../../src/release/schema-order.ts";
import { compileSchema } from "../../src/engine/schema-check.ts";
import type { JsonObject } from "../../src/request/json.ts";

const part = fc
  .array(fc.constantFrom("a", "b", "/", "*", "**", "x"), { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.join(""));
const name = fc
  .array(fc.constantFrom("a", "b", "/", "x"), { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(""));
const entity = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom("t", "u", "*", "t*"), part)
      .map(([type, id]) => `${type}:${id}`),
  },
  { weight: 1, arbitrary: fc.constant("**") },
);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom("s", "r", "*", "s*"), part)
      .map(([server, tool]) => `${server}/${tool}`),
  },
  { weight: 2, arbitrary: part.filter((one) => !one.includes("/")) },
  { weight: 1, arbitrary: fc.constant("**") },
);

describe("design 2.4: what is concluded of two patterns holds of every name", () => {
  it("entities: a covered pattern fits nothing else, disjoint ones nothing together", () => {
    let concluded = 0;
    fc.assert(
      fc.property(entity, entity, fc.constantFrom("t", "u", "tt"), name, (a, b, type, id) => {
        const [x, y] = [compileEntityGlob(a).fits(type, id), compileEntityGlob(b).fits(type, id)];
        if (covers(a, b, "subject") && y === true) expect(x).toBe(true);
        if (disjoint(a, b, "subject")) expect(x === true && y === true).toBe(false);
        concluded += Number(covers(a, b, "subject") || disjoint(a, b, "subject"));
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(concluded).toBeGreaterThan(1000);
  });

  it("actions", () => {
    fc.assert(
      fc.property(action, action, fc.constantFrom("s", "r", "ss"), name, (a, b, server, tool) => {
        const [x, y] = [
          compileActionGlob(a).fits(server, tool),
          compileActionGlob(b).fits(server, tool),
        ];
        if (covers(a, b, "action") && y === true) expect(x).toBe(true);
        if (disjoint(a, b, "action")) expect(x === true && y === true).toBe(false);
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  it("sees the everyday cases", () => {
    expect(covers("agent:*", "agent:support-*", "subject")).toBe(true);
    expect(covers("agent:support-*", "agent:*", "subject")).toBe(false);
    expect(covers("refund", "payments/refund", "action")).toBe(true);
    expect(covers("**", "payments/*", "action")).toBe(true);
    expect(covers("file:/data/**", "file:/data/*", "resource")).toBe(true);
    expect(allDisjoint(["payments/refund"], ["payments/pay", "mail/*"], "action")).toBe(true);
    expect(allDisjoint(undefined, ["mail/*"], "action")).toBe(false);
  });
});

const bound = fc.constantFrom(1, 5, 9);
const value = fc.record({
  type: fc.constantFrom<unknown>(undefined, "number", "string", ["number", "string"]),
  maximum: fc.option(bound, { nil: undefined }),
  exclusiveMinimum: fc.option(bound, { nil: undefined }),
  enum: fc.constantFrom<unknown>(undefined, undefined, undefined, [1, "a"], ["a"]),
});
const schema = fc.record({
  type: fc.constantFrom<unknown>(undefined, "object"),
  required: fc.constantFrom<unknown>(undefined, ["n"], ["n", "m"]),
  additionalProperties: fc.constantFrom<unknown>(undefined, true, false),
  properties: fc.record({
    n: fc.option(value, { nil: undefined }),
    m: fc.option(value, { nil: undefined }),
  }),
  maxProperties: fc.constantFrom<unknown>(undefined, 1),
});
const args = fc.record({
  n: fc.constantFrom<unknown>(undefined, 0, 1, 3, 7, 20, "a", "b"),
  m: fc.constantFrom<unknown>(undefined, 2, "a"),
  o: fc.constantFrom<unknown>(undefined, undefined, 1),
});
const plain = (one: unknown): JsonObject => JSON.parse(JSON.stringify(one));

describe("design 2.5: what is concluded of two schemas holds of every value", () => {
  it("a schema said to narrow accepts nothing more, one said to be the same exactly the same", () => {
    let concluded = 0;
    fc.assert(
      fc.property(
        schema,
        schema,
        fc.boolean(),
        fc.array(args, { minLength: 8, maxLength: 8 }),
        (a, other, near, values) => {
          const [x, y] = [
            plain(a),
            plain(near ? { ...a, ...other, properties: a.properties } : other),
          ];
          const verdict = compareSchemas(x, y);
          concluded += Number(verdict.conclusive);
          const [before, after] = [compileSchema(x), compileSchema(y)];
          for (const one of values.map(plain)) {
            if (!verdict.widens && after(one)) expect(before(one)).toBe(true);
            if (!verdict.narrows && before(one)) expect(after(one)).toBe(true);
          }
        },
      ),
      { numRuns: 600, seed: 3 },
    );
    expect(concluded).toBeGreaterThan(100);
  });
});
