import { UserError } from "../diagnostics/user-error.ts";
import type { CoverageResult } from "../documents/coverage-result.ts";
import type { DecideResult } from "../documents/decide-result.ts";
import type { LintResult } from "../documents/lint-result.ts";
import type { DiffResult } from "../documents/diff-result.ts";
import type { VersionCheckResult } from "../documents/version-result.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { TestResult } from "../documents/test-result.ts";
import type { Reporter, ReportOptions } from "./reporter.ts";

/** A result document that can be written; `command` tells which. */
export type ResultDocument =
  | CoverageResult
  | DecideResult
  | DiffResult
  | LintResult
  | ReplayResult
  | TestResult
  | VersionCheckResult;

type Reporters<T> = ReadonlyMap<string, Reporter<T>>;

function written<T>(document: T, as: { readonly format: string; readonly options: ReportOptions }) {
  return (reporters: Reporters<T>): string => {
    const reporter = reporters.get(as.format);
    if (reporter !== undefined) return reporter(document, as.options);
    throw new UserError("usage", `there is no format \`${as.format}\` for this document`, {
      help: `it is written as ${[...reporters.keys()].join(", ")}`,
    });
  };
}

/**
 * A result document in one of its formats: the same bytes that its command writes. Reporters are
 * loaded when they are first asked for. A format that the document does not have is a `UserError`.
 */
export async function render(
  document: ResultDocument,
  format: string,
  options: Partial<ReportOptions> = {},
): Promise<string> {
  const as = { format, options: { color: false, details: false, ...options } };
  switch (document.command) {
    case "coverage":
      return written(document, as)((await import("./coverage/reporters.ts")).COVERAGE_REPORTERS);
    case "decide":
      return written(document, as)((await import("./decide/reporters.ts")).DECIDE_REPORTERS);
    case "diff":
      return written(document, as)((await import("./diff/reporters.ts")).DIFF_REPORTERS);
    case "lint":
      return written(document, as)((await import("./lint/reporters.ts")).LINT_REPORTERS);
    case "replay":
      return written(document, as)((await import("./replay/reporters.ts")).REPLAY_REPORTERS);
    case "test":
      return written(document, as)((await import("./test/reporters.ts")).TEST_REPORTERS);
    case "version check":
      return written(
        document,
        as,
      )((await import("./version/reporters.ts")).VERSION_CHECK_REPORTERS);
  }
}
