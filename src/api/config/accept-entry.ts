import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isJsonObject, member, type Json, type JsonObject } from "../../request/json.ts";
import { canonicalJson } from "../../request/canonical-json.ts";
import { ACCEPTED_FIELDS, readGate, type ACCEPTED_TEXTS } from "./gate-config.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { readYamlValue } from "../yaml-value.ts";

/** One entry of `gate.accepted`, as it is written. */
export type AcceptedEntry = Readonly<Record<(typeof ACCEPTED_TEXTS)[number], string>> & {
  readonly calls: number;
};

function valueOf(name: string, text: string): JsonObject {
  const { value } = readYamlValue({ name, text, code: "config" });
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new UserError("config", `${name} has to be a map`);
  return value;
}

const byText = (a: Json, b: Json): number => (canonicalJson(a) < canonicalJson(b) ? -1 : 1);

/** The same with its accepted changes in one order. */
function ordered(value: JsonObject): JsonObject {
  const gate = member(value, "gate");
  const accepted = isJsonObject(gate) ? gate["accepted"] : undefined;
  return isJsonObject(gate) && Array.isArray(accepted)
    ? { ...value, gate: { ...gate, accepted: [...accepted].sort(byText) } }
    : value;
}

/**
 * What the configuration has to say once the entries are in it: those of the same groups are
 * replaced.
 */
function expectedValue(old: JsonObject, entries: readonly AcceptedEntry[]): JsonObject {
  const gate = member(old, "gate") ?? {};
  if (!isJsonObject(gate)) throw new UserError("config", "`gate` of agentz.yaml has to be a map");
  const accepted: Json = gate["accepted"] ?? [];
  if (!Array.isArray(accepted))
    throw new UserError("config", "`accepted` in `gate` of agentz.yaml has to be a list");
  const groups = new Set(entries.map(({ group }) => group));
  const kept = accepted.filter(
    (one: Json) =>
      !(isJsonObject(one) && typeof one["group"] === "string" && groups.has(one["group"])),
  );
  return {
    ...old,
    gate: { ...gate, accepted: [...kept, ...entries.map((entry) => ({ ...entry }))].sort(byText) },
  };
}

/** A change of a text: what stands between two offsets becomes another text. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A collection of the file: where it stands, and whether in braces or brackets. */
type Collection = YAMLMap | YAMLSeq;

const startOf = (node: Collection): number => node.range?.[0] ?? 0;

/** An entry in braces, as JSON writes it: YAML reads that too. */
function inBraces(entry: AcceptedEntry): string {
  return (
    "{ " +
    `${ACCEPTED_FIELDS.map((field) => `${JSON.stringify(field)}: ${JSON.stringify(entry[field])}`).join(", ")} ` +
    "}"
  );
}

/** An entry over several lines, the first of which the caller has indented. */
function inLines(entry: AcceptedEntry, indent: string): string {
  const pairs = Object.fromEntries(ACCEPTED_FIELDS.map((field) => [field, entry[field]]));
  return stringify(pairs, { lineWidth: 0 }).trimEnd().split("\n").join(`\n${indent}`);
}

/** Items of a list in a block, a line's end behind each. */
function itemLines(entries: readonly AcceptedEntry[], indent: string): string {
  return entries.map((entry) => `${indent}- ${inLines(entry, `${indent}  `)}\n`).join("");
}

/** Behind the opening brace or bracket. */
function intoFlow(node: Collection, text: string): Edit {
  const at = startOf(node) + 1;
  return { from: at, to: at, text: node.items.length === 0 ? ` ${text} ` : ` ${text},` };
}

/** Below the line of a key. */
function below(source: string, key: Scalar, text: string): Edit {
  const end = source.indexOf("\n", key.range?.[1] ?? 0);
  return end < 0
    ? { from: source.length, to: source.length, text: `\n${text}` }
    : { from: end + 1, to: end + 1, text };
}

function indentAt(source: string, offset: number): string {
  return " ".repeat(offset - (source.lastIndexOf("\n", offset - 1) + 1));
}

interface Found {
  readonly key: Scalar;
  /** Undefined: nothing but the key. */
  readonly value: Collection | undefined;
}

