import type { TestEntry } from "../../documents/test-result.ts";
import { loadSuiteFiles } from "../suite-set.ts";
import { runPart } from "../test-set.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

/** A test that somebody wants to run. */
export interface TestName {
  readonly suite: string;
  readonly name: string;
}

/** How a test ended. */
export interface TestVerdict {
  readonly cases: number;
  /** Why cases failed, each as a sentence or more; none: all passed. */
  readonly failures: readonly string[];
}

function isOf({ suite, name }: TestName, entry: TestEntry): boolean {
  // each case of a matrix has its values behind the name
  return entry.suite === suite && entry.name.startsWith(name);
}

/** Runs one test of a set with unsaved texts in it. Policies that do not load are a `UserError`. */
export async function testTexts(job: TextsJob, test: TestName): Promise<TestVerdict> {
  const loaded = loadSuiteFiles(await filesOfTexts(job));
  const filter = `${test.suite}/${test.name}`;
  const { tests } = runPart(loaded, filter, { recorder: undefined, pool: undefined });
  const entries = tests.filter((entry) => isOf(test, entry));
  const failed = entries.filter(({ status }) => status !== "passed");
  const broken = loaded.broken.includes(test.suite)
    ? [`the suite ${test.suite} does not load: fix its findings first`]
    : [];
  return {
    cases: entries.length,
    failures: [
      ...broken,
      ...failed.map(
        ({ name, failures }) => `${name}: ${failures.map(({ message }) => message).join("; ")}`,
      ),
    ],
  };
}
