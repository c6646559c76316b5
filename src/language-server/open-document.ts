import type { TextDocumentContentChangeEvent } from "vscode-languageserver/node";
import { Positions, type Encoding } from "./positions.ts";

/** A text that an editor has open, as it stands there. */
export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly positions: Positions;
}

/**
 * Whether a document is one that somebody edits: a file, or a text that is not saved yet. WHY not
 * others: what an editor compares a file with (`git:`) is of another time, and its findings would
 * stand under the file's name.
 */
export function isEdited(uri: string): boolean {
  return /^(?:file|untitled):/i.test(uri);
}

/** A document as it is opened. */
export function openedDocument(
  item: { readonly uri: string; readonly version: number; readonly text: string },
  encoding: Encoding,
): OpenDocument {
  const { uri, version, text } = item;
  return { uri, version, text, positions: new Positions(text, encoding) };
}

/** The document with a change of an editor made in it. */
function changed(
  document: OpenDocument,
  change: TextDocumentContentChangeEvent,
  encoding: Encoding,
): OpenDocument {
  if (!("range" in change)) return openedDocument({ ...document, text: change.text }, encoding);
  const { start, end } = document.positions.span(change.range);
  const text = document.text.slice(0, start) + change.text + document.text.slice(end);
  return openedDocument({ ...document, text }, encoding);
}

/** The document with all changes of an editor made in it, one after the other. */
export function changedDocument(
  document: OpenDocument,
  {
    version,
    changes,
  }: { readonly version: number; readonly changes: readonly TextDocumentContentChangeEvent[] },
  encoding: Encoding,
): OpenDocument {
  let after = document;
  for (const change of changes) after = changed(after, change, encoding);
  return { ...after, version };
}
