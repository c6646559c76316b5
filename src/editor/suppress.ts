import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineAround } from "../text/line-index.ts";
import type { EditorFile } from "./editor-set.ts";
import { nodeAt } from "./node-at.ts";
import type { TextEdit } from "./rename.ts";

/**
 * The edit that suppresses a finding of lint: a comment in a line of its own before it, which waits
 * for its reason; without one it has no effect, and lint says so. Undefined: a comment there would
 * be part of a text.
 */
export function suppressEdit(file: EditorFile, { code, span }: Diagnostic): TextEdit | undefined {
  const { text } = file.source;
  const line = lineAround(text, span.start);
  const around = nodeAt(file, span.start)?.node;
  const isInText = around?.kind === "scalar" && around.place.span.start < line.start;
  if (isInText) return undefined;
  const [indent = ""] = /^[ \t]*/.exec(text.slice(line.start, line.end)) ?? [];
  const end = /\r\n/.test(text.slice(line.start, line.end)) ? "\r\n" : "\n";
  return {
    file: file.source.file,
    span: { start: line.start, end: line.start },
    text: `${indent}# agentz-ignore ${code}: ${end}`,
  };
}
