import { quoted, type DiagnosticSink } from "./log.ts";
import { entryOf, type MapNode, type Node } from "./node.ts";

/** A part of a schema that is a schema itself, by the reference that leads to it. */
export interface Subschema {
  readonly pointer: string;
  readonly node: Node;
}

/** Collected while a schema is read. */
export type Subschemas = Subschema[];

const LISTS = ["allOf", "anyOf", "oneOf"];
const SINGLE = ["not", "if", "then", "else"];

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

/** Where a `$ref` leads to: the reference as a pointer, and its place. */
function referenceOf(node: Node): { readonly to: string; readonly at: Node } | undefined {
  const entry = node.kind === "map" ? entryOf(node, "$ref") : undefined;
  if (entry?.value.kind !== "scalar" || typeof entry.value.value !== "string") return undefined;
  return { to: decoded(entry.value.value), at: entry.value };
}

/** The schemas that are asked about the same value as `node` is, but for its `$ref`. */
function inPlace(node: MapNode): readonly Node[] {
  const listed = LISTS.flatMap((name) => {
    const value = entryOf(node, name)?.value;
    return value?.kind === "list" ? value.items : [];
  });
  const single = SINGLE.flatMap((name) => entryOf(node, name)?.value ?? []);
  const dependent = entryOf(node, "dependentSchemas")?.value;
  const bound = dependent?.kind === "map" ? dependent.entries.map((entry) => entry.value) : [];
  return [...listed, ...single, ...bound];
}

function steps(node: Node, byPointer: ReadonlyMap<string, Node>): readonly Node[] {
  if (node.kind !== "map") return [];
  const reference = referenceOf(node);
  const target = reference === undefined ? undefined : byPointer.get(reference.to);
  return target === undefined ? inPlace(node) : [target, ...inPlace(node)];
}

/** Whether a check of one value by `start` would come back to `start` with the same value. */
function returns(start: Node, byPointer: ReadonlyMap<string, Node>): boolean {
  const seen = new Set<Node>();
  const open = [...steps(start, byPointer)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === start) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...steps(node, byPointer));
  }
  return false;
}

/**
 * Reports each `$ref` that leads nowhere, out of the schema, or back to where it stands without
 * end.
 */
export function checkReferences(subschemas: Subschemas, log: DiagnosticSink): void {
  const byPointer = new Map(subschemas.map(({ pointer, node }) => [pointer, node]));
  const add = (at: Node, message: string, help: string): void =>
    log.add({ code: "invalid-schema", place: at.place, message, help });
  for (const node of new Set(subschemas.map((one) => one.node))) {
    const reference = referenceOf(node);
    if (reference === undefined) continue;
    const { to, at } = reference;
    const define = "put the definition under `$defs` and refer to `#/$defs/<name>`";
    if (!to.startsWith("#")) add(at, `the schema refers to ${quoted(to)}, outside itself`, define);
    else if (!byPointer.has(to))
      add(at, `the schema refers to ${quoted(to)}, but has no such part`, define);
    else if (returns(node, byPointer)) {
      const message = `${quoted(to)} leads back here, so the check of a value would never end`;
      add(at, message, "refer to it from below `properties` or `items`");
    }
  }
}
