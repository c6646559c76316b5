import { readQuoted } from "./expansion.ts";
import type { Heredoc, ShellReader } from "./reader.ts";
import { WordBuilder, type Word } from "./word.ts";

/** Takes the newline that ends a command, and the text of the heredocs that waited for it. */
export function takeNewline(reader: ShellReader): void {
  const outer = reader.waiting.slice(0, -1);
  if (outer.some((frame) => frame.length > 0))
    reader.fault(reader.at, "a newline in a substitution", "is before the text of a heredoc");
  reader.at++;
  const frame = reader.waiting[reader.waiting.length - 1] ?? [];
  for (const heredoc of frame.splice(0)) heredoc.redirection.target = readBody(reader, heredoc);
}

/** The physical line here, without its end; undefined at the end of the text. */
function takeLine(reader: ShellReader): string | undefined {
  if (reader.at >= reader.text.length) return undefined;
  const newline = reader.text.indexOf("\n", reader.at);
  const end = newline < 0 ? reader.text.length : newline;
  const line = reader.text.slice(reader.at, end);
  reader.at = Math.min(end + 1, reader.text.length);
  return line;
}

/** Whether the newline behind `line` is escaped. */
function isContinued(line: string): boolean {
  let first = line.length;
  while (line.charAt(first - 1) === "\\") first--;
  return (line.length - first) % 2 === 1;
}

/** The text of a heredoc, up to its last line, as the word that its reader gets. */
function readBody(reader: ShellReader, heredoc: Heredoc): Word {
  const start = reader.at;
  const lines: string[] = [];
  let before: string | undefined;
  for (;;) {
    const raw = takeLine(reader);
    if (raw === undefined) reader.fault(start, "the heredoc", "is not closed");
    const line = heredoc.tabs ? raw.replace(/^\t+/, "") : raw;
    if (before !== undefined) checkContinued(reader, start, heredoc.tabs && line !== raw);
    const continues = !heredoc.literal && isContinued(line);
    const joined = (before ?? "") + (continues ? line.slice(0, -1) : line);
    if (joined === heredoc.delimiter || line === heredoc.delimiter) {
      if (before !== undefined || continues) checkContinued(reader, start, true);
      break;
    }
    lines.push(line);
    before = continues ? joined.slice(0, heredoc.delimiter.length + 1) : undefined;
  }
  return bodyWord(reader, heredoc, { start, text: lines.map((line) => `${line}\n`).join("") });
}

/**
 * WHY: shells differ in where they look for the last line, and for tabs, behind an escaped newline.
 */
function checkContinued(reader: ShellReader, start: number, matters: boolean): void {
  if (matters)
    reader.fault(start, "the heredoc", "has an escaped newline that shells read differently");
}

interface Body {
  readonly start: number;
  readonly text: string;
}

function bodyWord(reader: ShellReader, heredoc: Heredoc, { start, text }: Body): Word {
  const at = reader.place(start);
  const word = new WordBuilder();
  word.text("", true);
  if (heredoc.literal) word.text(text, true);
  else {
    const shifted = !heredoc.tabs;
    const inner = reader.inner({
      text,
      origin: (offset) => (shifted ? reader.place(start + offset) : at),
    });
    readQuoted(inner, word, "heredoc");
  }
  return word.build(at);
}
