import type { TextEdit as ShownEdit, WorkspaceEdit } from "vscode-languageserver/node";
import type { TextEdit } from "../api/editor/questions.ts";
import { changeBetween } from "./moved-spans.ts";
import type { Positions } from "./positions.ts";

/** Where the files of a set are, as an editor calls and counts them. */
export interface Shelf {
  readonly uri: (file: string) => string;
  /** Undefined: the file's text is not at hand. */
  readonly positions: (file: string) => Positions | undefined;
}

/** Edits of files of a set; undefined: one of the files is not at hand. */
export function workspaceEdit(edits: readonly TextEdit[], shelf: Shelf): WorkspaceEdit | undefined {
  const changes: { [uri: string]: ShownEdit[] } = {};
  for (const { file, span, text } of edits) {
    const positions = shelf.positions(file);
    if (positions === undefined) return undefined;
    const uri = shelf.uri(file);
    const known = changes[uri] ?? [];
    known.push({ range: positions.range(span), newText: text });
    changes[uri] = known;
  }
  return { changes };
}

/** The edit that makes one text another; none where they are the same. */
export function editBetween(before: string, after: string, positions: Positions): ShownEdit[] {
  if (before === after) return [];
  const change = changeBetween(before, after);
  const newText = after.slice(change.start, change.end + change.by);
  return [{ range: positions.range(change), newText }];
}
