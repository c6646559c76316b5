import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineAround } from "../text/line-index.ts";
import type { EditorFile } from "./editor-set.ts";
import { nodeAt } from "./node-at.ts";
import type { TextEdit } from "./rename.ts";

/** A comment that suppresses a finding, with the place where its reason is to be written. */
export interface SuppressEdit extends TextEdit {
  /** How much of the text stands before the reason. */
  readonly reasonAt: number;
}

/**
 * The edit that suppresses a finding of lint: a comment in a line of its own before it, or before the
 * field in whose text of several lines it is. It waits for its reason; without one it has no effect,
 * and lint says so. Undefined: a comment there would be part of a text.
 */
export function suppressEdit(
  file: EditorFile,
  { code, span }: Diagnostic,
): SuppressEdit | undefined {
  const { text } = file.source;
  const around = nodeAt(file, span.start)?.node;
  const head = around?.kind === "scalar" ? around.place.span.start : span.start;
  const line = lineAround(text, Math.min(head, span.start));
  const before = nodeAt(file, line.start)?.node;
  const [from, to] = [before?.place.span.start ?? 0, before?.place.span.end ?? 0];
  if (before?.kind === "scalar" && from < line.start && to > line.start) return undefined;
  const [indent = ""] = /^[ \t]*/.exec(text.slice(line.start, line.end)) ?? [];
  const end = /\r\n/.test(text.slice(line.start, line.end)) ? "\r\n" : "\n";
  const comment = `${indent}# agentz-ignore ${code}: `;
  return {
    file: file.source.file,
    span: { start: line.start, end: line.start },
    text: `${comment}${end}`,
    reasonAt: comment.length,
  };
}
