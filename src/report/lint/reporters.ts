import type { LintResult } from "../../documents/lint-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { githubLint, junitLint, markdownLint, sarifLint } from "./pipelines.ts";
import { prettyLint } from "./pretty.ts";

/** Reporters of `agentz lint` by `--format`. */
export const LINT_REPORTERS: ReadonlyMap<string, Reporter<LintResult>> = new Map<
  string,
  Reporter<LintResult>
>([
  ["pretty", prettyLint],
  ["json", jsonReporter],
  ["sarif", sarifLint],
  ["github", githubLint],
  ["junit", junitLint],
  ["markdown", markdownLint],
]);
