import {
  excerptAt,
  indexText,
  maskedSentence,
  positionIn,
  secretsIn,
  type IndexedText,
} from "../text/excerpt.ts";
import type { Source, Span } from "../text/span.ts";
import type { Diagnostic, DiagnosticNote } from "./diagnostic.ts";

const WIDTH = 120;
const TAB = "    ";

/**
 * What a terminal would act on instead of showing: control characters, line separators,
 * bidirectional marks, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** One character as it is shown: tabs as blanks, what a terminal would act on as an escape. */
function shown(character: string): string {
  if (character === "\t") return TAB;
  return UNSAFE.test(character)
    ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    : character;
}

/**
 * Text for a terminal: nothing in it moves the cursor, changes colours or reverses the reading
 * order.
 */
export function escapeControls(text: string): string {
  return Array.from(text, shown).join("");
}

/**
 * Text for a CI log: what its runner would take for a command (`::error::` first in a line;
 * `##[..]`, `##vso[..]` and their kin anywhere) is written so that it does not.
 */
export function escapeCommands(text: string): string {
  return text.replace(/##(\w*)\[/g, "##$1\\u{5b}").replace(/^([^\S\n]*)::/gm, "$1:\\u{3a}");
}

interface Located {
  readonly at: string;
  readonly lines: readonly string[];
}

/**
 * `file:line:column`, and the source line with the span underlined; one of several lines is
 * underlined to its end.
 */
function locate(file: string, indexed: IndexedText, span: Span): Located {
  const { line, column } = positionIn(indexed, span.start);
  const { text, from, to, cutBefore, cutBehind } = excerptAt(indexed, span, WIDTH);
  const before = (cutBefore ? "…" : "") + escapeControls(text.slice(0, from));
  const marked = escapeControls(text.slice(from, to));
  const after = escapeControls(text.slice(to)) + (cutBehind ? "…" : "");
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  const marks = " ".repeat(before.length) + "^".repeat(Math.max(1, marked.length));
  return {
    at: `${escapeControls(file)}:${line}:${column}`,
    lines: [`${gutter} | ${before}${marked}${after}`, `${blank} | ${marks}`],
  };
}

/** The texts that diagnostics point into, each made ready when the first one does. */
class Texts {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #indexed = new Map<string, IndexedText>();

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#sources = sources;
  }

  get(file: string): IndexedText | undefined {
    const known = this.#indexed.get(file);
    const source = this.#sources.get(file);
    if (known !== undefined || source === undefined) return known;
    const made = indexText(source.text);
    this.#indexed.set(file, made);
    return made;
  }
}

function noteText(note: DiagnosticNote, file: string, texts: Texts): readonly string[] {
  const name = note.file ?? file;
  const indexed = texts.get(name);
  const message = `  note: ${escapeControls(note.message)}`;
  if (note.span === undefined || indexed === undefined) {
    return [note.file === undefined ? message : `${message} (${escapeControls(name)})`];
  }
  const located = locate(name, indexed, note.span);
  return [`${message} (${located.at})`, ...located.lines.map((line) => `    ${line}`)];
}

function diagnosticText(diagnostic: Diagnostic, texts: Texts): string {
  const { file, severity, code, message, help, notes, span } = diagnostic;
  const indexed = texts.get(file);
  const located =
    indexed === undefined ? { at: escapeControls(file), lines: [] } : locate(file, indexed, span);
  const secrets = secretsIn(indexed === undefined ? [] : [indexed]);
  const lines = [
    `${located.at}: ${severity}[${code}]: ${escapeControls(maskedSentence(message, secrets))}`,
    ...located.lines.map((line) => `  ${line}`),
    ...(help === undefined ? [] : [`  help: ${escapeControls(maskedSentence(help, secrets))}`]),
    ...(notes ?? []).flatMap((note) => noteText(note, file, texts)),
  ];
  return escapeCommands(lines.join("\n"));
}

/**
 * Diagnostics as texts for people: place, severity, code and message, the source line underlined,
 * help and notes. Each ends without a line break. Secrets of the sources are masked. `sources` are
 * looked up by the diagnostic's file; without one only its name is told.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, Source>,
): readonly string[] {
  const texts = new Texts(sources);
  return diagnostics.map((diagnostic) => diagnosticText(diagnostic, texts));
}
