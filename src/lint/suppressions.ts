import { CST, Lexer } from "yaml";
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
/** Lexemes that stand for nothing in the text. */
const EMPTY: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

interface Comment {
  readonly text: string;
  readonly start: number;
}

function* commentsOf(text: string): Generator<Comment> {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (EMPTY.has(lexeme)) continue;
    if (CST.tokenType(lexeme) === "comment") yield { text: lexeme, start: offset };
    offset += lexeme.length;
  }
}

/** The line that a comment speaks about: its own, or, where it stands alone, the next one that holds something. */
function lineOf(text: string, starts: readonly number[], start: number): number {
  const { line } = positionAt(starts, start);
  const lineAt = (n: number): string => text.slice(starts[n - 1] ?? text.length, starts[n] ?? text.length);
  if (lineAt(line).slice(0, start - (starts[line - 1] ?? 0)).trim() !== "") return line;
  let next = line + 1;
  while (next < starts.length && /^\s*(#.*)?\s*$/.test(lineAt(next))) next++;
  return next;
}

/** The suppressions of a file; read from its comments alone, so that no text of a policy is taken for one. */
export function suppressionsOf({ file, text }: Source): readonly Suppression[] {
  if (!text.includes(MARK)) return [];
  const starts = lineStarts(text);
  const found: Suppression[] = [];
  for (const comment of commentsOf(text)) {
    const match = SHAPE.exec(comment.text.trimEnd());
    if (match === null) continue;
    const codes = (match[1] ?? "").split(",").map((code) => code.trim()).filter((code) => code !== "");
    const span = { start: comment.start, end: comment.start + comment.text.trimEnd().length };
    found.push({ file, span, codes, reason: (match[2] ?? "").trim(), line: lineOf(text, starts, comment.start) });
  }
  return found;
}
