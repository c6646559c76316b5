import type { Span } from "../text/span.ts";

/** The part of a text that an edit replaced, and how much longer it got. */
export interface TextChange extends Span {
  readonly by: number;
}

/** What of a text became another: all that stands between what both begin and end with. */
export function changeBetween(before: string, after: string): TextChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same++;
  return { start, end: before.length - same, by: after.length - before.length };
}

/** Where a part of a text stands after a change; undefined: the change was in it. */
export function movedSpan(span: Span, { start, end, by }: TextChange): Span | undefined {
  if (span.end <= start) return span;
  return span.start >= end ? { start: span.start + by, end: span.end + by } : undefined;
}
