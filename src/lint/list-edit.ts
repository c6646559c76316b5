import { lineAround } from "../text/line-index.ts";
import type { LintContext } from "./context.ts";
import type { Pattern } from "./patterns.ts";
import type { Edit } from "./rule.ts";

/**
 * The edit that takes one item out of a YAML list; undefined where comments or line breaks stand
 * too close to be sure.
 */
export function removeItem(context: LintContext, pattern: Pattern): Edit | undefined {
  const place = pattern.place();
  const text = context.texts.get(place.file);
  if (text === undefined) return undefined;
  const { start, end } = place.span;
  const line = lineAround(text, start);
  if (
    /^[ ]*-[ ]+$/.test(text.slice(line.start, start)) &&
    /^[ ]*(\r\n|\r|\n)?$/.test(text.slice(end, line.end))
  )
    return { file: place.file, span: line, text: "" };
  const after = /^[ ]*,[ ]*/.exec(text.slice(end, line.end));
  if (after !== null)
    return { file: place.file, span: { start, end: end + after[0].length }, text: "" };
  const before = /,[ ]*$/.exec(text.slice(line.start, start));
  if (before === null || !/^[ ]*\]/.test(text.slice(end, line.end))) return undefined;
  return { file: place.file, span: { start: start - before[0].length, end }, text: "" };
}
