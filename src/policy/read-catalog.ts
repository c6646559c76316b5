import { CLASSIFICATIONS, MEMORY_SCOPES, TOOL_EFFECTS, RESOURCE_FACTS } from "./closed-lists.ts";
import { parseType } from "../condition/types.ts";
import { defaulted, optional, readFields, required, type Decode, type Fields } from "./fields.ts";
import {
  isBroken,
  describeNode,
  entryOf,
  recordPlace,
  toJson,
  type Entry,
  type MapNode,
  type Node,
} from "./node.ts";
import { entityGlob, entriesOf, eachOf, listOf, recordOf } from "./lists.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type {
  AttributeDeclaration,
  Catalog,
  Classification,
  DataEntry,
  DataFile,
  DecisionPoint,
  ResourceEntry,
  Tool,
  ToolResource,
} from "./model.ts";
import { agent, argumentSchema, attributes, person } from "./read-agent.ts";
import { condition } from "./read-condition.ts";
import { HEADER } from "./read-policy.ts";
import { slippedFrom } from "../text/slip.ts";
import {
  anyText,
  boolean,
  duration,
  identifier,
  integer,
  invalid,
  oneOf,
  text,
  version,
  wrongType,
} from "./scalars.ts";
import { HOST_SERVER } from "../request/host-server.ts";

export const TOOL_RESOURCE = { type: required(identifier(":*")), id: required(condition) };

const derived = recordOf(
  "`resource`",
  TOOL_RESOURCE,
  (fields: Fields<typeof TOOL_RESOURCE>) => fields,
);

const toolResource: Decode<ToolResource> = (node, log) => {
  if (node.kind === "map") return derived(node, log);
  if (node.kind === "scalar" && node.value === "none") return "none";
  const meant =
    node.kind === "scalar" && typeof node.value === "string"
      ? slippedFrom(node.value, ["none"])
      : undefined;
  return wrongType(
    node,
    "`none`, or a map of `type` and `id`,",
    log,
    meant === undefined ? undefined : "did you mean `none`?",
  );
};

export const TOOL = {
  name: required(identifier("*")),
  server: defaulted(identifier("/*"), HOST_SERVER),
  effects: optional(listOf(oneOf(TOOL_EFFECTS))),
  reversible: optional(boolean),
  openWorld: optional(boolean, "open_world"),
  consequential: optional(boolean),
  definitionDigest: optional(text, "definition_digest"),
  args: optional(argumentSchema),
  resource: optional(toolResource),
};

const tool = recordOf(
  "a tool",
  TOOL,
  (fields: Fields<typeof TOOL>, node): Tool => ({ ...fields, place: recordPlace(node, "name") }),
);

function fieldClass(
  { key, value }: Entry,
  log: DiagnosticSink,
): readonly [string, Classification] | undefined {
  const read = oneOf(CLASSIFICATIONS)(value, log);
  return read === undefined ? undefined : [key, read];
}

export const RESOURCE = {
  match: required(entityGlob),
  classification: optional(oneOf(CLASSIFICATIONS)),
  environment: optional(text),
  owner: optional(text),
  tenant: optional(text),
  scope: optional(oneOf(MEMORY_SCOPES)),
  retain: optional(duration),
  fields: optional(entriesOf("`fields`", fieldClass)),
  form: optional(oneOf(["path", "url", "domain", "opaque"])),
  attributes: defaulted(attributes(["type", "id", ...RESOURCE_FACTS, "fields", "form"]), {}),
};

function checkForm(node: MapNode, match: string, log: DiagnosticSink): void {
  const form = entryOf(node, "form");
  if (form === undefined || /^[^:*]+:\*{1,2}$/.test(match)) return;
  const message = `\`form\` applies to a whole type, but ${quoted(match)} is only a part of a type`;
  log.add({
    code: "invalid-value",
    place: form.keyPlace,
    message,
    help: `write it in an entry \`match: "${match.split(":")[0] ?? ""}:*"\``,
  });
}

const resource = recordOf(
  "a resource",
  RESOURCE,
  (fields: Fields<typeof RESOURCE>, node, log): ResourceEntry => {
    checkForm(node, fields.match, log);
    const { fields: classes, ...rest } = fields;
    return {
      ...rest,
      ...(classes !== undefined && { fields: Object.fromEntries(classes) }),
      place: recordPlace(node, "match"),
    };
  },
);

export const DECISION_POINT = {
  id: required(identifier()),
  external: required(boolean),
  surfaces: defaulted(listOf(text), []),
};

const decisionPoint = recordOf(
  "a decision point",
  DECISION_POINT,
  (fields: Fields<typeof DECISION_POINT>, node): DecisionPoint => ({
    ...fields,
    place: recordPlace(node, "id"),
  }),
);

const ATTRIBUTE_PATH = /^(subject|resource|context|outcome)(\.[A-Za-z_][A-Za-z0-9_]*)+$/;
const PATH_HELP =
  "write a path below `subject`, `resource`, `context` or `outcome`, such as `context.signals.injection`";
