import { didYouMean, quoted, type Log } from "./log.ts";
import { describeNode, type Entry, type Node } from "./node.ts";

/** Checks what stands under one keyword of a JSON Schema, in place. */
type KeywordCheck = (node: Node, log: Log) => void;

const TYPES: readonly string[] = ["null", "boolean", "object", "array", "number", "integer", "string"];

function fault(node: Node, message: string, log: Log, help?: string): void {
  if (node.kind !== "broken") log.add({ code: "invalid-schema", place: node.place, message, help });
}

function scalarOf(kind: "string" | "number" | "boolean", wanted: string): KeywordCheck {
  return (node, log) => {
    if (node.kind === "scalar" && typeof node.value === kind) return;
    fault(node, `the schema needs ${wanted} here, not ${describeNode(node)}`, log);
  };
}

const text = scalarOf("string", "text");
const number = scalarOf("number", "a number");
const boolean = scalarOf("boolean", "`true` or `false`");

const count: KeywordCheck = (node, log) => {
  const sound = node.kind === "scalar" && typeof node.value === "number" && Number.isSafeInteger(node.value) && node.value >= 0;
  if (!sound) fault(node, "the schema needs a whole number that is not negative here", log);
};

const positive: KeywordCheck = (node, log) => {
  const sound = node.kind === "scalar" && typeof node.value === "number" && node.value > 0;
  if (!sound) fault(node, "the schema needs a number above 0 here", log);
};

const typeName: KeywordCheck = (node, log) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, log);
  if (!TYPES.includes(node.value)) fault(node, `JSON Schema has no type ${quoted(node.value)}`, log, didYouMean(node.value, TYPES));
};

function listOf(item: KeywordCheck): KeywordCheck {
  return (node, log) => {
    if (node.kind !== "list") return fault(node, `the schema needs a list here, not ${describeNode(node)}`, log);
    for (const one of node.items) item(one, log);
  };
}

function mapOf(value: KeywordCheck): KeywordCheck {
  return (node, log) => {
    if (node.kind !== "map") return fault(node, `the schema needs a map here, not ${describeNode(node)}`, log);
    for (const entry of node.entries) value(entry.value, log);
  };
}

const type: KeywordCheck = (node, log) => (node.kind === "list" ? listOf(typeName)(node, log) : typeName(node, log));
const any: KeywordCheck = () => undefined;
const schema: KeywordCheck = (node, log) => checkSchema(node, log);

const pattern: KeywordCheck = (node, log) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, log);
  try {
    new RegExp(node.value, "u");
  } catch {
    fault(node, `${quoted(node.value)} is not a regular expression`, log);
  }
};

const reference: KeywordCheck = (node, log) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, log);
  if (!node.value.startsWith("#")) fault(node, `the schema refers to ${quoted(node.value)}, outside itself`, log, "put the definition under `$defs` and refer to `#/$defs/<name>`");
};

const KEYWORDS: ReadonlyMap<string, KeywordCheck> = new Map([
  ...["$schema", "$id", "$comment", "$anchor", "title", "description", "format", "contentMediaType", "contentEncoding"].map((name) => [name, text] as const),
  ...["default", "examples", "const"].map((name) => [name, any] as const),
  ...["deprecated", "readOnly", "writeOnly", "uniqueItems"].map((name) => [name, boolean] as const),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((name) => [name, number] as const),
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"].map((name) => [name, count] as const),
  ...["additionalProperties", "unevaluatedProperties", "propertyNames", "items", "unevaluatedItems", "contains", "not", "if", "then", "else"].map((name) => [name, schema] as const),
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"].map((name) => [name, mapOf(schema)] as const),
  ...["allOf", "anyOf", "oneOf", "prefixItems"].map((name) => [name, listOf(schema)] as const),
  ["type", type],
  ["enum", listOf(any)],
  ["required", listOf(text)],
  ["dependentRequired", mapOf(listOf(text))],
  ["multipleOf", positive],
  ["pattern", pattern],
  ["$ref", reference],
]);

function checkKeyword(entry: Entry, log: Log): void {
  const check = KEYWORDS.get(entry.key);
  if (check !== undefined) return check(entry.value, log);
  if (entry.key.startsWith("x-")) return;
  // WHY an error: a bound under a misspelled keyword would let everything through in silence.
  const message = `JSON Schema has no keyword ${quoted(entry.key)}`;
  log.add({ code: "invalid-schema", place: entry.keyPlace, message, help: didYouMean(entry.key, [...KEYWORDS.keys()]) });
}

/** Reports, at their places, the parts of a JSON Schema (2020-12) that could not be compiled or would be ignored. */
export function checkSchema(node: Node, log: Log): void {
  if (node.kind === "scalar" && typeof node.value === "boolean") return;
  if (node.kind !== "map") return fault(node, `a JSON Schema has to be a map or a boolean, not ${describeNode(node)}`, log);
  for (const entry of node.entries) checkKeyword(entry, log);
}
