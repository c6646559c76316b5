import type { LintResult } from "./lint-result.ts";
import type { TestResult } from "./test-result.ts";
import type { VersionCheckResult } from "./version-result.ts";
import type { DiffResult } from "./diff-result.ts";
import type { ReplayResult } from "./replay-result.ts";
import type { AnalyzeResult } from "./analyze-result.ts";

/**
 * One step of a pipeline run. `skipped`: `summary` says why. `error`: the step could not run. A
 * required step that is skipped is `failed`.
 */
export interface CiStep {
  readonly name: "lint" | "test" | "analyze" | "version" | "replay";
  readonly status: "passed" | "failed" | "skipped" | "error";
  /** One sentence. */
  readonly summary: string;
  /** What to do about an error; null if there is none. */
  readonly help: string | null;
}

/** The result document of `agentz ci`: the document of every step, and one result. */
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
  /** The answers to the candidate's invariants; null if it has none. */
  readonly analyze: AnalyzeResult | null;
  readonly version: VersionCheckResult | null;
  /** The change in words, with example calls; null if there is no baseline. */
  readonly diff: DiffResult | null;
  readonly replay: ReplayResult | null;
}
