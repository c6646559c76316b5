import type { PlacedJson } from "./placed-json.ts";
import type { Span } from "./span.ts";
import { spliced } from "./splice.ts";

/** A part of a text, and what is to stand there. */
export interface Edit extends Span {
  readonly text: string;
}

/** A text with edits that are apart, in any order. */
export function edited(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => a.start - b.start);
  return spliced(text, inOrder, (edit) => edit.text);
}

/** The blanks before a place of a text, if nothing but them is behind the bracket or comma there; else one space. */
export function blanksBefore(text: string, at: number): string {
  let start = at;
  while (/[ \t\r\n]/.test(text[start - 1] ?? "")) start--;
  return /[{[,]/.test(text[start - 1] ?? "") ? text.slice(start, at) : " ";
}

/** What an object or a list holds, one after another. */
function partsOf({ members, items }: PlacedJson): readonly Span[] {
  return members?.map(({ start, value }) => ({ start, end: value.end })) ?? items ?? [];
}

const LAST_LINE = /\r?\n[ \t]*$/;

/** The line end and the blanks that the line of a place begins with. */
function lineStart(text: string, at: number): string {
  const line = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  return end + (/^[ \t]*/.exec(text.slice(line, at))?.[0] ?? "");
}

/** What a member or an item is written as: `key` is undefined for an item. */
function written(key: string | undefined, value: unknown, line: string | undefined): string {
  const json = JSON.stringify(value, null, line === undefined ? 0 : 2);
  const name = key === undefined ? "" : `${JSON.stringify(key)}: `;
  return name + json.replaceAll("\n", line ?? "");
}

/**
 * Adds a member (with `key`) or an item behind the last one of an object or a list, in its layout.
 * {@link removal} takes it away again.
 */
export function addition(
  text: string,
  container: PlacedJson,
  { key, value }: { readonly key?: string; readonly value: unknown },
): Edit {
  const last = partsOf(container).at(-1);
  if (last !== undefined) {
    const blanks = blanksBefore(text, last.start);
    const line = LAST_LINE.exec(blanks)?.[0];
    return { start: last.end, end: last.end, text: `,${blanks}${written(key, value, line)}` };
  }
  const [at, outer] = [container.start + 1, lineStart(text, container.start)];
  const line = `${outer}  `;
  return { start: at, end: at, text: `${line}${written(key, value, line)}${outer}` };
}

/** Removes the member or the item at an index, with the comma and the blanks that belong to it. */
export function removal(text: string, container: PlacedJson, index: number): Edit {
  const parts = partsOf(container);
  const [before, own, after] = [parts[index - 1], parts[index], parts[index + 1]];
  if (own === undefined) return { start: container.start, end: container.start, text: "" };
  if (before !== undefined) return { start: before.end, end: own.end, text: "" };
  if (after !== undefined) return { start: own.start, end: after.start, text: "" };
  const outer = lineStart(text, container.start);
  const end = own.end + (text.startsWith(outer, own.end) ? outer.length : 0);
  return { start: container.start + 1, end, text: "" };
}
