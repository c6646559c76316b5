import { patternFault } from "../condition/regex.ts";
import { slippedFrom } from "../text/slip.ts";
import { didYouMean, quoted, type DiagnosticSink } from "./log.ts";
import { describeNode, entryOf, type Entry, type MapNode, type Node } from "./node.ts";
import { SCHEMA_FORMATS } from "./schema-formats.ts";
import { checkReferences, type Subschemas } from "./schema-references.ts";

/** What a check needs beside the node: where findings go, and the subschemas met so far. */
interface Checking {
  readonly log: DiagnosticSink;
  readonly subschemas: Subschemas;
  /** The JSON Pointer of the node, as in `#/properties/a`. */
  readonly pointer: string;
}

/** Checks what stands under one keyword of a JSON Schema, in place. */
type KeywordCheck = (node: Node, checking: Checking) => void;

/**
 * The kinds of value that a keyword says something about; a keyword without one applies to every
 * value.
 */
type Kind = "number" | "string" | "array" | "object";

interface Keyword {
  readonly check: KeywordCheck;
  readonly kind?: Kind;
  /** A keyword without whose company this one has no effect. */
  readonly needs?: readonly string[];
}

const TYPES: readonly string[] = [
  "null",
  "boolean",
  "object",
  "array",
  "number",
  "integer",
  "string",
];

function fault(node: Node, message: string, log: DiagnosticSink, help?: string): void {
  if (node.kind !== "broken") log.add({ code: "invalid-schema", place: node.place, message, help });
}

function scalarOf(kind: "string" | "number" | "boolean", wanted: string): KeywordCheck {
  return (node, { log }) => {
    if (node.kind === "scalar" && typeof node.value === kind) return;
    fault(node, `the schema needs ${wanted} here, but this is ${describeNode(node)}`, log);
  };
}

const text = scalarOf("string", "text");
const number = scalarOf("number", "a number");
const boolean = scalarOf("boolean", "`true` or `false`");

const count: KeywordCheck = (node, { log }) => {
  const value = node.kind === "scalar" ? node.value : undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return;
  fault(node, "the schema needs a whole number that is not negative here", log);
};

const positive: KeywordCheck = (node, { log }) => {
  if (node.kind === "scalar" && typeof node.value === "number" && node.value > 0) return;
  fault(node, "the schema needs a number above 0 here", log);
};

/** A text that has to be one of a closed list. */
function wordOf(known: readonly string[], unknown: (word: string) => string): KeywordCheck {
  return (node, checking) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, checking);
    if (known.includes(node.value)) return;
    fault(node, unknown(quoted(node.value)), checking.log, didYouMean(node.value, known));
  };
}

const typeName = wordOf(TYPES, (word) => `JSON Schema has no type ${word}`);
const format = wordOf(SCHEMA_FORMATS, (word) => `agentz does not check the format ${word}`);

function within(checking: Checking, key: string | number): Checking {
  const token = String(key).replace(/~/g, "~0").replace(/\//g, "~1");
  return { ...checking, pointer: `${checking.pointer}/${token}` };
}

interface ListRule {
  readonly least: 0 | 1;
  /** Whether no item may stand twice. */
  readonly unique: boolean;
}

function listOf(item: KeywordCheck, { least, unique }: ListRule): KeywordCheck {
  return (node, checking) => {
    if (node.kind !== "list") {
      return fault(
        node,
        `the schema needs a list here, but this is ${describeNode(node)}`,
        checking.log,
      );
    }
    if (node.items.length < least) fault(node, "this list needs at least one item", checking.log);
    const seen = new Set<unknown>();
    node.items.forEach((one, index) => {
      item(one, within(checking, index));
      if (unique && one.kind === "scalar" && seen.has(one.value)) {
        fault(one, `${quoted(String(one.value))} is listed twice`, checking.log);
      }
      if (one.kind === "scalar") seen.add(one.value);
    });
  };
}

function mapOf(value: KeywordCheck): KeywordCheck {
  return (node, checking) => {
    if (node.kind !== "map") {
      return fault(
        node,
        `the schema needs a map here, but this is ${describeNode(node)}`,
        checking.log,
      );
    }
    for (const entry of node.entries) {
      refusePrototype(entry, checking.log);
      value(entry.value, within(checking, entry.key));
    }
  };
}

/**
 * The library that checks arguments passes over this name, so a schema of it would not be enforced.
 */
function refusePrototype(entry: Entry, log: DiagnosticSink): void {
  if (entry.key !== "__proto__") return;
  const message = "the member `__proto__` cannot have its own schema";
  const help = "set `additionalProperties: false`, which refuses this member";
  log.add({ code: "invalid-schema", place: entry.keyPlace, message, help });
}

const NON_EMPTY: ListRule = { least: 1, unique: false };
const SET: ListRule = { least: 0, unique: true };

const type: KeywordCheck = (node, checking) => {
  const check = node.kind === "list" ? listOf(typeName, { least: 1, unique: true }) : typeName;
  check(node, checking);
};
const any: KeywordCheck = () => undefined;
const names = listOf(text, SET);
const schema: KeywordCheck = (node, checking) => checkSubschema(node, checking);
const schemas = listOf(schema, NON_EMPTY);
const schemaMap = mapOf(schema);

const pattern: KeywordCheck = (node, checking) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, checking);
  checkPattern(node.value, node, checking.log);
};

