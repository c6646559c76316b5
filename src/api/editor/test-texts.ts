import { UserError } from "../../diagnostics/user-error.ts";
import type { TestEntry } from "../../documents/test-result.ts";
import { failureLines, failureSummary } from "../../report/test/failure-lines.ts";
import { loadSuiteFiles } from "../suite-set.ts";
import { runPart } from "../test-set.ts";
import { assembleTexts } from "./assemble-texts.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

/** A test that somebody wants to run. */
export interface TestName {
  readonly suite: string;
  readonly name: string;
}

/** One case of a test that failed. */
export interface FailedCase {
  /** The test, with the values of a matrix behind it. */
  readonly name: string;
  /** What was expected, what came, and by which rule, in a few lines. */
  readonly summary: readonly string[];
  /** The same with the conditions that were met and those that were not. */
  readonly lines: readonly string[];
}

/** How a test ended. */
export interface TestVerdict {
  /** How many cases ran; 0: there is no such test. */
  readonly cases: number;
  readonly failed: readonly FailedCase[];
}

function isOf({ suite, name }: TestName, entry: TestEntry): boolean {
  // each case of a matrix has its values behind the name
  const isNamed = entry.name === name || entry.name.startsWith(`${name} [`);
  return entry.suite === suite && isNamed;
}

/**
 * Runs one test of a set with unsaved texts in it, though examples of its rules fail. Policies and
 * suites that do not load are a `UserError`.
 */
export async function testTexts(job: TextsJob, test: TestName): Promise<TestVerdict> {
  const loaded = loadSuiteFiles(await filesOfTexts(job), undefined, assembleTexts);
  if (loaded.broken.includes(test.suite))
    throw new UserError(
      "suite-does-not-load",
      `the suite ${test.suite} does not load: fix its findings first`,
    );
  const filter = `${test.suite}/${test.name}`;
  const { tests } = runPart(loaded, filter, { recorder: undefined, pool: undefined });
  const entries = tests.filter((entry) => isOf(test, entry));
  const failed = entries.filter(({ status }) => status !== "passed");
  return {
    cases: entries.length,
    failed: failed.map(({ name, failures }) => ({
      name,
      summary: failures.flatMap(failureSummary),
      lines: failures.flatMap(failureLines),
    })),
  };
}
