import { runSuites, summaryOf } from "../suite/run-suites.ts";
import type { TestResult } from "../suite/result.ts";
import type { SuiteSet } from "./suite-set.ts";
import { VERSION } from "./version.ts";

export interface TestOptions {
  readonly filter: string | undefined;
}

/** Runs the tests of a set and gives the document (design 8, 12). */
export function runTests(loaded: SuiteSet, options: TestOptions): TestResult {
  const { assembled, suites, broken, explaining } = loaded;
  const entries = runSuites(suites, { ...explaining, filter: options.filter });
  return {
    schemaVersion: 1,
    command: "test",
    tool: { version: VERSION },
    source: assembled.source,
    digest: assembled.digest,
    filter: options.filter ?? null,
    summary: summaryOf(entries, { suites: suites.length + broken.length, broken: broken.length }),
    tests: entries,
    findings: loaded.findings,
    gate: { passed: true, checks: [] },
  };
}
