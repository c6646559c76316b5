import { loadDocuments } from "../policy/load.ts";
import type { Source } from "../text/span.ts";
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
    const { documents, locate } = loadDocuments([source]);
    const found = documents.flatMap((document) => {
      const edit = edits.find(({ kind, name }) => kind === document.kind && name === document.name);
      if (edit === undefined || document.kind === "Suite" || document.version === edit.to)
        return [];
      return [
        {
          span: locate(document, "$.version").span,
          bumped: {
            kind: edit.kind,
            name: edit.name,
            file: source.file,
            from: document.version,
            to: edit.to,
          },
        },
      ];
    });
    if (found.length === 0) return [];
    let { text } = source;
    for (const { span, bumped } of [...found].sort((a, b) => b.span.start - a.span.start)) {
      const written = text.slice(span.start, span.end);
      const quote = quoteOf(written);
      text = `${text.slice(0, span.start)}${quote}${bumped.to}${quote}${text.slice(span.end)}`;
    }
    return [{ file: source.file, text, bumped: found.map(({ bumped }) => bumped) }];
  });
}
