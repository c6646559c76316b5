import type { Span } from "./span.ts";

/** A text with each of some spans, which come in order and apart, written as `by` says. */
export function spliced<T extends Span>(
  text: string,
  spans: readonly T[],
  by: (span: T) => string,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const span of spans) {
    parts.push(text.slice(at, span.start), by(span));
    at = span.end;
  }
  return [...parts, text.slice(at)].join("");
}
