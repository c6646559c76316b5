import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source, Span } from "../text/span.ts";
import type { Diagnostic, DiagnosticNote } from "./diagnostic.ts";

const WIDTH = 120;
const TAB = "    ";

/** What a terminal would act on instead of showing: control characters, line separators, bidirectional marks, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** One character as it is shown: tabs as blanks, what a terminal would act on as an escape. */
function shown(character: string): string {
  if (character === "\t") return TAB;
  return UNSAFE.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
}

/** Text for a terminal: nothing in it moves the cursor, changes colours or reverses the reading order. */
export function escapeControls(text: string): string {
  return Array.from(text, shown).join("");
}

/**
 * Text for a CI log: what its runner would take for a command (`::error::` first in a line; `##[..]`, `##vso[..]` and
 * their kin anywhere) is written so that it does not.
 */
export function escapeCommands(text: string): string {
  return text.replace(/##(\w*)\[/g, "##$1\\u{5b}").replace(/^([^\S\n]*)::/gm, "$1:\\u{3a}");
}

interface Excerpt {
  readonly text: string;
  /** Where the underlined part begins and ends in it. */
  readonly from: number;
  readonly to: number;
}

/** The part of a line around `start`, at most about {@link WIDTH} wide, cut before it is escaped. */
function excerpt(line: string, start: number, end: number): Excerpt {
  const left = start > WIDTH * 0.75 ? start - WIDTH / 3 : 0;
  const right = Math.min(line.length, left + WIDTH);
  const before = (left > 0 ? "…" : "") + escapeControls(line.slice(left, start));
  const marked = escapeControls(line.slice(start, Math.min(end, right)));
  const after = escapeControls(line.slice(Math.min(end, right), right)) + (right < line.length ? "…" : "");
  return { text: before + marked + after, from: before.length, to: before.length + marked.length };
}

interface Located {
  readonly at: string;
  readonly lines: readonly string[];
}

/** `file:line:column`, and the source line with the span underlined; one of several lines is underlined to its end. */
function locate(source: Source, span: Span): Located {
  const starts = lineStarts(source.text);
  const { line, column } = positionAt(starts, Math.min(span.start, source.text.length));
  const begin = starts[line - 1] ?? 0;
  const text = source.text.slice(begin, starts[line] ?? source.text.length).replace(/[\r\n]+$/, "");
  const part = excerpt(text, column - 1, Math.min(span.end - begin, text.length));
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  const marks = " ".repeat(part.from) + "^".repeat(Math.max(1, part.to - part.from));
  return { at: `${escapeControls(source.file)}:${line}:${column}`, lines: [`${gutter} | ${part.text}`, `${blank} | ${marks}`] };
}

function noteText(note: DiagnosticNote, file: string, sources: ReadonlyMap<string, Source>): readonly string[] {
  const name = note.file ?? file;
  const source = sources.get(name);
  const message = `  note: ${escapeControls(note.message)}`;
  if (note.span === undefined || source === undefined) return [note.file === undefined ? message : `${message} (${escapeControls(name)})`];
  const located = locate(source, note.span);
  return [`${message} (${located.at})`, ...located.lines.map((line) => `    ${line}`)];
}

/**
 * A diagnostic as text for people: place, severity, code and message, the source line underlined, help and notes.
 * Ends without a line break. `sources` are looked up by the diagnostic's file; without one only its name is told.
 */
export function formatDiagnostic(diagnostic: Diagnostic, sources: ReadonlyMap<string, Source>): string {
  const source = sources.get(diagnostic.file);
  const located = source === undefined ? { at: escapeControls(diagnostic.file), lines: [] } : locate(source, diagnostic.span);
  const lines = [
    `${located.at}: ${diagnostic.severity}[${diagnostic.code}]: ${escapeControls(diagnostic.message)}`,
    ...located.lines.map((line) => `  ${line}`),
    ...(diagnostic.help === undefined ? [] : [`  help: ${escapeControls(diagnostic.help)}`]),
    ...(diagnostic.notes ?? []).flatMap((note) => noteText(note, diagnostic.file, sources)),
  ];
  return escapeCommands(lines.join("\n"));
}
