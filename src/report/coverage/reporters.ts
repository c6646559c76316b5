import type { CoverageResult } from "../../documents/coverage-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { markdownCoverage } from "./markdown.ts";
import { prettyCoverage } from "./pretty.ts";

/** Reporters of `agentz coverage` by `--format`. */
export const COVERAGE_REPORTERS: ReadonlyMap<string, Reporter<CoverageResult>> = new Map<
  string,
  Reporter<CoverageResult>
>([
  ["pretty", prettyCoverage],
  ["json", jsonReporter],
  ["markdown", markdownCoverage],
]);
