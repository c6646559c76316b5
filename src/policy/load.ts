import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../text/span.ts";
import { didYouMean, DiagnosticSink, quoted } from "./log.ts";
import type { Document, Place } from "./model.ts";
import { describeNode, entryOf, headSpan, type MapNode, type Node } from "./node.ts";
import { nodeLocator, type Locator, type Part } from "./locate.ts";
import { readCatalog } from "./read-catalog.ts";
import { readInvariant } from "./read-invariant.ts";
import { readPolicy } from "./read-policy.ts";
import { readSuite } from "./read-suite.ts";
import { NodeBuilder } from "./yaml-nodes.ts";
import { parseYaml } from "./yaml-parse.ts";
import { readPlainYaml } from "./yaml-plain.ts";
import { splitDocuments } from "./yaml-split.ts";

export interface Loaded {
  /**
   * In the order written. What is broken in them is left out, so they mean something only where
   * there is no error.
   */
  readonly documents: readonly Document[];
  /** Every error, and a warning of every file without a document, sorted. */
  readonly diagnostics: readonly Diagnostic[];
  /** False where a document is missing from `documents` because it could not be read at all. */
  readonly complete: boolean;
  /** The kinds that those documents say they are; undefined where one says none. */
  readonly unread: readonly (string | undefined)[];
  /** The part of its file that a document stands in. */
  readonly spanOf: (document: Document) => Span;
  /** The located nodes of every document that is well-formed YAML, what is wrong in it included. */
  readonly roots: readonly LocatedRoot[];
  /** The place of the node at a YAML path of one of these documents, or of its nearest ancestor. */
  readonly locate: (document: Document, path: string, part?: Part) => Place;
}

/** The root of a document, and the part of its file that the document stands in. */
export interface LocatedRoot {
  readonly root: Node;
  readonly span: Span;
}

/** The version of the grammar that every document names. */
export const API_VERSION = "agentz/v1";

type Reader = (node: Node, log: DiagnosticSink) => Document | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["Policy", readPolicy],
  ["Catalog", readCatalog],
  ["Invariant", readInvariant],
  ["Suite", readSuite],
]);

function checkApiVersion(root: MapNode, log: DiagnosticSink): void {
  const entry = entryOf(root, "apiVersion");
  const help = `write \`apiVersion: ${API_VERSION}\``;
  if (entry === undefined) {
    log.add({
      code: "unknown-document",
      place: root.place,
      span: headSpan(root),
      message: "the document has no `apiVersion`",
      help,
    });
  } else if (entry.value.kind !== "scalar" || entry.value.value !== API_VERSION) {
    const found =
      entry.value.kind === "scalar" ? quoted(entry.value.source) : describeNode(entry.value);
    log.add({
      code: "unknown-document",
      place: entry.value.place,
      message: `the apiVersion ${found} is unknown`,
      help,
    });
  }
}

function readerOf(root: MapNode, log: DiagnosticSink): Reader | undefined {
  const entry = entryOf(root, "kind");
  const kinds = [...READERS.keys()];
  if (entry === undefined) {
    const help = `write \`kind:\` with one of ${kinds.join(", ")}`;
    log.add({
      code: "unknown-document",
      place: root.place,
      span: headSpan(root),
      message: "the document has no `kind`",
      help,
    });
    return undefined;
  }
  const value = entry.value.kind === "scalar" ? entry.value.value : undefined;
  const reader = typeof value === "string" ? READERS.get(value) : undefined;
  if (reader === undefined && entry.value.kind !== "broken") {
    const found = typeof value === "string" ? value : describeNode(entry.value);
    log.add({
      code: "unknown-document",
      place: entry.value.place,
      message: `the kind ${quoted(found)} is unknown`,
      help: didYouMean(found, kinds),
    });
  }
  return reader;
}

/** Whether somebody gave `agentz.yaml` itself. */
function isConfiguration(root: MapNode): boolean {
  const isNamed = /(?:^|[\\/])agentz\.yaml$/.test(root.place.file);
  return isNamed && ["apiVersion", "kind"].every((key) => entryOf(root, key) === undefined);
}

