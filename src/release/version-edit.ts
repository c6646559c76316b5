import { loadDocuments } from "../policy/load.ts";
import type { Source, Span } from "../text/span.ts";
import type { Bumped } from "../documents/version-result.ts";

/** A version to be written into a document. */
export interface VersionEdit {
  readonly kind: string;
  readonly name: string;
  readonly to: string;
}

/** A file with its versions raised, and which. */
export interface EditedFile {
  readonly file: string;
  readonly text: string;
  readonly bumped: readonly Bumped[];
}

function quoteOf(written: string): string {
  return written.startsWith('"') ? '"' : written.startsWith("'") ? "'" : "";
}

/** A version to write, and where it stands. */
interface PlacedVersion {
  readonly span: Span;
  readonly bumped: EditedFile["bumped"][number];
}

/** The versions to write in one file. */
function placedVersions(source: Source, edits: readonly VersionEdit[]): readonly PlacedVersion[] {
  const { documents, locate } = loadDocuments([source]);
  return documents.flatMap((document) => {
    const edit = edits.find(({ kind, name }) => kind === document.kind && name === document.name);
    if (edit === undefined || document.kind === "Suite" || document.version === edit.to) return [];
    const { kind, name, to } = edit;
    const bumped = { kind, name, file: source.file, from: document.version, to };
    return [{ span: locate(document, "$.version").span, bumped }];
  });
}

function withVersion(text: string, { span, bumped }: PlacedVersion): string {
  const quote = quoteOf(text.slice(span.start, span.end));
  return `${text.slice(0, span.start)}${quote}${bumped.to}${quote}${text.slice(span.end)}`;
}

/**
 * Writes versions into the files of their documents: nothing but the version's own characters
 * changes, so comments, quotes and layout stay. A version that stands behind an anchor or a tag
 * keeps it.
 */
export function editVersions(
  sources: readonly Source[],
  edits: readonly VersionEdit[],
): readonly EditedFile[] {
  return sources.flatMap((source) => {
    const found = placedVersions(source, edits);
    if (found.length === 0) return [];
    const backwards = [...found].sort((a, b) => b.span.start - a.span.start);
    const text = backwards.reduce(withVersion, source.text);
    return [{ file: source.file, text, bumped: found.map(({ bumped }) => bumped) }];
  });
}
