import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileSchema, schemaFault } from "../../src/engine/schema-check.ts";
import { DiagnosticSink } from "../../src/policy/log.ts";
import { ASSERTING_KEYWORDS, checkSchema } from "../../src/policy/schema-check.ts";
import { SCHEMA_FORMATS } from "../../src/policy/schema-formats.ts";
import { NodeBuilder } from "../../src/policy/yaml-nodes.ts";
import { parseYaml } from "../../src/policy/yaml-parse.ts";
import type { Json, JsonObject } from "../../src/request/json.ts";

/** What is said against a schema, by path and message. */
function faults(schema: Json): readonly string[] {
  const log = new DiagnosticSink();
  const source = { file: "schema.json", text: JSON.stringify(schema) };
  const parsed = parseYaml(source, { start: 0, end: source.text.length }, log);
  const node = parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
  if (node === undefined) throw new Error("no node");
  checkSchema(node, log);
  return log.found.map(({ path, message }) => `${path}: ${message}`);
}

/** For each keyword a schema, arguments that it allows and arguments that it refuses. */
const KEYWORDS: readonly [string, JsonObject, JsonObject, JsonObject][] = [
  ["type", { properties: { a: { type: "integer" } } }, { a: 1 }, { a: 1.5 }],
  ["enum", { properties: { a: { enum: [{ b: 1 }, [2]] } } }, { a: { b: 1 } }, { a: { b: 2 } }],
  ["const", { properties: { a: { const: { b: [1] } } } }, { a: { b: [1] } }, { a: { b: [1, 2] } }],
  [
    "$ref",
    { $defs: { s: { maxLength: 1 } }, properties: { a: { $ref: "#/$defs/s" } } },
    { a: "x" },
    { a: "xy" },
  ],
  ["allOf", { allOf: [{ required: ["a"] }, { required: ["b"] }] }, { a: 1, b: 1 }, { a: 1 }],
  ["anyOf", { anyOf: [{ required: ["a"] }, { required: ["b"] }] }, { b: 1 }, { c: 1 }],
  ["oneOf", { oneOf: [{ required: ["a"] }, { required: ["b"] }] }, { b: 1 }, { a: 1, b: 1 }],
  ["not", { not: { required: ["a"] } }, { b: 1 }, { a: 1 }],
  ["if", { if: { required: ["a"] }, then: { required: ["b"] } }, { c: 1 }, { a: 1 }],
  ["then", { if: true, then: { required: ["b"] } }, { b: 1 }, { a: 1 }],
  ["else", { if: false, else: { required: ["b"] } }, { b: 1 }, { a: 1 }],
  ["minimum", { properties: { a: { minimum: 1 } } }, { a: 1 }, { a: 0.9 }],
  ["maximum", { properties: { a: { maximum: 1 } } }, { a: 1 }, { a: 1.1 }],
  ["exclusiveMinimum", { properties: { a: { exclusiveMinimum: 1 } } }, { a: 1.1 }, { a: 1 }],
  ["exclusiveMaximum", { properties: { a: { exclusiveMaximum: 1 } } }, { a: 0.9 }, { a: 1 }],
  ["multipleOf", { properties: { a: { multipleOf: 0.01 } } }, { a: 4.35 }, { a: 4.355 }],
  ["minLength", { properties: { a: { minLength: 2 } } }, { a: "xy" }, { a: "😀" }],
  ["maxLength", { properties: { a: { maxLength: 1 } } }, { a: "😀" }, { a: "xy" }],
  ["pattern", { properties: { a: { pattern: "^b+$" } } }, { a: "bb" }, { a: "abb" }],
  ["format", { properties: { a: { format: "email" } } }, { a: "a@b.example" }, { a: "a@" }],
  ["items", { properties: { a: { items: { type: "string" } } } }, { a: ["x"] }, { a: [1] }],
  [
    "unevaluatedItems",
    { properties: { a: { prefixItems: [true], unevaluatedItems: false } } },
    { a: [1] },
    { a: [1, 2] },
  ],
  ["contains", { properties: { a: { contains: { const: 1 } } } }, { a: [0, 1] }, { a: [0] }],
  [
    "prefixItems",
    { properties: { a: { prefixItems: [{ const: "safe" }] } } },
    { a: ["safe", 1] },
    { a: ["evil"] },
  ],
  ["minItems", { properties: { a: { minItems: 1 } } }, { a: [1] }, { a: [] }],
  ["maxItems", { properties: { a: { maxItems: 1 } } }, { a: [1] }, { a: [1, 2] }],
  [
    "minContains",
    { properties: { a: { contains: { const: 1 }, minContains: 2 } } },
    { a: [1, 1] },
    { a: [1] },
  ],
  [
    "maxContains",
    { properties: { a: { contains: { const: 1 }, maxContains: 1 } } },
    { a: [1] },
    { a: [1, 1] },
  ],
  [
    "uniqueItems",
    { properties: { a: { uniqueItems: true } } },
    { a: [{ b: 1 }, { b: 2 }] },
    {
      a: [
        { b: 1, c: 2 },
        { c: 2, b: 1 },
      ],
    },
  ],
  ["properties", { properties: { a: { const: 1 } } }, { b: 1 }, { a: 2 }],
  [
    "dependentSchemas",
    { dependentSchemas: { a: { properties: { a: { maximum: 100 } } } } },
    { a: 1 },
    { a: 101 },
  ],
  ["patternProperties", { patternProperties: { "^a": { type: "string" } } }, { b: 1 }, { ab: 1 }],
  [
    "additionalProperties",
    { properties: { a: true }, additionalProperties: false },
    { a: 1 },
    { b: 1 },
  ],
  [
    "unevaluatedProperties",
    { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
    { a: 1 },
    { b: 1 },
  ],
  ["propertyNames", { propertyNames: { maxLength: 1 } }, { a: 1 }, { ab: 1 }],
  ["required", { required: ["constructor"] }, { constructor: 1 }, { a: 1 }],
  ["dependentRequired", { dependentRequired: { a: ["b"] } }, { a: 1, b: 1 }, { a: 1 }],
  ["minProperties", { minProperties: 1 }, { a: 1 }, {}],
  ["maxProperties", { maxProperties: 1 }, { a: 1 }, { a: 1, b: 1 }],
];

test("design 2.5: every keyword that forbids something has a row here", () => {
  expect(KEYWORDS.map(([keyword]) => keyword).sort()).toEqual([...ASSERTING_KEYWORDS].sort());
});

test.each(KEYWORDS)(
  "design 2.5: `%s` is accepted and enforced",
  (_keyword, schema, allowed, refused) => {
    expect(faults(schema)).toEqual([]);
    expect(schemaFault(schema)).toBeUndefined();
    const check = compileSchema(schema);
    expect([check(allowed), check(refused)]).toEqual([true, false]);
  },
);

/**
 * For each format a text that fits and one that does not (JSON Schema 2020-12, validation, 7.3).
 */
const FORMATS: readonly [string, string, string][] = [
  ["date", "2026-02-28", "2026-02-30"],
  ["date-time", "2026-02-28T10:00:00Z", "2026-02-28T10:00:00+0100"],
  ["duration", "P1DT2H", "1 day"],
  ["email", "a@b.example", "a b@c.example"],
  ["hostname", "a.example", "-a.example"],
  ["ipv4", "10.0.0.1", "10.0.0.256"],
  ["ipv6", "::1", "::g"],
  ["json-pointer", "/a/0", "a/0"],
  ["regex", "^a+$", "("],
  ["relative-json-pointer", "1/a", "/a"],
  ["time", "10:00:00+01:00", "10:00:00+0100"],
  ["uri", "https://a.example/x", "//a.example/x"],
  ["uri-reference", "/x?y", "\\x"],
  ["uri-template", "https://a.example/{x}", "https://a.example/{x"],
  ["uuid", "123e4567-e89b-12d3-a456-426614174000", "urn:uuid:123e4567-e89b-12d3-a456-426614174000"],
];

test("design 2.5: every format that is accepted is enforced", () => {
  expect(FORMATS.map(([name]) => name)).toEqual([...SCHEMA_FORMATS]);
  for (const [format, good, bad] of FORMATS) {
    const check = compileSchema({ properties: { a: { format } } });
    expect([format, check({ a: good }), check({ a: bad }), check({ a: 1 })]).toEqual([
      format,
      true,
      false,
      true,
    ]);
  }
});

const REFUSED: readonly [string, Json, string][] = [
  [
    "a format that is not checked",
    { format: "iban" },
    "$.format: agentz does not check the format `iban`",
  ],
  [
    "an annotation that looks like a check",
    { contentEncoding: "base64" },
    "$.contentEncoding: agentz does not enforce the keyword `contentEncoding`",
  ],
  [
    "a keyword of an older dialect",
    { dependencies: { a: ["b"] } },
    "$.dependencies: agentz does not enforce the keyword `dependencies`",
  ],
  [
    "another language's keyword",
    { nullable: true },
    "$.nullable: agentz does not enforce the keyword `nullable`",
  ],
  ["a misspelt keyword", { maximun: 1 }, "$.maximun: JSON Schema has no keyword `maximun`"],
  [
    "a bound of another type",
    { type: "string", maximum: 1 },
    "$.maximum: `maximum` has no effect on a value of type string",
  ],
  [
    "a bound of none of the types",
    { type: ["string", "null"], required: ["a"] },
    "$.required: `required` has no effect on a value of type string or null",
  ],
  [
    "a count of nothing",
    { minContains: 2 },
    "$.minContains: `minContains` has no effect without `contains`",
  ],
  ["a consequence of nothing", { then: false }, "$.then: `then` has no effect without `if`"],
  [
    "a question without consequence",
    { if: false },
    "$.if: `if` has no effect without `then` or `else`",
  ],
  ["an empty choice", { anyOf: [] }, "$.anyOf: this list needs at least one item"],
  ["a name asked for twice", { required: ["a", "a"] }, "$.required[1]: `a` is listed twice"],
  [
    "a list for a schema",
    { items: [{ type: "string" }] },
    "$.items: a JSON Schema has to be a map or a boolean, not a list",
  ],
  [
    "a schema of the prototype",
    { properties: JSON.parse('{"__proto__": false}') },
    "$.properties.__proto__: the member `__proto__` cannot have its own schema",
  ],
  [
    "a part that is not there",
    { $ref: "#/$defs/a" },
    '$["$ref"]: the schema refers to `#/$defs/a`, but has no such part',
  ],
  [
    "a part that is no schema",
    { required: ["a"], $ref: "#/required" },
    '$["$ref"]: the schema refers to `#/required`, but has no such part',
  ],
  [
    "another document",
    { $ref: "https://a.example/s" },
    '$["$ref"]: the schema refers to `https://a.example/s`, outside itself',
  ],
  [
    "itself",
    { $ref: "#" },
    '$["$ref"]: `#` leads back here, so the check of a value would never end',
  ],
  [
    "itself by a list",
    { allOf: [{ $ref: "#" }] },
    '$.allOf[0]["$ref"]: `#` leads back here, so the check of a value would never end',
  ],
  [
    "itself by a name",
    {
      $defs: {
        a: { not: { $ref: "#b" } },
        b: { $anchor: "b", dependentSchemas: { x: { $ref: "#/$defs/a" } } },
      },
    },
    '$["$defs"].a.not["$ref"]: `#b` leads back here, so the check of a value would never end',
  ],
  [
    "a dialect that is not known",
    { $schema: "https://a.example/s" },
    '$["$schema"]: agentz does not support `https://a.example/s` as a dialect of JSON Schema',
  ],
  [
    "an identity inside",
    { properties: { a: { $id: "a" } } },
    '$.properties.a["$id"]: `$id` is allowed only at the top of a schema',
  ],
  [
    "a pattern that RE2 refuses",
    { patternProperties: { "(?=a)": true } },
    '$.patternProperties["(?=a)"]: `(?=a)` is not a regular expression',
  ],
];

test.each(REFUSED)("design 2.5: %s is refused at its place", (_name, schema, expected) => {
  const found = faults(schema);
  expect(
    found.filter((one) => one.startsWith(expected)),
    found.join("\n"),
  ).toHaveLength(1);
});

describe("design 3.8: arguments of any shape are decided", () => {
  const bare = (entries: JsonObject): JsonObject => Object.assign(Object.create(null), entries);
  const twice = { properties: { items: { uniqueItems: true } } };

  test.each(["valueOf", "toString", "constructor", "hasOwnProperty", "toJSON", "then", "length"])(
    "a member called `%s`",
    (name) => {
      const [same, other] = [{ [name]: 1 }, { [name]: 2 }];
      expect(compileSchema(twice)({ items: [same, { ...same }] })).toBe(false);
      expect(compileSchema(twice)({ items: [same, other] })).toBe(true);
      expect(compileSchema({ required: [name] })({})).toBe(false);
      expect(compileSchema({ required: [name] })(same)).toBe(true);
      expect(compileSchema({ dependentRequired: { [name]: ["a"] } })({})).toBe(true);
      expect(compileSchema({ properties: { [name]: false } })({})).toBe(true);
      expect(compileSchema({ properties: { [name]: false } })(same)).toBe(false);
    },
  );

  test("a member called `__proto__` is a member", () => {
    const hostile: JsonObject = JSON.parse('{"__proto__": {"a": 1}}');
    expect(compileSchema({ required: ["a"] })(hostile)).toBe(false);
    expect(compileSchema({ required: ["__proto__"] })(hostile)).toBe(true);
    expect(compileSchema({ required: ["__proto__"] })({})).toBe(false);
    expect(compileSchema({ additionalProperties: false })(hostile)).toBe(false);
  });

  test("an object without a prototype is compared as any other", () => {
    expect(
      compileSchema({ properties: { a: { const: { b: 1 } } } })(bare({ a: bare({ b: 1 }) })),
    ).toBe(true);
    expect(compileSchema({ properties: { a: { enum: [bare({ b: 1 })] } } })({ a: { b: 1 } })).toBe(
      true,
    );
    expect(compileSchema(twice)({ items: [bare({ a: 1 }), { a: 1 }] })).toBe(false);
  });

  test("nested without end, they are refused", () => {
    const tree = {
      $defs: { node: { properties: { next: { $ref: "#/$defs/node" } } } },
      $ref: "#/$defs/node",
    };
    let deep: JsonObject = {};
    for (let i = 0; i < 100_000; i++) deep = { next: deep };
    expect(compileSchema(tree)({ next: { next: {} } })).toBe(true);
    expect(compileSchema(tree)(deep)).toBe(false);
    expect(compileSchema({ not: { $ref: "#/$defs/node" }, $defs: tree.$defs })(deep)).toBe(false);
  });

  test("a schema that asks ever more of them comes to an end", () => {
    const doubling: JsonObject = { properties: { a: { allOf: [{ $ref: "#" }, { $ref: "#" }] } } };
    let deep: JsonObject = {};
    for (let i = 0; i < 60; i++) deep = { a: deep };
    expect(faults(doubling)).toEqual([]);
    expect(compileSchema(doubling)({ a: { a: {} } })).toBe(true);
    expect(compileSchema(doubling)(deep)).toBe(false);
  });

  test("a text that is too long for a pattern or a format is refused, also below `not`", () => {
    const long = "a".repeat(100_000);
    for (const rule of [{ pattern: "b.*c" }, { format: "email" }]) {
      expect(compileSchema({ properties: { a: rule } })({ a: long })).toBe(false);
      expect(compileSchema({ properties: { a: { not: rule } } })({ a: long })).toBe(false);
    }
  });
});

test("JSON Schema 2020-12, validation, 6.2.1: a multiple is one in decimal, however large or small", () => {
  const isMultiple = (step: number, value: number): boolean =>
    compileSchema({ properties: { a: { multipleOf: step } } })({ a: value });
  const cases: readonly [number, number, boolean][] = [
    [0.1, 0.3, true],
    [0.01, 1.13, true],
    [0.01, 1.135, false],
    [3, 9, true],
    [3, 10, false],
    [1e-9, 1e9, true],
    [0.1, 1e300, true],
    [7, 1e300, false],
    [2, -4, true],
    [0.5, 0, true],
    [1e300, 1, false],
    [5e-324, 1, true],
  ];
  for (const [step, value, expected] of cases)
    expect([step, value, isMultiple(step, value)]).toEqual([step, value, expected]);
});

test("design 2.5: a check is the same whether its schema was met before or not", () => {
  const amounts: JsonObject = {
    type: "object",
    properties: { amount: { type: "number", maximum: 5 } },
    required: ["amount"],
    additionalProperties: false,
  };
  const again: JsonObject = JSON.parse(JSON.stringify(amounts));
  for (const check of [compileSchema(amounts), compileSchema(again)]) {
    expect(
      [{ amount: 5 }, { amount: 6 }, {}, { amount: 1, more: 1 }].map((args) => check(args)),
    ).toEqual([true, false, false, false]);
  }
});

describe("JSON Schema 2020-12, core, 11.3: what a branch evaluated that was not taken", () => {
  const closed = { properties: { b: true }, unevaluatedProperties: false };
  const branches: readonly JsonObject[] = [
    { oneOf: [{ maximum: 0 }, closed] },
    { anyOf: [{ required: ["z"] }, closed, { required: ["b"] }] },
    { if: closed, then: true, else: { required: ["z"] } },
    { dependentSchemas: { b: closed } },
    { allOf: [{ anyOf: [closed, true] }] },
    { $defs: { c: closed }, $ref: "#/$defs/c" },
  ];
  const taken = [
    [false, true, true, true, true, true],
    [true, true, false, false, true, false],
  ];

  test.each(branches)("beside patterns, %j", (branch) => {
    const check = compileSchema({ patternProperties: { "^a": { maxItems: 1 } }, ...branch });
    const at = branches.indexOf(branch);
    const given = [{ b: 1 }, { b: 1, a: [] }].map((args) => check(args));
    expect(given).toEqual(taken.map((row) => row[at]));
    expect(check({ a: [1, 2] })).toBe(false);
  });

  test("and all that is left over is refused", () => {
    const check = compileSchema({
      patternProperties: { "^a": true },
      anyOf: [closed, { properties: { c: true } }],
      unevaluatedProperties: false,
    });
    expect([{ a: 1, c: 1 }, { b: 1 }, { a: 1, d: 1 }].map((args) => check(args))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

const NAMES = ["a", "b", "valueOf", ""];
const word = fc.constantFrom<unknown>(
  0,
  1,
  -1,
  1.5,
  "",
  "a",
  true,
  null,
  "string",
  "integer",
  "texte",
  "#",
  "#/properties/a",
  "^a",
  "(",
);
const list = fc.constantFrom<unknown>([], ["a"], ["a", "a"], ["a", 1], [[]], [{}], [true, {}]);
const { schema } = fc.letrec<{ schema: object; value: unknown }>((tie) => ({
  schema: fc
    .array(fc.tuple(fc.constantFrom(...ASSERTING_KEYWORDS, "$defs", "title"), tie("value")), {
      maxLength: 3,
    })
    .map((pairs) => Object.fromEntries(pairs)),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    word,
    list,
    tie("schema"),
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), tie("schema")), { maxLength: 2 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
}));

test("design 2.5: what is let pass, the library's schema of schemas lets pass too, and it compiles", () => {
  const counts = { sound: 0, refused: 0 };
  const library = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  fc.assert(
    fc.property(schema, (one) => {
      const given: JsonObject = JSON.parse(JSON.stringify(one));
      const found = faults(given);
      counts[found.length === 0 ? "sound" : "refused"] += 1;
      if (found.length > 0) return;
      expect([given, schemaFault(given)]).toEqual([given, undefined]);
      expect([given, library.validateSchema(given), library.errors]).toEqual([given, true, null]);
    }),
    { numRuns: 1_500, seed: 11 },
  );
  expect(Math.min(counts.sound, counts.refused)).toBeGreaterThan(100);
});

const valueOfAnyShape = fc.jsonValue({ maxDepth: 2 });

test("JSON Schema 2020-12: sound schemas decide as the library does by itself, where it does not stumble", () => {
  let decided = 0;
  fc.assert(
    fc.property(
      schema,
      fc.array(fc.dictionary(fc.constantFrom("a", "b", "c"), valueOfAnyShape), {
        minLength: 1,
        maxLength: 4,
      }),
      (one, values) => {
        const given: JsonObject = JSON.parse(JSON.stringify(one));
        if (faults(given).length > 0 || JSON.stringify(given).includes("multipleOf")) return;
        const library = new Ajv2020({
          strict: false,
          ownProperties: true,
          validateFormats: false,
          logger: false,
          meta: false,
          validateSchema: false,
        });
        const [own, other] = [
          compileSchema(given),
          library.compile(JSON.parse(JSON.stringify(given))),
        ];
        for (const value of values) {
          const args: JsonObject = JSON.parse(JSON.stringify(value));
          expect([given, args, own(args)]).toEqual([given, args, other(args)]);
          decided += 1;
        }
      },
    ),
    { numRuns: 1_500, seed: 12 },
  );
  expect(decided).toBeGreaterThan(400);
});
