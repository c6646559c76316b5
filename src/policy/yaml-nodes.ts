import { isExactNumber } from "../text/exact-number.ts";
import {
  isAlias,
  isMap,
  isScalar,
  type Document,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
  type Alias,
} from "yaml";
import type { Source, Span } from "../text/span.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type { Place } from "./model.ts";
import { commentBehind, memberPath, type Entry, type Node } from "./node.ts";
import { scalarOffsets, type ScalarStyle } from "./scalar-offsets.ts";
import { MAX_DEPTH, reportSlip, type ParsedDocument } from "./yaml-parse.ts";
import { quoteHelp, type Slip } from "./yaml-slips.ts";

/**
 * What an alias may cost: expansions in a document, those within expansions included, and nodes
 * they add up to.
 */
const MAX_EXPANSIONS = 100;
const MAX_NODES = 1_000_000;

const TAG = "tag:yaml.org,2002:";
const SCALAR_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null"].map((name) => TAG + name),
);

interface Walk {
  readonly path: string;
  readonly depth: number;
}

/**
 * Turns the parser's tree into located nodes, expands aliases and reports what JSON does not know.
 * Aliases are counted as they are expanded, nested ones again each time, so that a bomb ends after
 * 100 of them.
 */
export class NodeBuilder {
  readonly #source: Source;
  readonly #base: number;
  readonly #document: Document.Parsed<ParsedNode>;
  readonly #log: DiagnosticSink;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #open = new Set<ParsedNode>();
  readonly #slips: ReadonlyMap<number, Slip>;
  readonly #told = new Set<Slip>();
  #expansions = 0;
  #nodes = 0;

  constructor(source: Source, parsed: ParsedDocument, log: DiagnosticSink) {
    this.#source = source;
    this.#base = parsed.base;
    this.#document = parsed.document;
    this.#slips = new Map(parsed.slips.map((slip) => [slip.span.start, slip]));
    this.#log = log;
  }

