import type { TestResult } from "../../documents/test-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { githubTest } from "./github.ts";
import { junitTest } from "./junit.ts";
import { markdownTest } from "./markdown.ts";
import { prettyTest } from "./pretty.ts";

/** Reporters of `agentz test` by `--format`. */
export const TEST_REPORTERS: ReadonlyMap<string, Reporter<TestResult>> = new Map<
  string,
  Reporter<TestResult>
>([
  ["pretty", prettyTest],
  ["json", jsonReporter],
  ["junit", junitTest],
  ["github", githubTest],
  ["markdown", markdownTest],
]);
