import { sortDiagnostics, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../text/span.ts";
import { readContent } from "./data-content.ts";
import { DiagnosticSink, quoted } from "./log.ts";
import type { Catalog, DataEntry, DataFile, Document } from "./model.ts";

/**
 * Reads a file beside another: its text, or why it cannot be read, as a clause. The host brings it.
 */
export type ReadBeside = (
  file: string,
  path: string,
) => { readonly source: Source } | { readonly fault: string };

/**
 * Documents with their data files read, what was wrong with those, and their texts (they belong to
 * the set's digest).
 */
export interface ResolvedData {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly Source[];
}

/** The data files that the catalogs of a set ask for, and the file of the catalog that does. */
export function dataRequests(
  documents: readonly Document[],
): readonly { readonly catalog: string; readonly path: string }[] {
  const entries = documents.flatMap((document) =>
    document.kind === "Catalog" ? document.data : [],
  );
  return entries.flatMap(({ file, place }) =>
    file === undefined ? [] : [{ catalog: place.file, path: file.path }],
  );
}

/** Reads the data files of a set and keeps what it read. */
class DataReader {
  readonly log = new DiagnosticSink();
  readonly sources: Source[] = [];
  readonly #read: ReadBeside;

  constructor(read: ReadBeside) {
    this.#read = read;
  }

  document(document: Document): Document {
    if (document.kind !== "Catalog" || document.data.every((entry) => entry.file === undefined))
      return document;
    const filled: Catalog = {
      ...document,
      data: document.data.map((entry) =>
        entry.file === undefined ? entry : this.#entry(entry, entry.file),
      ),
    };
    return filled;
  }

  #entry(entry: DataEntry, file: DataFile): DataEntry {
    const found = this.#read(entry.place.file, file.path);
    if ("source" in found) this.sources.push(found.source);
    const content = "source" in found ? readContent(found.source, file) : found;
    if ("value" in content) return { ...entry, value: content.value };
    this.log.add({
      code: "data-file",
      place: entry.place,
      message: `the data file ${quoted(file.path)} cannot be used: ${content.fault}`,
    });
    return entry;
  }
}

/**
 * Reads the data files of all catalogs (design 2.5 `data`). What is wrong with one is reported at
 * the entry that asks for it, whose value stays null. Paths that leave the catalog's folder have
 * been refused when it was loaded.
 */
export function resolveData(documents: readonly Document[], read: ReadBeside): ResolvedData {
  const reader = new DataReader(read);
  const resolved = documents.map((document) => reader.document(document));
  return {
    documents: resolved,
    diagnostics: sortDiagnostics(reader.log.found),
    sources: reader.sources,
  };
}