  /** The document's root; undefined where the document is empty. */
  build(): Node | undefined {
    const contents = this.#document.contents;
    const root =
      contents === null || this.#isNothing(contents)
        ? undefined
        : this.#node(contents, { path: "$", depth: 0 });
    for (const slip of this.#slips.values())
      if (!this.#told.has(slip)) reportSlip(slip, this.#source, this.#log);
    return root;
  }

  /** The slip that stands where a scalar does; it is told once. */
  #slip(node: Scalar.Parsed, path: string): Node | undefined {
    const slip = this.#slips.get(node.range[0] + this.#base);
    if (slip === undefined) return undefined;
    if (!this.#told.has(slip)) reportSlip(slip, this.#source, this.#log, path);
    this.#told.add(slip);
    return this.#broken(node, path);
  }

  #isNothing(node: ParsedNode): boolean {
    return (
      isScalar(node) && node.value === null && (node.source ?? "") === "" && node.tag === undefined
    );
  }

  #place(span: Span, path: string): Place {
    return { file: this.#source.file, span, path };
  }

  #span(node: ParsedNode): Span {
    const [start, end] = node.range;
    return { start: start + this.#base, end: end + this.#base };
  }

  #broken(node: ParsedNode, path: string): Node {
    return { kind: "broken", place: this.#place(this.#span(node), path) };
  }

  #node(node: ParsedNode, walk: Walk): Node {
    this.#nodes++;
    if (isAlias(node)) return this.#alias(node, walk);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#slip(node, walk.path) ?? this.#scalar(node, walk.path);
    if (walk.depth > MAX_DEPTH) {
      return this.#refuse(node, walk.path, {
        code: "nesting-limit",
        message: `the document nests more than ${MAX_DEPTH} levels deep`,
      });
    }
    this.#open.add(node);
    const built = isMap(node) ? this.#map(node, walk) : this.#list(node, walk);
    this.#open.delete(node);
    return built;
  }

  #refuse(
    node: ParsedNode,
    path: string,
    why: {
      readonly code: "alias-limit" | "nesting-limit" | "unsupported-value" | "yaml-syntax";
      readonly message: string;
      readonly help?: string;
    },
  ): Node {
    const broken = this.#broken(node, path);
    this.#log.add({ ...why, place: broken.place });
    return broken;
  }

  #alias(alias: Alias.Parsed, walk: Walk): Node {
    const target = this.#anchors.get(alias.source);
    const name = quoted(`*${alias.source}`);
    if (target === undefined)
      return this.#refuse(alias, walk.path, {
        code: "yaml-syntax",
        message: `there is no anchor for the alias ${name} before it`,
        help: `to write a text, put it in quotes: \`"*${alias.source}"\``,
      });
    if (this.#open.has(target))
      return this.#refuse(alias, walk.path, {
        code: "alias-limit",
        message: `the alias ${name} is inside the node that it names`,
      });
    this.#expansions++;
    if (this.#expansions <= MAX_EXPANSIONS && this.#nodes <= MAX_NODES)
      return this.#node(target, walk);
    if (this.#expansions > MAX_EXPANSIONS + 1) return this.#broken(alias, walk.path);
    return this.#refuse(alias, walk.path, {
      code: "alias-limit",
      message: `the document expands more than ${MAX_EXPANSIONS} aliases`,
      help: "write out the values",
    });
  }

  #tagFault(node: ParsedNode, known: (tag: string) => boolean): boolean {
    const tag = "tag" in node ? node.tag : undefined;
    return tag !== undefined && tag !== "!" && !known(tag);
  }

  #tagged(node: Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed, path: string): Node {
    const tag = (node.tag ?? "").replace(TAG, "!!");
    const { start, end } = this.#span(node);
    // the node's own range begins behind its tag
    const from = Math.max(0, this.#source.text.lastIndexOf(tag, start));
    const written = this.#source.text.slice(from, end).trimEnd();
    const place = this.#place({ start: from, end: from + written.length }, path);
    this.#log.add({ code: "unsupported-value", place, ...tagFault(tag, path) });
    return { kind: "broken", place };
  }

  #scalar(node: Scalar.Parsed, path: string): Node {
    const value: unknown = node.value;
    // WHY the source: a tag that does not fit its text (`!!int abc`) leaves text behind with only a
    // warning.
    if (this.#tagFault(node, (tag) => SCALAR_TAGS.has(tag) && fitsTag(tag, value)))
      return this.#tagged(node, path);
    if (typeof value === "number" && !Number.isFinite(value)) {
      return this.#refuse(node, path, {
        code: "unsupported-value",
        message: `JSON has no number ${quoted(node.source ?? "")}`,
      });
    }
    if (typeof value === "number" && !isExactNumber(node.source ?? "")) {
      const help = "write an id in quotes; write an amount as a number that a double can represent";
      return this.#refuse(node, path, {
        code: "unsupported-value",
        message: `a double cannot represent the number ${quoted(node.source ?? "")}, so it would be rounded`,
        help,
      });
    }
    if (
      value !== null &&
      typeof value !== "string" &&
      typeof value !== "number" &&
      typeof value !== "boolean"
    )
      return this.#tagged(node, path);
    return this.#located(node, value, path);
  }

  #located(node: Scalar.Parsed, value: null | boolean | number | string, path: string): Node {
    const span = this.#span(node);
    const place = this.#place(
      typeof node.type === "string" && node.type.startsWith("BLOCK") ? this.#blockSpan(span) : span,
      path,
    );
    const written = {
      source: this.#source.text,
      ...span,
      value: typeof value === "string" ? value : (node.source ?? ""),
    };
    const style = styleOf(node);
    const comment = style === "plain" ? commentBehind(this.#source.text, span.end) : {};
    return {
      kind: "scalar",
      value,
      place,
      source: node.source ?? "",
      toFile: scalarOffsets(written, style),
      ...comment,
    };
  }

  /** A block scalar without the line break at its end. */
  #blockSpan(span: Span): Span {
    const text = this.#source.text.slice(span.start, span.end);
    return { start: span.start, end: span.start + text.trimEnd().length };
  }

  #list(node: YAMLSeq.Parsed, walk: Walk): Node {
    if (this.#tagFault(node, (tag) => tag === `${TAG}seq`)) return this.#tagged(node, walk.path);
    const items = node.items.map((item, i) =>
      this.#item(item, { path: `${walk.path}[${i}]`, depth: walk.depth + 1 }),
    );
    return { kind: "list", items, place: this.#place(this.#span(node), walk.path) };
  }

  /** `[a: b]` holds a pair without braces: a map of one. */
  #item(item: ParsedNode | Pair<ParsedNode, ParsedNode | null>, walk: Walk): Node {
    if (!("key" in item)) return this.#node(item, walk);
    const entries = this.#entries([item], walk);
    return { kind: "map", entries, place: this.#place(this.#span(item.key), walk.path) };
  }

  #map(node: YAMLMap.Parsed, walk: Walk): Node {
    if (this.#tagFault(node, (tag) => tag === `${TAG}map`)) return this.#tagged(node, walk.path);
    return {
      kind: "map",
      entries: this.#entries(node.items, walk),
      place: this.#place(this.#span(node), walk.path),
    };
  }

  #entries(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], walk: Walk): readonly Entry[] {
    const first = new Map<string, Entry>();
    for (const pair of pairs) {
      const key = this.#key(pair.key, walk.path);
      const path = key === undefined ? walk.path : memberPath(walk.path, key);
      const span = this.#span(pair.key);
      const value = this.#value(pair, { path, depth: walk.depth + 1 });
      if (key === undefined) continue;
      const entry = { key, keyPlace: this.#place(span, path), value };
      const known = first.get(key);
      if (known === undefined) first.set(key, entry);
      else this.#duplicate(entry, known);
    }
    return [...first.values()];
  }

  #value(pair: Pair<ParsedNode, ParsedNode | null>, walk: Walk): Node {
    if (pair.value !== null) return this.#node(pair.value, walk);
    const { end } = this.#span(pair.key);
    return {
      kind: "scalar",
      value: null,
      source: "",
      place: this.#place({ start: end, end }, walk.path),
      toFile: () => end,
    };
  }

  #duplicate(entry: Entry, known: Entry): void {
    this.#log.add({
      code: "duplicate-key",
      place: entry.keyPlace,
      message: `the map has the key ${quoted(entry.key)} twice`,
      help: "keep one of the two",
      notes: [{ message: "the first one", file: known.keyPlace.file, span: known.keyPlace.span }],
    });
  }

  #key(node: ParsedNode, path: string): string | undefined {
    if (
      !isScalar(node) ||
      typeof node.value !== "string" ||
      this.#tagFault(node, (tag) => tag === `${TAG}str`)
    ) {
      const help = isScalar(node) ? "put the key in quotes" : "write the key as text";
      this.#refuse(node, path, {
        code: "unsupported-value",
        message: "a key has to be text",
        help,
      });
      return undefined;
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.value !== "<<" || node.type !== "PLAIN") return node.value;
    this.#log.add({
      code: "unknown-field",
      place: this.#place(this.#span(node), memberPath(path, "<<")),
      message: "YAML 1.2 has no merge keys, `<<` is a key like any other",
      help: "write out the fields",
    });
    return undefined;
  }
}

/** WHY of the author's own tags: they are hardly meant as such, `!` being CEL's "not". */
function tagFault(tag: string, path: string): { readonly message: string; readonly help: string } {
  if (!tag.startsWith("!") || tag.startsWith("!!")) {
    return {
      message: `JSON has no value for ${quoted(tag)}`,
      help: "remove the tag, and write a text, a number, a boolean, a list or a map",
    };
  }
  return {
    message: `\`!\` begins a tag in YAML, and there is no tag ${quoted(tag)}`,
    help: quoteHelp(path),
  };
}

function fitsTag(tag: string, value: unknown): boolean {
  switch (tag.slice(TAG.length)) {
    case "str":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "null":
      return value === null;
    default:
      return typeof value === "number";
  }
}

function styleOf(node: Scalar.Parsed): ScalarStyle {
  switch (node.type) {
    case "QUOTE_DOUBLE":
      return "double";
    case "QUOTE_SINGLE":
      return "single";
    case "PLAIN":
    case undefined:
      return "plain";
    default:
      return "block";
  }
}
