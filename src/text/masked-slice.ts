import type { Span } from "./span.ts";

/** Spans in the order of the text, those that touch made one. */
export function joinedSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || span.start > last.end) joined.push(span);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return joined;
}

/** The index of the first span that ends behind `offset`. */
function firstBehind(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A part of a text with every secret in it written as stars; it keeps its length. `secrets` as
 * joined.
 */
export function maskedSlice(text: string, part: Span, secrets: readonly Span[]): string {
  let shown = "";
  let at = part.start;
  for (let i = firstBehind(secrets, at); at < part.end; i++) {
    const secret = secrets[i];
    if (secret === undefined || secret.start >= part.end) break;
    const to = Math.min(secret.end, part.end);
    shown +=
      text.slice(at, Math.max(at, secret.start)) + "*".repeat(to - Math.max(at, secret.start));
    at = to;
  }
  return shown + text.slice(at, part.end);
}
