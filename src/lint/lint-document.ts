import type { DiagnosticNote } from "../diagnostics/diagnostic.ts";
import {
  excerptAt,
  indexText,
  maskedSentence,
  positionIn,
  secretsIn,
  type IndexedText,
  type KnownSecrets,
} from "../text/excerpt.ts";
import type { Source, Span } from "../text/span.ts";
import type { Finding } from "./finding.ts";
import { lineHashes } from "./line-hash.ts";
import type { LintCause, LintExcerpt, LintFinding, LintNote } from "../documents/lint-result.ts";

const WIDTH = 200;

interface File extends IndexedText {
  readonly hashes: ReadonlyMap<number, string>;
}

interface Files {
  readonly byName: ReadonlyMap<string, File>;
  readonly secrets: KnownSecrets;
}

/**
 * The part of the first line around what is underlined; what stands behind it in other lines is
 * left out.
 */
function excerptOf(file: File, { span }: Finding): LintExcerpt {
  const { text, from, to } = excerptAt(file, span, WIDTH);
  return { text, start: from, end: to };
}

function noteOf(note: DiagnosticNote, { byName, secrets }: Files): LintNote {
  const file = note.file === undefined ? undefined : byName.get(note.file);
  const line =
    file === undefined || note.span === undefined ? null : positionIn(file, note.span.start).line;
  return { message: maskedSentence(note.message, secrets), file: note.file ?? null, line };
}

function causeOf({ code, file, span }: Finding, { byName }: Files): LintCause {
  const { line, column } = positionIn(byName.get(file) ?? NOTHING, span.start);
  return { code, file, line, column };
}

const NOTHING: File = { ...indexText(""), hashes: new Map() };

function placed(finding: Finding, files: Files): LintFinding {
  const file = files.byName.get(finding.file) ?? NOTHING;
  const [start, end] = [positionIn(file, finding.span.start), positionIn(file, finding.span.end)];
  const masked = (sentence: string): string => maskedSentence(sentence, files.secrets);
  return {
    code: finding.code,
    severity: finding.severity,
    message: masked(finding.message),
    file: finding.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    path: masked(finding.path),
    help: finding.help === undefined ? null : masked(finding.help),
    notes: (finding.notes ?? []).map((note) => noteOf(note, files)),
    excerpt: excerptOf(file, finding),
    fingerprint: file.hashes.get(start.line) ?? "",
    fixable: finding.fix !== undefined,
    cause: finding.cause === undefined ? null : causeOf(finding.cause, files),
  };
}

function fileOf({ text }: Source, spans: readonly Span[]): File {
  const indexed = indexText(text);
  const lines = new Set(spans.map((span) => positionIn(indexed, span.start).line));
  return { ...indexed, hashes: lineHashes(text, lines) };
}

/**
 * Findings with lines, columns and excerpts: what reports are made of. Secrets of the files are
 * masked in all of it.
 */
export function lintFindings(
  findings: readonly Finding[],
  sources: readonly Source[],
): readonly LintFinding[] {
  const byFile = new Map<string, Span[]>();
  const spansIn = (file: string): Span[] => {
    const known = byFile.get(file) ?? [];
    byFile.set(file, known);
    return known;
  };
  for (const { file, span } of findings) spansIn(file).push(span);
  for (const { file } of findings.flatMap((finding) => finding.notes ?? []))
    if (file !== undefined) spansIn(file);
  const named = sources.filter(({ file }) => byFile.has(file));
  const byName = new Map(
    named.map((source) => [source.file, fileOf(source, byFile.get(source.file) ?? [])]),
  );
  const files = { byName, secrets: secretsIn(byName.values()) };
  return findings.map((finding) => placed(finding, files));
}
