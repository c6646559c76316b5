import type { HiddenFindings } from "../diagnostics/limit.ts";

/** A related place of a finding, or a call that proves it. */
export interface LintNote {
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/**
 * The line of a finding, shortened if it is long. `start` and `end` give the underlined part of
 * `text`. Secrets are masked.
 */
export interface LintExcerpt {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The finding that another one follows from. If it is fixed, the other one is gone. */
export interface LintCause {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
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
  /** GitHub's hash of the line. It stays the same if lines are added elsewhere. */
  readonly fingerprint: string;
  /** True if `--fix` can fix it. */
  readonly fixable: boolean;
  /** The finding of a misspelled name that this one follows from; null: it stands for itself. */
  readonly cause: LintCause | null;
}

/** How many questions to the prover a lint rule asked, and how many of them it could not answer. */
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
   * The number of questions for which a proof would take too much work. Findings that depend on
   * them are not reported.
   */
  readonly cannotTell: number;
}

/** The checks that wait until the set loads. */
export interface LintWaiting {
  /** Rules that need documents in full of which a part has an error. */
  readonly rules: readonly string[];
  /** True if the set has suites: they are held against a set that loads. */
  readonly suites: boolean;
  /** The files with errors of loading. */
  readonly files: readonly string[];
}

/** The result document of `agentz lint`. */
export interface LintResult {
  readonly schemaVersion: 1;
  readonly command: "lint";
  readonly tool: { readonly version: string };
  /** The digest of the bytes. */
  readonly source: string;
  /** The digest of the meaning; null if the set does not load. */
  readonly digest: string | null;
  /** The paths that were linted, as the command line names them. */
  readonly ref: string;
  readonly files: number;
  /** The time by which expiry was judged, and its source. */
  readonly now: { readonly time: string; readonly from: "option" | "trace" | "clock" };
  readonly summary: LintSummary;
  readonly findings: readonly LintFinding[];
  /**
   * Findings that are counted in `summary` and left out of `findings`, because one file has too
   * many of one kind.
   */
  readonly hidden: readonly HiddenFindings[];
  readonly stats: readonly LintStats[] | null;
  /** What was not checked, since the set does not load; null if it loads. */
  readonly waiting: LintWaiting | null;
}

/** One row of `agentz lint --rules`. */
export interface LintRuleRow {
  readonly code: string;
  readonly level: string;
  readonly kind: string;
  readonly title: string;
}
