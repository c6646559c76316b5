import {
  DiagnosticSeverity,
  type Diagnostic as Shown,
  type DiagnosticRelatedInformation,
} from "vscode-languageserver/node";
import { pathToFileURL } from "node:url";
import { packagedPath } from "../api/packaged.ts";
import type { Diagnostic, DiagnosticNote, Severity } from "../diagnostics/diagnostic.ts";
import { escapeControls } from "../diagnostics/format.ts";
import type { Shelf } from "./edits.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** A finding on a document, or on agentz.yaml. */
export type ToldFinding = Pick<
  Diagnostic,
  "severity" | "message" | "file" | "span" | "help" | "notes"
> & {
  readonly code: string;
  /** Lines that follow the sentence. */
  readonly details?: readonly string[];
};

function noteShown(
  note: DiagnosticNote,
  file: string,
  shelf: Shelf,
): readonly DiagnosticRelatedInformation[] {
  const name = note.file ?? file;
  const positions = shelf.positions(name);
  if (note.span === undefined || positions === undefined) return [];
  const location = { uri: shelf.uri(name), range: positions.range(note.span) };
  return [{ location, message: escapeControls(note.message) }];
}

/** Notes without a place belong to the message. */
function sentences({ message, details, help, notes }: ToldFinding): string {
  const told = (notes ?? []).filter(({ span }) => span === undefined);
  const lines = [
    message,
    ...(details ?? []),
    ...(help === undefined ? [] : [`help: ${help}`]),
    ...told.map((note) => `note: ${note.message}`),
  ];
  return lines.map(escapeControls).join("\n");
}

/** The address of a finding's page, which is packaged beside the program. */
function pageOf(code: string): string | undefined {
  const path = packagedPath(`docs/lint/${code}.md`);
  return path === undefined ? undefined : pathToFileURL(path).href;
}

/** A finding as editors show it; undefined: its file is not at hand. */
export function shownFinding(finding: ToldFinding, shelf: Shelf): Shown | undefined {
  const positions = shelf.positions(finding.file);
  if (positions === undefined) return undefined;
  const href = pageOf(finding.code);
  return {
    range: positions.range(finding.span),
    severity: SEVERITIES[finding.severity],
    code: finding.code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: "agentz",
    message: sentences(finding),
    relatedInformation: (finding.notes ?? []).flatMap((note) =>
      noteShown(note, finding.file, shelf),
    ),
  };
}
