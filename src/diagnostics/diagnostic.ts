import type { Span } from "../text/span.ts";
import type { DiagnosticCode } from "./codes.ts";

export type Severity = "error" | "warning" | "info";

/** A related place: the first definition, the shadowing rule, a witness call. */
export interface DiagnosticNote {
  readonly message: string;
  readonly file?: string;
  readonly span?: Span;
}

/**
 * One finding on a document. `message` is one lowercase sentence without a final period, user input
 * in backticks; `help` says the way out. `span` is in offsets of `file`; line and column are
 * computed when printed. `path` is the YAML path (`$.rules[3].when`), from the root of its
 * document.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  readonly path: string;
  readonly help?: string;
  readonly notes?: readonly DiagnosticNote[];
}

/** A finding at a place; without `help` where there is none. */
export function diagnosticAt(
  { file, span, path }: Pick<Diagnostic, "file" | "span" | "path">,
  finding: Pick<Diagnostic, "code" | "severity" | "message"> & {
    readonly help?: string | undefined;
  },
): Diagnostic {
  const { code, severity, message, help } = finding;
  return { code, severity, message, file, span, path, ...(help === undefined ? {} : { help }) };
}

/**
 * Findings in the one order in which they leave the core: file, place, code, message; exact repeats
 * dropped.
 */
export function sortDiagnostics(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = (d: Diagnostic): string =>
    `${d.file}\u0000${String(d.span.start).padStart(10, "0")}\u0000${d.code}\u0000${d.message}`;
  const seen = new Map<string, Diagnostic>();
  for (const d of found) if (!seen.has(key(d))) seen.set(key(d), d);
  return [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, d]) => d);
}
