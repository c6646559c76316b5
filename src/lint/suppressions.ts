import { longScalars, yamlComments } from "../policy/yaml-comments.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source, Span } from "../text/span.ts";

/** A comment `# agentz-ignore <code>, <code>: reason`. */
export interface Suppression {
  readonly file: string;
  readonly span: Span;
  readonly codes: readonly string[];
  /** Empty where none is given. */
  readonly reason: string;
  /** The line on which findings are suppressed, from 1. */
  readonly line: number;
}

const MARK = "agentz-ignore";
const SHAPE = /^#\s*agentz-ignore\b[ \t]*([^:]*)(?::(.*))?$/s;
const NOTHING_SAID = /^\s*(#.*)?\s*$/;

/** For each line (from 1): itself where it holds something, else the next line that does. */
function sayingLines(text: string, starts: readonly number[]): readonly number[] {
  const found: number[] = new Array<number>(starts.length + 1).fill(starts.length);
  for (let line = starts.length; line >= 1; line--) {
    const says = !NOTHING_SAID.test(text.slice(starts[line - 1], starts[line] ?? text.length));
    found[line] = says || line === starts.length ? line : (found[line + 1] ?? line);
  }
  return found;
}

/**
 * The suppressions of a file; read from its comments alone, so that no text of a policy is taken
 * for one.
 */
export function suppressionsOf({ file, text }: Source): readonly Suppression[] {
  if (!text.includes(MARK)) return [];
  const starts = lineStarts(text);
  const saying = sayingLines(text, starts);
  const found: Suppression[] = [];
  for (const comment of yamlComments(text)) {
    const match = SHAPE.exec(comment.text.trimEnd());
    if (match === null) continue;
    const codes = (match[1] ?? "")
      .split(",")
      .map((code) => code.trim())
      .filter((code) => code !== "");
    const span = { start: comment.start, end: comment.start + comment.text.trimEnd().length };
    // its own line, or, where it stands alone, the next one that holds something
    const line = saying[positionAt(starts, comment.start).line] ?? starts.length;
    found.push({ file, span, codes, reason: (match[2] ?? "").trim(), line });
  }
  return found;
}

/**
 * The line (from 1) whose suppressions apply at an offset of a text: that of the offset, or where the
 * text of several lines begins that it is in, as no comment can stand between its lines.
 */
export function suppressionLine(text: string): (offset: number) => number {
  const starts = lineStarts(text);
  const long = text.includes(MARK) ? [...longScalars(text)] : [];
  return (offset) => {
    const around = long.find(({ start, end }) => start <= offset && offset < end);
    return positionAt(starts, around?.head ?? offset).line;
  };
}
