import type { Json } from "../request/json.ts";
import type { Span } from "../text/span.ts";
import type { Place } from "./place.ts";

/** A YAML value as JSON sees it, every part of it with its place. */
export type Node = ScalarNode | ListNode | MapNode | BrokenNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: null | boolean | number | string;
  readonly place: Place;
  /**
   * The text in the file: that of a plain scalar is what a condition written as `true` or `1` is
   * read from.
   */
  readonly source: string;
  /** Maps an offset of a string value to one of the file, through quotes, folding and escapes. */
  readonly toFile: (offset: number) => number;
  /** The comment behind a plain scalar, in its line, without its `#`. */
  readonly comment?: string;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly place: Place;
}

export interface Entry {
  readonly key: string;
  /** Of the key itself; its path is that of the value. */
  readonly keyPlace: Place;
  readonly value: Node;
}

/** The entries in the order written; no key twice. */
export interface MapNode {
  readonly kind: "map";
  readonly entries: readonly Entry[];
  readonly place: Place;
}

/** Something that has already been reported; whoever meets it stays silent. */
export interface BrokenNode {
  readonly kind: "broken";
  readonly place: Place;
}

const COMMENT = /[ \t]+#([^\r\n]*)/y;

/**
 * The comment that follows a plain scalar in its line: what stands in it may have been meant as
 * part of the text.
 */
export function commentBehind(text: string, end: number): { readonly comment?: string } {
  // WHY first: nearly every scalar ends its line
  const next = text.charCodeAt(end);
  if (next !== 32 && next !== 9) return {};
  COMMENT.lastIndex = end;
  const comment = COMMENT.exec(text)?.[1];
  return comment === undefined ? {} : { comment };
}

/** The YAML path of a member: `$.rules[3].when`, `$.data["own domains"]`. */
export function memberPath(path: string, key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** The entry of `key`, if there is one. */
export function entryOf(node: MapNode, key: string): Entry | undefined {
  return node.entries.find((entry) => entry.key === key);
}

/** Where a person looks for a whole map: its first key; for anything else, itself. */
export function headSpan(node: Node): Span {
  return node.kind === "map"
    ? (node.entries[0]?.keyPlace.span ?? node.place.span)
    : node.place.span;
}

/**
 * The place of a record: its own path, and the span of what names it, where a person looks for it.
 */
export function recordPlace(node: Node, key: string): Place {
  const named = node.kind === "map" ? entryOf(node, key)?.value : undefined;
  return { ...node.place, span: named?.kind === "scalar" ? named.place.span : headSpan(node) };
}

/** True where the node or something in it has already been reported. */
export function isBroken(node: Node): boolean {
  if (node.kind === "list") return node.items.some(isBroken);
  return node.kind === "map"
    ? node.entries.some((entry) => isBroken(entry.value))
    : node.kind === "broken";
}

/**
 * The plain JSON of a node; what is broken is null. Keys are own properties, whatever they are
 * called.
 */
export function toJson(node: Node): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toJson);
    case "map": {
      const object: { [key: string]: Json } = Object.create(null);
      for (const entry of node.entries) object[entry.key] = toJson(entry.value);
      return object;
    }
    case "broken":
      return null;
  }
}

/** What a node is called in a message: `a list`, `text`, `nothing`. */
export function describeNode(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  if (node.kind === "broken" || node.value === null) return "nothing";
  return { string: "text", number: "a number", boolean: "a boolean" }[
    typeof node.value === "string"
      ? "string"
      : typeof node.value === "number"
        ? "number"
        : "boolean"
  ];
}