const TYPE_NAMES: readonly string[] = [
  "string",
  "double",
  "int",
  "bool",
  "timestamp",
  "duration",
  "dyn",
  "list",
  "map",
];
const TYPE_HELP =
  "types are string, double, int, bool, timestamp, duration, dyn, list<...> and map<string, ...>";

/** The type that one was meant to be, where one word of it is a slip. */
function typeHelp(type: string): string {
  const meant = type.replace(/[A-Za-z]+/g, (word) =>
    TYPE_NAMES.includes(word) ? word : (slippedFrom(word, TYPE_NAMES) ?? word),
  );
  return parseType(meant) === undefined ? TYPE_HELP : `did you mean ${quoted(meant)}?`;
}

/** A declared attribute: its path is the key, its type the value. */
function attribute(
  { key, keyPlace, value }: Entry,
  log: DiagnosticSink,
): AttributeDeclaration | undefined {
  const type = text(value, log);
  const sound = ATTRIBUTE_PATH.test(key);
  if (!sound)
    log.add({
      code: "invalid-value",
      place: keyPlace,
      message: `${quoted(key)} is not the path of an attribute`,
      help: PATH_HELP,
    });
  if (type === undefined) return undefined;
  if (parseType(type) === undefined)
    return invalid(value, `${quoted(type)} is not a type`, log, typeHelp(type));
  return sound ? { path: key, type, place: keyPlace } : undefined;
}

export const DATA_FILE = { path: required(text, "file"), column: optional(text) };

const dataFile = recordOf(
  "a data file",
  DATA_FILE,
  (fields: Fields<typeof DATA_FILE>, node, log): DataFile | undefined => {
    const path = entryOf(node, "file")?.value ?? node;
    const escapes =
      /^([/\\]|[A-Za-z]:)/.test(fields.path) || fields.path.split(/[/\\]/).includes("..");
    if (escapes)
      return invalid(
        path,
        `the data file ${quoted(fields.path)} is outside the folder of the catalog`,
        log,
        "put it in the catalog's folder or below",
      );
    if (/\.(csv|json|ya?ml)$/i.test(fields.path)) return fields;
    return invalid(
      path,
      `${quoted(fields.path)} is not a CSV, JSON or YAML file`,
      log,
      "name it `.csv`, `.json`, `.yaml` or `.yml`",
    );
  },
);

function isFile(node: Node): boolean {
  return (
    node.kind === "map" &&
    entryOf(node, "file") !== undefined &&
    node.entries.every(({ key }) => key === "file" || key === "column")
  );
}

/**
 * A data entry; a broken one keeps its name, since conditions that read it are not wrong for that.
 */
function dataEntry({ key, keyPlace, value }: Entry, log: DiagnosticSink): DataEntry | undefined {
  const base = { name: key, value: null, place: keyPlace };
  if (isFile(value)) {
    const file = dataFile(value, log);
    return file === undefined ? base : { ...base, file };
  }
  if (isBroken(value)) return base;
  if (value.kind !== "scalar" || value.value !== null) return { ...base, value: toJson(value) };
  wrongType(value, "a list or a map", log, `\`data.${key}\` would be ${describeNode(value)}`);
  return base;
}

const LEAST_STEPS = 1_000;
const MOST_STEPS = 100_000_000;

const steps: Decode<number> = (node, log) => {
  const found = integer(LEAST_STEPS)(node, log);
  if (found === undefined || found <= MOST_STEPS) return found;
  return invalid(node, `the maximum is ${MOST_STEPS} steps, so that every decision ends`, log);
};

export const CATALOG = {
  ...HEADER,
  name: required(identifier("/")),
  version: required(version),
  description: optional(anyText),
  unregistered: defaulted(oneOf(["deny", "policy"]), "deny"),
  conditionSteps: optional(steps, "condition_steps"),
  agents: optional(eachOf(agent)),
  people: defaulted(eachOf(person), []),
  tools: defaulted(eachOf(tool), []),
  resources: defaulted(eachOf(resource), []),
  attributes: defaulted(entriesOf("`attributes`", attribute), []),
  decisionPoints: defaulted(eachOf(decisionPoint), [], "decision_points"),
  data: defaulted(entriesOf("`data`", dataEntry), []),
};

const EMPTY = {
  unregistered: "deny",
  people: [],
  tools: [],
  resources: [],
  attributes: [],
  decisionPoints: [],
  data: [],
} as const;

/** A catalog with all that is sound in it; undefined only where the document is not a map. */
export function readCatalog(node: Node, log: DiagnosticSink): Catalog | undefined {
  const reading = readFields(node, CATALOG, "a catalog", log);
  if (reading === undefined) return undefined;
  const { part } = reading;
  return {
    ...EMPTY,
    ...part,
    kind: "Catalog",
    name: part.name ?? "",
    version: part.version ?? "0.0.0",
    place: recordPlace(reading.node, "name"),
  };
}
