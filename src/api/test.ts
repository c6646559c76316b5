import { expandInputs, TRACE_ENDINGS } from "../node/inputs.ts";
import type { TestResult } from "../documents/test-result.ts";
import { hostOf, type SetOptions } from "./set-files.ts";
import { loadSuiteSet } from "./suite-set.ts";
import { runTests } from "./test-set.ts";

/** How tests are run. */
export interface TestRunOptions extends SetOptions {
  /** The least shares of rules and outcomes reached, and of mutants killed, from 0 to 1. */
  readonly minCoverage?: number;
  readonly minMutation?: number;
  /** Policies and catalogs to test, where the paths hold suites alone. */
  readonly candidate?: readonly string[];
  /** Only tests whose `<suite>/<name>` holds the text. */
  readonly filter?: string;
  /** Whether the document says which rules and outcomes the tests reach (design 8.4). */
  readonly coverage?: boolean;
  /** Whether each rule is changed in every way, to see which changes no test notices (design 8.5). */
  readonly mutate?: boolean;
  /** Recorded traces whose own coverage is wanted besides. */
  readonly trace?: readonly string[];
}

/**
 * Runs the unit tests of policies (design 8): policies, catalogs and suites by their paths. Failed
 * tests, and suites that do not load, are in the document; a policy that does not load is a
 * `UserError`. Runs on the calling thread alone.
 */
export async function test(
  paths: string | readonly string[],
  options: TestRunOptions = {},
): Promise<TestResult> {
  const { candidate, filter, minCoverage, minMutation } = options;
  const all = typeof paths === "string" ? [paths] : paths;
  const trace =
    options.trace === undefined ? undefined : await expandInputs(options.trace, TRACE_ENDINGS);
  return runTests(await loadSuiteSet(hostOf(options), { paths: all, candidate }), {
    filter,
    coverage: options.coverage === true || minCoverage !== undefined || trace !== undefined,
    mutate: options.mutate === true || minMutation !== undefined,
    minCoverage,
    minMutation,
    trace,
  });
}
