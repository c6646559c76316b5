import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, DiagnosticNote, Severity } from "../diagnostics/diagnostic.ts";
import { meantHelp } from "../text/slip.ts";
import type { Span } from "../text/span.ts";
import type { Place } from "./model.ts";

export { quoted } from "../text/quoted.ts";

export interface Finding {
  readonly code: DiagnosticCode;
  /** An error, unless it says otherwise. */
  readonly severity?: Severity;
  readonly place: Place;
  /** Narrower than the place's own. */
  readonly span?: Span;
  readonly message: string;
  readonly help?: string | undefined;
  readonly notes?: readonly DiagnosticNote[];
}

/** Collects what is wrong in one loading; nothing that meets a mistake stops for it. */
export class DiagnosticSink {
  readonly #found: Diagnostic[] = [];

  get found(): readonly Diagnostic[] {
    return this.#found;
  }

  /** How many have been found so far: unchanged by a part that is sound. */
  get count(): number {
    return this.#found.length;
  }

  add(finding: Finding): void {
    this.#found.push({
      code: finding.code,
      severity: finding.severity ?? "error",
      message: finding.message,
      file: finding.place.file,
      span: finding.span ?? finding.place.span,
      path: finding.place.path,
      ...(finding.help !== undefined && { help: finding.help }),
      ...(finding.notes !== undefined && { notes: finding.notes }),
    });
  }
}

/** The help for a word that is not known: the nearest one, else all that there are. */
export function didYouMean(word: string, known: readonly string[]): string {
  return meantHelp(word, known, `known here: ${known.join(", ")}`);
}
