import { nearestWord } from "../text/edit-distance.ts";
import { didYouMean, quoted, type DiagnosticSink } from "./log.ts";
import { describeNode, entryOf, headSpan, type MapNode, type Node } from "./node.ts";

/** Reads a node; undefined means that what is wrong has been reported. */
export type Decode<T> = (node: Node, log: DiagnosticSink) => T | undefined;

type Presence = "required" | "optional";

/**
 * One field of a closed record. `yaml` is its name in the document where that differs from ours.
 */
export interface Field<T, P extends Presence> {
  readonly presence: P;
  readonly decode: Decode<T>;
  readonly yaml?: string;
  readonly fallback?: T;
}

export interface Shape {
  readonly [name: string]: Field<unknown, Presence>;
}

type Of<F> = F extends Field<infer T, Presence> ? T : never;

/** What a shape reads: required and defaulted fields are there, optional ones may be missing. */
export type Fields<S extends Shape> = {
  readonly [K in keyof S as S[K] extends Field<unknown, "required"> ? K : never]: Of<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends Field<unknown, "optional"> ? K : never]?: Of<S[K]>;
};

/** `whole` is set where every field is sound, `part` holds those that are. */
export interface Reading<S extends Shape> {
  readonly node: MapNode;
  readonly whole: Fields<S> | undefined;
  readonly part: Partial<Fields<S>>;
}

export function required<T>(decode: Decode<T>, yaml?: string): Field<T, "required"> {
  return { presence: "required", decode, ...(yaml !== undefined && { yaml }) };
}

export function optional<T>(decode: Decode<T>, yaml?: string): Field<T, "optional"> {
  return { presence: "optional", decode, ...(yaml !== undefined && { yaml }) };
}

/** Like {@link optional}, but what is left out reads as `fallback`. */
export function defaulted<T>(decode: Decode<T>, fallback: T, yaml?: string): Field<T, "required"> {
  return { presence: "required", decode, fallback, ...(yaml !== undefined && { yaml }) };
}

/** The names that a record has in a document, in the order of its table. */
export function fieldNames(shape: Shape): readonly string[] {
  return Object.entries(shape).map(([name, field]) => field.yaml ?? name);
}

/** Those of them that have to be there. */
export function requiredNames(shape: Shape): readonly string[] {
  return Object.entries(shape)
    .filter(([, field]) => field.presence === "required" && field.fallback === undefined)
    .map(([name, field]) => field.yaml ?? name);
}

/** Fields of other products, and the field that says the same. */
const OTHER_FIELDS: ReadonlyMap<string, string> = new Map([
  ...["condition", "conditions", "if", "expression"].map((name) => [name, "when"] as const),
  ...["principal", "principals"].map((name) => [name, "subjects"] as const),
  ["tools", "actions"],
  ["message", "reason"],
  ["now", "at"],
  ...["request", "input", "given"].map((name) => [name, "call"] as const),
  ...["calls", "steps"].map((name) => [name, "session"] as const),
  ...["then", "want", "result"].map((name) => [name, "expect"] as const),
]);

/** What to do instead of fields that decide something in other products. */
const NO_FIELDS: ReadonlyMap<string, string> = new Map([
  ["enabled", "remove the rule, or write `mode: shadow`: it is then evaluated and decides nothing"],
  [
    "disabled",
    "remove the rule, or write `mode: shadow`: it is then evaluated and decides nothing",
  ],
  ...["priority", "order", "weight"].map(
    (name) =>
      [
        name,
        "the order of rules never matters: deny overrides require_approval, which overrides allow",
      ] as const,
  ),
]);

/** What a field that is not known is most likely meant to be. */
function fieldHelp(key: string, known: readonly string[]): string {
  // YAML indents with spaces alone: other blanks, which nobody sees, are part of the name
  if (/^[^\S ]|[^\S ]$/u.test(key))
    return `blanks that are no spaces stand around \`${key.trim()}\`: write spaces instead`;
  const help = known.includes("effect") ? NO_FIELDS.get(key) : undefined;
  const other = OTHER_FIELDS.get(key);
  if (help !== undefined) return help;
  return other !== undefined && known.includes(other)
    ? `did you mean \`${other}\`?`
    : didYouMean(key, known);
}

function reportUnknown(
  node: MapNode,
  known: readonly string[],
  what: string,
  log: DiagnosticSink,
): void {
  for (const entry of node.entries) {
    if (known.includes(entry.key)) continue;
    const message = `${what} has no field ${quoted(entry.key)}`;
    const cut =
      /[^\w .-]/.test(entry.key) && entry.value.kind === "scalar" && entry.value.value === null;
    const help = cut
      ? "within braces a comma ends an unquoted text: put the text before it in quotes"
      : fieldHelp(entry.key, known);
    log.add({ code: "unknown-field", place: entry.keyPlace, message, help });
  }
}

interface Context {
  readonly what: string;
  readonly known: readonly string[];
  readonly log: DiagnosticSink;
}

/**
 * WHY the near miss is left out: `unknown-field` has already asked whether this field was meant.
 */
function reportMissing(node: MapNode, name: string, context: Context): void {
  if (
    node.entries.some(
      ({ key }) => !context.known.includes(key) && nearestWord(key, context.known) === name,
    )
  )
    return;
  context.log.add({
    code: "missing-field",
    place: node.place,
    span: headSpan(node),
    message: `${context.what} needs ${quoted(name)}`,
    ...(name === "version" ? { help: "begin with `version: 1.0.0`" } : {}),
  });
}

/** A map, or undefined with a report that says what stands there instead. */
export function mapNode(node: Node, what: string, log: DiagnosticSink): MapNode | undefined {
  if (node.kind === "map") return node;
  if (node.kind !== "broken")
    log.add({
      code: "wrong-type",
      place: node.place,
      message: `${what} has to be a map, not ${describeNode(node)}`,
    });
  return undefined;
}

interface FieldReading {
  readonly ok: boolean;
  readonly value?: unknown;
}

function readField(
  node: MapNode,
  name: string,
  field: Field<unknown, Presence>,
  context: Context,
): FieldReading {
  const key = field.yaml ?? name;
  const entry = entryOf(node, key);
  if (entry !== undefined) {
    const before = context.log.count;
    const value = field.decode(entry.value, context.log);
    return { ok: value !== undefined && context.log.count === before, value };
  }
  if (field.fallback !== undefined) return { ok: true, value: field.fallback };
  if (field.presence === "optional") return { ok: true };
  reportMissing(node, key, context);
  return { ok: false };
}

/**
 * Reads a closed record: every unknown, missing or broken field is reported. Undefined where the
 * node is no map.
 */
export function readFields<S extends Shape>(
  node: Node,
  shape: S,
  what: string,
  log: DiagnosticSink,
): Reading<S> | undefined;
export function readFields(
  node: Node,
  shape: Shape,
  what: string,
  log: DiagnosticSink,
): Reading<Shape> | undefined {
  const map = mapNode(node, what, log);
  if (map === undefined) return undefined;
  const before = log.count;
  const known = fieldNames(shape);
  reportUnknown(map, known, what, log);
  const part: { [name: string]: unknown } = {};
  let ok = log.count === before;
  for (const [name, field] of Object.entries(shape)) {
    const read = readField(map, name, field, { what, known, log });
    ok &&= read.ok;
    if (read.value !== undefined) part[name] = read.value;
  }
  return { node: map, whole: ok ? part : undefined, part };
}
