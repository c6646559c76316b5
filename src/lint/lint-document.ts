import type { DiagnosticNote } from "../diagnostics/diagnostic.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source, Span } from "../text/span.ts";
import type { Finding } from "./finding.ts";
import { lineHashes } from "./line-hash.ts";
import type { LintExcerpt, LintFinding, LintNote } from "./result.ts";

const WIDTH = 200;

interface File {
  readonly text: string;
  readonly starts: readonly number[];
  readonly hashes: ReadonlyMap<number, string>;
}

function lineText(file: File, line: number): string {
  return file.text.slice(file.starts[line - 1] ?? 0, file.starts[line] ?? file.text.length).replace(/[\r\n]+$/, "");
}

/** The part of the first line around what is underlined; what stands behind it in other lines is left out. */
function excerptOf(file: File, finding: Finding, at: { readonly line: number; readonly column: number }): LintExcerpt {
  const whole = lineText(file, at.line);
  const from = at.column - 1;
  const to = Math.max(from, Math.min(whole.length, from + finding.span.end - finding.span.start));
  const cut = from > WIDTH * 0.75 ? from - WIDTH / 4 : 0;
  const shown = finding.code === "secret" ? whole.slice(0, from) + "*".repeat(to - from) + whole.slice(to) : whole;
  return { text: shown.slice(cut, cut + WIDTH), start: from - cut, end: Math.min(to - cut, WIDTH) };
}

function noteOf(note: DiagnosticNote, files: ReadonlyMap<string, File>): LintNote {
  const file = note.file === undefined ? undefined : files.get(note.file);
  const line = file === undefined || note.span === undefined ? null : positionAt(file.starts, note.span.start).line;
  return { message: note.message, file: note.file ?? null, line };
}

const NOTHING: File = { text: "", starts: [0], hashes: new Map() };

function placed(finding: Finding, files: ReadonlyMap<string, File>): LintFinding {
  const file = files.get(finding.file) ?? NOTHING;
  const end = positionAt(file.starts, Math.min(finding.span.end, file.text.length));
  const start = positionAt(file.starts, Math.min(finding.span.start, file.text.length));
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    file: finding.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    path: finding.path,
    help: finding.help ?? null,
    notes: (finding.notes ?? []).map((note) => noteOf(note, files)),
    excerpt: excerptOf(file, finding, start),
    fingerprint: file.hashes.get(start.line) ?? "",
    fixable: finding.fix !== undefined,
  };
}

function fileOf({ text }: Source, spans: readonly Span[]): File {
  const starts = lineStarts(text);
  return { text, starts, hashes: lineHashes(text, new Set(spans.map((span) => positionAt(starts, span.start).line))) };
}

/** Findings with lines, columns and excerpts: what reports are made of. */
export function lintFindings(findings: readonly Finding[], sources: readonly Source[]): readonly LintFinding[] {
  const byFile = new Map<string, Span[]>();
  const spansIn = (file: string): Span[] => {
    const known = byFile.get(file) ?? [];
    byFile.set(file, known);
    return known;
  };
  for (const { file, span } of findings) spansIn(file).push(span);
  for (const { file } of findings.flatMap((finding) => finding.notes ?? [])) if (file !== undefined) spansIn(file);
  const named = sources.filter(({ file }) => byFile.has(file));
  const files = new Map(named.map((source) => [source.file, fileOf(source, byFile.get(source.file) ?? [])]));
  return findings.map((finding) => placed(finding, files));
}
