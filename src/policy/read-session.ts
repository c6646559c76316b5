import { parseExpression } from "../condition/parse.ts";
import { defaulted, optional, readFields, required, type Decode, type Fields } from "./fields.ts";
import { eachOf } from "./lists.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type {
  Condition,
  CounterDeclaration,
  LabelDeclaration,
  SessionDeclarations,
  StateKey,
  ValuesDeclaration,
} from "./model.ts";
import { recordPlace, type Node } from "./node.ts";
import { condition } from "./read-condition.ts";
import { slippedFrom } from "../text/slip.ts";
import { duration, identifier, integer, invalid, oneOf } from "./scalars.ts";

const KEYS = ["session", "subject", "on_behalf_of", "tenant"] as const;

/** Words of other products, and the key that is meant. */
const OTHER_KEYS: ReadonlyMap<string, (typeof KEYS)[number]> = new Map([
  ["agent", "subject"],
  ["caller", "subject"],
  ["user", "on_behalf_of"],
  ["person", "on_behalf_of"],
  ["conversation", "session"],
]);

function keyHelp(word: string): string {
  const meant = slippedFrom(word, KEYS) ?? OTHER_KEYS.get(word);
  return meant === undefined
    ? `write ${KEYS.join(", ")}, or a condition that gives a text, such as \`args.account\``
    : `did you mean ${quoted(meant)}?`;
}

/** One of the four keys, or a condition that gives a string (design 5.2). */
const stateKey: Decode<StateKey> = (node, log) => {
  const by = KEYS.find((key) => node.kind === "scalar" && node.value === key);
  if (by !== undefined) return { by };
  // a word by itself names no text of a call
  if (node.kind === "scalar" && typeof node.value === "string" && /^[\w-]+$/.test(node.value))
    return invalid(node, `${quoted(node.source)} is not a key`, log, keyHelp(node.value));
  const read = condition(node, log);
  return read === undefined ? undefined : { by: "condition", condition: read };
};

const DECLARATION = {
  name: required(identifier()),
  when: optional(condition),
  on: defaulted(oneOf(["permitted", "completed", "attempted"]), "permitted"),
  key: defaulted(stateKey, { by: "session" }),
};

export const LABEL = { ...DECLARATION };
export const COUNTER = { ...DECLARATION, add: required(condition), within: optional(duration) };

/** How many values are kept unless the declaration says otherwise (design 5.1). */
const MAX_VALUES = 1000;
export const VALUES = { ...COUNTER, max: defaulted(integer(1), MAX_VALUES) };

/**
 * What stands in for a broken `add`. WHY not drop the declaration: the set cannot be loaded anyway,
 * and conditions that read its name are not wrong for that.
 */
function placeholder(node: Node): Condition | undefined {
  const parsed = parseExpression("0");
  return parsed.ok
    ? { text: "0", expr: parsed.expr, place: node.place, toFile: () => node.place.span.start }
    : undefined;
}

type Part = Partial<Fields<typeof DECLARATION>>;

function declaration(part: Part, node: Node): LabelDeclaration | undefined {
  if (part.name === undefined) return undefined;
  return {
    ...part,
    name: part.name,
    on: part.on ?? "permitted",
    key: part.key ?? { by: "session" },
    place: recordPlace(node, "name"),
  };
}

const label: Decode<LabelDeclaration> = (node, log) =>
  declaration(readFields(node, LABEL, "a label", log)?.part ?? {}, node);

function counted(
  node: Node,
  part: Partial<Fields<typeof COUNTER>>,
): CounterDeclaration | undefined {
  const base = declaration(part, node);
  const add = part.add ?? placeholder(node);
  return base === undefined || add === undefined ? undefined : { ...base, ...part, ...base, add };
}

const counter: Decode<CounterDeclaration> = (node, log) =>
  counted(node, readFields(node, COUNTER, "a counter", log)?.part ?? {});

const values: Decode<ValuesDeclaration> = (node, log) => {
  const part: Partial<Fields<typeof VALUES>> =
    readFields(node, VALUES, "a value list", log)?.part ?? {};
  const base = counted(node, part);
  return base === undefined ? undefined : { ...base, max: part.max ?? MAX_VALUES };
};

export const SESSION = {
  labels: defaulted(eachOf(label), []),
  counters: defaulted(eachOf(counter), []),
  values: defaulted(eachOf(values), []),
};

const NO_DECLARATIONS: SessionDeclarations = { labels: [], counters: [], values: [] };

/** A policy's declarations; broken ones keep their names. */
export function sessionDeclarations(node: Node, log: DiagnosticSink): SessionDeclarations {
  return { ...NO_DECLARATIONS, ...readFields(node, SESSION, "`session`", log)?.part };
}
