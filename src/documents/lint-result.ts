import type { HiddenFindings } from "../diagnostics/limit.ts";

/** A related place of a finding, or a call that proves it. */
export interface LintNote {
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/**
 * The line of a finding, cut where it is long; `start` and `end` say what of `text` is underlined.
 * Secrets are masked.
 */
export interface LintExcerpt {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One finding at its place (design 12). Lines and columns from 1, the end exclusive. */
export interface LintFinding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** YAML path from the root of its document. */
  readonly path: string;
  readonly help: string | null;
  readonly notes: readonly LintNote[];
  readonly excerpt: LintExcerpt;
  /** What stays the same when lines are added elsewhere: GitHub's hash of the line. */
  readonly fingerprint: string;
  /** True where `--fix` fixes it. */
  readonly fixable: boolean;
}

/**
 * How often a rule asked whether something is possible at all, and how often that could not be
 * told.
 */
export interface LintStats {
  readonly rule: string;
  readonly asked: number;
  readonly gaveUp: number;
}

export interface LintSummary {
  readonly errors: number;
  readonly warnings: number;
  readonly suppressed: number;
  readonly fixed: number;
  /**
   * Questions of the proofs that were beyond the bound on work; what hangs on them is not among the
   * findings.
   */
  readonly cannotTell: number;
}

/** The result document of `agentz lint`. */
export interface LintResult {
  readonly schemaVersion: 1;
  readonly command: "lint";
  readonly tool: { readonly version: string };
  /** Digest of the bytes. */
  readonly source: string;
  /** Digest of the meaning; null where the set does not load. */
  readonly digest: string | null;
  /** What was linted, as asked for. */
  readonly ref: string;
  readonly files: number;
  /** The instant that expiry was judged by, and where it came from. */
  readonly now: { readonly time: string; readonly from: "option" | "trace" | "clock" };
  readonly summary: LintSummary;
  readonly findings: readonly LintFinding[];
  /**
   * Findings that are counted in `summary` and left out of `findings`: the same slip, hundreds of
   * times in one file.
   */
  readonly hidden: readonly HiddenFindings[];
  readonly stats: readonly LintStats[] | null;
}

/** One row of `agentz lint --rules`. */
export interface LintRuleRow {
  readonly code: string;
  readonly level: string;
  readonly kind: string;
  readonly title: string;
}
