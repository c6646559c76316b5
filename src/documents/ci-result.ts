import type { LintResult } from "./lint-result.ts";
import type { TestResult } from "./test-result.ts";
import type { VersionCheckResult } from "./version-result.ts";
import type { DiffResult } from "./diff-result.ts";
import type { ReplayResult } from "./replay-result.ts";
import type { AnalyzeResult } from "./analyze-result.ts";

/**
 * One part of a pipeline run. `skipped` says why in `summary`; `error`: it could not be run at all.
 * A required one that is skipped is `failed`.
 */
export interface CiStep {
  readonly name: "lint" | "test" | "analyze" | "version" | "replay";
  readonly status: "passed" | "failed" | "skipped" | "error";
  /** One sentence. */
  readonly summary: string;
  /** The way out of an error; null without one. */
  readonly help: string | null;
}

/** The result document of `agentz ci`: every part's own document, and one verdict. */
export interface CiResult {
  readonly schemaVersion: 1;
  readonly command: "ci";
  readonly tool: { readonly version: string };
  readonly source: string | null;
  readonly digest: string | null;
  readonly passed: boolean;
  readonly steps: readonly CiStep[];
  readonly lint: LintResult | null;
  readonly test: TestResult | null;
  /** What is proved of the candidate; null where it holds no invariant. */
  readonly analyze: AnalyzeResult | null;
  readonly version: VersionCheckResult | null;
  /**
   * What the change is, in words, with calls that show it; null where there is nothing to compare
   * with.
   */
  readonly diff: DiffResult | null;
  readonly replay: ReplayResult | null;
}