function find(map: YAMLMap, name: string): Found | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === name);
  if (pair === undefined || !isScalar(pair.key)) return undefined;
  const { value } = pair;
  return { key: pair.key, value: isMap(value) || isSeq(value) ? value : undefined };
}

/** Puts entries into the list of accepted changes, wherever that is to stand. */
function added(source: string, root: unknown, entries: readonly AcceptedEntry[]): Edit {
  const flow = `"accepted": [${entries.map(inBraces).join(", ")}]`;
  const lines = (indent: string): string =>
    `${indent}accepted:\n${itemLines(entries, `${indent}  `)}`;
  if (!isMap(root))
    return {
      from: source.length,
      to: source.length,
      text: `${/[^\n]$/.test(source) ? "\n" : ""}gate:\n${lines("  ")}`,
    };
  const gate = find(root, "gate");
  if (gate === undefined)
    return root.flow === true
      ? intoFlow(root, `"gate": { ${flow} }`)
      : added(source, undefined, entries);
  if (!isMap(gate.value)) return below(source, gate.key, lines("  "));
  if (gate.value.flow === true && find(gate.value, "accepted") === undefined)
    return intoFlow(gate.value, flow);
  const indent = indentAt(source, startOf(gate.value));
  const accepted = find(gate.value, "accepted");
  if (accepted === undefined) return below(source, gate.key, lines(indent));
  if (accepted.value === undefined)
    return below(source, accepted.key, itemLines(entries, `${indent}  `));
  if (accepted.value.flow === true)
    return intoFlow(accepted.value, entries.map(inBraces).join(", "));
  return below(source, accepted.key, itemLines(entries, indentAt(source, startOf(accepted.value))));
}

/** Puts an entry in the place of the one of its group; undefined: there is none. */
function replaced(source: string, root: unknown, entry: AcceptedEntry): Edit | undefined {
  const gate = isMap(root) ? find(root, "gate")?.value : undefined;
  const accepted = isMap(gate) ? find(gate, "accepted")?.value : undefined;
  const old = isSeq(accepted)
    ? accepted.items.find(
        (item): item is YAMLMap => isMap(item) && item.get("group") === entry.group,
      )
    : undefined;
  if (old?.range === undefined || old.range === null) return undefined;
  const [from, end] = old.range;
  const to = from + source.slice(from, end).trimEnd().length;
  return {
    from,
    to,
    text: old.flow === true ? inBraces(entry) : inLines(entry, indentAt(source, from)),
  };
}

function withEdit(source: string, { from, to, text }: Edit): string {
  return `${source.slice(0, from)}${text}${source.slice(to)}`;
}

/** WHY by hand: the library would write the whole file anew, and lose comments of what is empty. */
function withEntries(text: string, entries: readonly AcceptedEntry[]): string {
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const crlf = text.includes("\r\n");
  let source = text.slice(mark.length).replaceAll("\r\n", "\n");
  const rootOf = (): unknown => parseDocument(source, { version: "1.2", schema: "core" }).contents;
  const fresh: AcceptedEntry[] = [];
  for (const entry of entries) {
    const edit = replaced(source, rootOf(), entry);
    if (edit === undefined) fresh.push(entry);
    else source = withEdit(source, edit);
  }
  if (fresh.length > 0) source = withEdit(source, added(source, rootOf(), fresh));
  return `${mark}${crlf ? source.replaceAll("\n", "\r\n") : source}`;
}

/**
 * The text of agentz.yaml with accepted changes in it: comments and everything else stay, an entry
 * of the same group is replaced. INVARIANT: what comes out says what it is to say, or nothing comes
 * out: the new text is read again.
 */
export function acceptedText(
  name: string,
  text: string,
  entries: readonly AcceptedEntry[],
): string {
  const expected = expectedValue(valueOf(name, text), entries);
  const written = withEntries(text, entries);
  if (canonicalJson(ordered(valueOf(name, written))) !== canonicalJson(expected)) {
    throw new UserError("config", `agentz cannot add an entry to \`${name}\` as it is written`, {
      help: "add the entry yourself: `agentz replay --format json` gives `id` and `rulesDigest` of the group",
    });
  }
  readGate(member(valueOf(name, written), "gate") ?? {});
  return written;
}