function checkPattern(value: string, node: Node, log: DiagnosticSink): void {
  const why = patternFault(value);
  if (why !== undefined) fault(node, `${quoted(value)} is not a regular expression: ${why}`, log);
}

const patternMap: KeywordCheck = (node, checking) => {
  schemaMap(node, checking);
  if (node.kind !== "map") return;
  for (const entry of node.entries) checkPattern(entry.key, entry.value, checking.log);
};

const dialect: KeywordCheck = (node, checking) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, checking);
  if (
    /^https?:\/\/json-schema\.org\/(draft-0[67]|draft\/20(19-09|20-12))\/schema#?$/.test(node.value)
  )
    return;
  const help = "leave it out: schemas are read as JSON Schema 2020-12";
  fault(
    node,
    `agentz does not support ${quoted(node.value)} as a dialect of JSON Schema`,
    checking.log,
    help,
  );
};

const identity: KeywordCheck = (node, checking) => {
  text(node, checking);
  if (checking.pointer === "#/$id") return;
  const help = "give the part an `$anchor`, or refer to it as `#/$defs/<name>`";
  fault(node, "`$id` is allowed only at the top of a schema", checking.log, help);
};

const anchor: KeywordCheck = (node, checking) => {
  text(node, checking);
  if (node.kind !== "scalar" || typeof node.value !== "string") return;
  const parent = checking.pointer.slice(0, -"/$anchor".length);
  const [found] = checking.subschemas.filter((one) => one.pointer === parent);
  if (found !== undefined) checking.subschemas.push({ ...found, pointer: `#${node.value}` });
};

function group(keywords: readonly string[], keyword: Keyword): (readonly [string, Keyword])[] {
  return keywords.map((name) => [name, keyword]);
}

/** Keywords that say something to people and are never enforced, in any validator. */
const ANNOTATIONS: readonly (readonly [string, Keyword])[] = [
  ...group(["$comment", "title", "description"], { check: text }),
  ...group(["default", "examples"], { check: any }),
  ...group(["deprecated", "readOnly", "writeOnly"], { check: boolean }),
];

/** Keywords that name parts of a schema. */
const STRUCTURE: readonly (readonly [string, Keyword])[] = [
  ["$schema", { check: dialect }],
  ["$id", { check: identity }],
  ["$anchor", { check: anchor }],
  ...group(["$defs", "definitions"], { check: schemaMap }),
];

/** Keywords that forbid something: each is enforced. */
const ASSERTIONS: readonly (readonly [string, Keyword])[] = [
  ["type", { check: type }],
  ["enum", { check: listOf(any, NON_EMPTY) }],
  ["const", { check: any }],
  ["$ref", { check: text }],
  ...group(["allOf", "anyOf", "oneOf"], { check: schemas }),
  ["not", { check: schema }],
  ["if", { check: schema, needs: ["then", "else"] }],
  ...group(["then", "else"], { check: schema, needs: ["if"] }),
  ...group(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], {
    check: number,
    kind: "number",
  }),
  ["multipleOf", { check: positive, kind: "number" }],
  ...group(["minLength", "maxLength"], { check: count, kind: "string" }),
  ["pattern", { check: pattern, kind: "string" }],
  ["format", { check: format, kind: "string" }],
  ...group(["items", "unevaluatedItems", "contains"], { check: schema, kind: "array" }),
  ["prefixItems", { check: schemas, kind: "array" }],
  ...group(["minItems", "maxItems"], { check: count, kind: "array" }),
  ...group(["minContains", "maxContains"], { check: count, kind: "array", needs: ["contains"] }),
  ["uniqueItems", { check: boolean, kind: "array" }],
  ...group(["properties", "dependentSchemas"], { check: schemaMap, kind: "object" }),
  ["patternProperties", { check: patternMap, kind: "object" }],
  ...group(["additionalProperties", "unevaluatedProperties", "propertyNames"], {
    check: schema,
    kind: "object",
  }),
  ["required", { check: names, kind: "object" }],
  ["dependentRequired", { check: mapOf(names), kind: "object" }],
  ...group(["minProperties", "maxProperties"], { check: count, kind: "object" }),
];

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ...ANNOTATIONS,
  ...STRUCTURE,
  ...ASSERTIONS,
]);

/** The keywords of JSON Schema 2020-12 that forbid something: every one is enforced. */
export const ASSERTING_KEYWORDS: readonly string[] = ASSERTIONS.map(([name]) => name);

