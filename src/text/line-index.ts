import type { Position, Span } from "./span.ts";

/**
 * Where each line of `text` starts, as offsets in ascending order; the first is 0.
 * Lines end at LF, CRLF or a lone CR.
 */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

/**
 * Line and column (both from 1) of `offset`, by binary search in `starts` as {@link lineStarts}
 * gives them.
 */
export function positionAt(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

function isBreak(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 10 || unit === 13;
}

/**
 * The line that holds `offset`, its line break included. Looks no further than the line goes: a
 * search for the next `\r` would read the whole of a text that has none.
 */
export function lineAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && !isBreak(text, start - 1)) start--;
  let end = offset;
  while (end < text.length && !isBreak(text, end)) end++;
  if (end === text.length) return { start, end };
  return { start, end: end + (text.startsWith("\r\n", end) ? 2 : 1) };
}
