import type { Span } from "../text/span.ts";

const MARKER = /^(---|\.\.\.)(?=[ \t\r\n]|$)/gm;

function holdsContent(text: string): boolean {
  return text
    .split(/\r\n|\r|\n/)
    .some((line) => !/^\uFEFF?[ \t]*(#.*|%.*|\.\.\.[ \t]*(#.*)?)?$/.test(line));
}

/**
 * The documents of a YAML stream as spans of `text`, each from its `---` (with the directives and
 * comments before it) to the next one. Documents that hold nothing but comments are left out.
 *
 * WHY apart from the parser: a marker at the start of a line ends a document in every context of
 * YAML 1.2, quotes and brackets included, so a document that is broken off cannot swallow the ones
 * behind it.
 */
export function splitDocuments(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  const close = (end: number): void => {
    if (!holdsContent(text.slice(start, end).replace(/^---/m, "   "))) return;
    spans.push({ start, end });
    start = end;
  };
  for (const match of text.matchAll(MARKER)) {
    if (match[1] === "---") close(match.index);
    else close(match.index + 3);
  }
  close(text.length);
  return spans;
}