/** Keywords that people know and that nothing here enforces, each with what to write instead. */
const NOT_ENFORCED: ReadonlyMap<string, string> = new Map([
  ["contentEncoding", "leave it out, and write a `pattern`"],
  ["contentMediaType", "leave it out, and write a `pattern`"],
  ["contentSchema", "leave it out: agentz does not read the content of a text"],
  ["dependencies", "write `dependentRequired` or `dependentSchemas`"],
  ["additionalItems", "write `prefixItems`, and `items` for what follows"],
  ["nullable", 'write `type: [<type>, "null"]`'],
  ["discriminator", "write `oneOf` with a `const` in each part"],
  ["$dynamicRef", "write `$ref`"],
  ["$dynamicAnchor", "write `$anchor`"],
  ["$recursiveRef", "write `$ref`"],
  ["$recursiveAnchor", "leave it out"],
  ["$vocabulary", "leave it out"],
]);

/** Keywords that most schemas of arguments need: all of them would be a page. */
const USUAL = "`type`, `properties`, `required`, `enum`, `items`, `additionalProperties`";

/** The help for a name that is no keyword: most often it is an argument without `properties`. */
function keywordHelp({ key, value }: Entry): string {
  const near = slippedFrom(key, [...KEYWORDS.keys()]);
  if (near !== undefined) return `did you mean ${quoted(near)}?`;
  const word = value.kind === "scalar" ? value.value : undefined;
  const isType = typeof word === "string" && TYPES.includes(word);
  if (!isType && value.kind !== "map") return `the usual keywords are ${USUAL}`;
  const schema = isType ? `{ type: ${word} }` : "{ … }";
  return `an argument stands below \`properties\`: write \`{ type: object, properties: { ${key}: ${schema} } }\``;
}

function checkName(entry: Entry, log: DiagnosticSink): Keyword | undefined {
  const keyword = KEYWORDS.get(entry.key);
  if (keyword !== undefined || entry.key.startsWith("x-")) return keyword;
  // WHY an error: a bound under a misspelled keyword would let everything through in silence.
  const instead = NOT_ENFORCED.get(entry.key);
  const message =
    instead === undefined
      ? `JSON Schema has no keyword ${quoted(entry.key)}`
      : `agentz does not enforce the keyword ${quoted(entry.key)}`;
  const help = instead ?? keywordHelp(entry);
  log.add({ code: "invalid-schema", place: entry.keyPlace, message, help });
  return undefined;
}

function kindOf(typeWord: unknown): string {
  return typeWord === "integer" ? "number" : String(typeWord);
}

/** The kinds that a schema states by `type`; undefined where it states none. */
function statedKinds(node: MapNode): readonly string[] | undefined {
  const stated = entryOf(node, "type")?.value;
  if (stated?.kind === "scalar") return [kindOf(stated.value)];
  if (stated?.kind !== "list") return undefined;
  return stated.items.map((item) => kindOf(item.kind === "scalar" ? item.value : undefined));
}

/** Reports a keyword that changes nothing where it stands. */
function checkEffect(
  entry: Entry,
  keyword: Keyword,
  place: { node: MapNode; log: DiagnosticSink },
): void {
  const { node, log } = place;
  const kinds = statedKinds(node);
  const add = (message: string, help: string): void =>
    log.add({ code: "invalid-schema", place: entry.keyPlace, message, help });
  if (keyword.kind !== undefined && kinds !== undefined && !kinds.includes(keyword.kind)) {
    const message = `${quoted(entry.key)} has no effect on a value of type ${kinds.join(" or ")}`;
    add(message, `remove it, or correct the \`type\`: the keyword is for type ${keyword.kind}`);
  }
  const { needs } = keyword;
  if (needs === undefined || needs.some((name) => entryOf(node, name) !== undefined)) return;
  add(
    `${quoted(entry.key)} has no effect without ${needs.map((name) => `\`${name}\``).join(" or ")}`,
    "add that keyword, or remove this one",
  );
}

function checkSubschema(node: Node, checking: Checking): void {
  const { log, subschemas, pointer } = checking;
  if (node.kind === "scalar" && typeof node.value === "boolean") {
    subschemas.push({ pointer, node });
    return;
  }
  if (node.kind !== "map") {
    return fault(
      node,
      `a JSON Schema has to be a map or a boolean, not ${describeNode(node)}`,
      log,
    );
  }
  subschemas.push({ pointer, node });
  for (const entry of node.entries) {
    const keyword = checkName(entry, log);
    if (keyword === undefined) continue;
    keyword.check(entry.value, within(checking, entry.key));
    checkEffect(entry, keyword, { node, log });
  }
}

/**
 * Reports, at their places, the parts of a JSON Schema (2020-12) that could not be compiled, would
 * never end, or would be accepted and not enforced. What it lets pass is enforced whole (design
 * 2.5).
 */
export function checkSchema(node: Node, log: DiagnosticSink): void {
  const subschemas: Subschemas = [];
  checkSubschema(node, { log, subschemas, pointer: "#" });
  checkReferences(subschemas, log);
}