function readRoot(root: Node, log: DiagnosticSink): Document | undefined {
  if (root.kind === "broken") return undefined;
  if (root.kind !== "map") {
    log.add({
      code: "unknown-document",
      place: root.place,
      message: `a document has to be a map, not ${describeNode(root)}`,
      help: `begin it with \`apiVersion: ${API_VERSION}\``,
    });
    return undefined;
  }
  if (isConfiguration(root)) {
    log.add({
      code: "unknown-document",
      place: root.place,
      span: headSpan(root),
      message: "this is the configuration of agentz, not a policy",
      help: "give the paths of the policies, or no path to use those that the configuration names",
    });
    return undefined;
  }
  checkApiVersion(root, log);
  return readerOf(root, log)?.(root, log);
}

/**
 * The root of one document, `nothing` where it is empty, or undefined where it is not well-formed.
 */
function rootOf(source: Source, span: Span, log: DiagnosticSink): Node | "nothing" | undefined {
  const plain = readPlainYaml(source, span);
  if (plain !== undefined) return plain;
  const parsed = parseYaml(source, span, log);
  return parsed === undefined
    ? undefined
    : (new NodeBuilder(source, parsed, log).build() ?? "nothing");
}

/** The kind that a document says it is, although it cannot be read. */
function kindIn(text: string): string | undefined {
  const kind = /^kind:[ \t]*["']?(\w+)/m.exec(text)?.[1];
  return kind !== undefined && READERS.has(kind) ? kind : undefined;
}

/** A document of a source, as far as it can be read. */
interface ReadDocument {
  readonly span: Span;
  /** Undefined: it is not well-formed. */
  readonly root: Node | undefined;
  /** Undefined: it cannot be read. */
  readonly read: { readonly document: Document; readonly locator: Locator } | undefined;
}

/** WHY no error: an empty file says nothing that could be decided otherwise than it was meant. */
function reportEmpty({ file, text }: Source, log: DiagnosticSink): void {
  log.add({
    code: "unknown-document",
    severity: "warning",
    place: { file, span: { start: 0, end: 0 }, path: "$" },
    message: text.trim() === "" ? "the file is empty" : "the file holds nothing but comments",
    help: "write a document into it, or remove it",
  });
}

function readSource(source: Source, log: DiagnosticSink): readonly ReadDocument[] {
  const spans = splitDocuments(source.text);
  if (spans.length === 0) reportEmpty(source, log);
  return spans.flatMap((span): readonly ReadDocument[] => {
    const root = rootOf(source, span, log);
    if (root === "nothing") return [];
    const document = root === undefined ? undefined : readRoot(root, log);
    const isRead = root !== undefined && document !== undefined;
    return [{ span, root, read: isRead ? { document, locator: nodeLocator(root) } : undefined }];
  });
}

/**
 * Reads documents from YAML texts (design 2.1). Every mistake of every document is reported at its
 * file, offsets and YAML path; none hides another. What documents say about each other, and
 * conditions, `checkSet` looks at.
 */
export function loadDocuments(sources: readonly Source[]): Loaded {
  const log = new DiagnosticSink();
  const unread: (string | undefined)[] = [];
  const documents: Document[] = [];
  // WHY by place: a document keeps it when its data files are read in.
  const spans = new Map<Place, Span>();
  const locators = new Map<Place, Locator>();
  const roots: LocatedRoot[] = [];
  for (const source of sources)
    for (const { span, root, read } of readSource(source, log)) {
      if (root !== undefined) roots.push({ root, span });
      if (read === undefined) unread.push(kindIn(source.text.slice(span.start, span.end)));
      else {
        documents.push(read.document);
        spans.set(read.document.place, span);
        locators.set(read.document.place, read.locator);
      }
    }
  return {
    documents,
    diagnostics: sortDiagnostics(log.found),
    complete: unread.length === 0,
    unread,
    roots,
    locate: ({ place }, path, part) => locators.get(place)?.(path, part) ?? place,
    spanOf: ({ place }) => spans.get(place) ?? place.span,
  };
}
