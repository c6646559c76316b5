import { nastyValue } from "./nasty.ts";
import type { Random } from "./random.ts";

type Schema = boolean | { [keyword: string]: unknown };

const NAMES = [
  "order",
  "amount",
  "note",
  "tags",
  "valueOf",
  "toString",
  "constructor",
  "__proto__",
  "length",
  "a b",
  "",
];
const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];
const PATTERNS = ["^a", "[0-9]+$", "^(a|b)*$", "", "o", "\\p{L}", "^.{2,4}$"];

function small(random: Random): number {
  return random.pick([0, 1, 2, 3, 5]);
}

function names(random: Random): readonly string[] {
  return [...new Set(random.some(NAMES, 3))];
}

function members(random: Random, depth: number): object {
  const made: Record<string, unknown> = {};
  for (const name of names(random))
    Object.defineProperty(made, name, {
      value: schema(random, depth),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return made;
}

const list = (random: Random, depth: number): readonly Schema[] =>
  Array.from({ length: 1 + random.below(3) }, () => schema(random, depth));

/** Every keyword of the draft, and some that are none of it. */
const KEYWORDS: Readonly<Record<string, (random: Random, depth: number) => unknown>> = {
  type: (random) => (random.chance(0.7) ? random.pick(TYPES) : [...new Set(random.some(TYPES, 3))]),
  enum: (random) => Array.from({ length: 1 + random.below(3) }, () => plainValue(random)),
  const: (random) => plainValue(random),
  multipleOf: (random) => random.pick([1, 2, 5]),
  maximum: small,
  minimum: small,
  exclusiveMaximum: small,
  exclusiveMinimum: small,
  maxLength: small,
  minLength: small,
  maxItems: small,
  minItems: small,
  maxContains: small,
  minContains: small,
  maxProperties: small,
  minProperties: small,
  pattern: (random) => random.pick(PATTERNS),
  uniqueItems: (random) => random.chance(0.8),
  required: names,
  properties: members,
  dependentSchemas: members,
  patternProperties: (random, depth) => ({ [random.pick(PATTERNS)]: schema(random, depth) }),
  dependentRequired: (random) => ({ [random.pick(NAMES.slice(0, 7))]: names(random) }),
  prefixItems: list,
  allOf: list,
  anyOf: list,
  oneOf: list,
  items: (random, depth) => schema(random, depth),
  contains: (random, depth) => schema(random, depth),
  not: (random, depth) => schema(random, depth),
  additionalProperties: (random, depth) => schema(random, depth),
  propertyNames: (random, depth) => schema(random, depth),
  unevaluatedProperties: (random, depth) => schema(random, depth),
  unevaluatedItems: (random, depth) => schema(random, depth),
  if: (random, depth) => schema(random, depth),
  then: (random, depth) => schema(random, depth),
  else: (random, depth) => schema(random, depth),
  $ref: (random) =>
    random.pick(["#", "#/$defs/a", "#/properties/order", "#/nowhere", "http://else.example/x"]),
  $defs: (random, depth) => ({ a: schema(random, depth) }),
  title: () => "words",
  $comment: () => "words",
  format: (random) => random.pick(["date", "email", "ipv4", "uri", "nonsense"]),
  additionalItems: () => false,
  dependencies: () => ({ order: ["amount"] }),
  nullable: () => true,
  discriminator: () => ({ propertyName: "a" }),
  strict: () => true,
};
const ALL = Object.keys(KEYWORDS);
const DRAWN = ALL.filter(
  (name) =>
    ![
      "$ref",
      "format",
      "additionalItems",
      "dependencies",
      "nullable",
      "discriminator",
      "strict",
    ].includes(name),
);

/** A value that JSON can write, of any kind. */
export function plainValue(random: Random, depth = 2): unknown {
  const kind = random.below(depth > 0 ? 8 : 5);
  if (kind === 0) return random.pick(["", "a", "b", "ab", "a1", "order", "12"]);
  if (kind === 1) return random.pick([0, 1, 2, 3, 4, 5, 2.5, -1]);
  if (kind === 2) return random.chance(0.5);
  if (kind === 3) return null;
  if (kind === 4) return random.pick(["aé", "😀", "abc"]);
  if (kind === 5)
    return Array.from({ length: random.below(4) }, () => plainValue(random, depth - 1));
  return argumentsOf(random, depth - 1);
}

/**
 * Arguments of a call: an object, whose members may be called as those of JavaScript's own objects
 * are.
 */
export function argumentsOf(random: Random, depth = 2): object {
  const made: Record<string, unknown> = {};
  for (const name of random.chance(0.1) ? [] : names(random))
    Object.defineProperty(made, name, {
      value: random.chance(0.02) ? nastyValue(random) : plainValue(random, depth),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return made;
}

/** A JSON Schema of a few keywords; now and then one that is none of the draft. */
export function schema(random: Random, depth = 2): Schema {
  if (depth <= 0 || random.chance(0.1))
    return random.chance(0.5) ? random.chance(0.7) : { type: random.pick(TYPES) };
  const made: Record<string, unknown> = {};
  for (let n = 1 + random.below(3); n > 0; n--) {
    const name = random.pick(random.chance(0.03) ? ALL : DRAWN);
    made[name] = KEYWORDS[name]?.(random, depth - 1);
  }
  return made;
}
