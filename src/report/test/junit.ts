import type { FindingDocument, TestEntry, TestResult } from "../../documents/test-result.ts";
import { junitDocument, type JunitCase } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";
import { minimumText } from "./words.ts";

/** One test as JUnit readers take it. */
export function testCase(entry: TestEntry): JunitCase {
  const one = { classname: entry.suite, name: entry.name, file: entry.file, line: entry.line };
  if (entry.status === "passed") return one;
  const message = entry.failures[0]?.message ?? entryTitle(entry);
  return {
    ...one,
    problem: {
      kind: "failure",
      type: "decision",
      message,
      text: entry.failures.flatMap(failureLines).join("\n"),
    },
  };
}

/** A finding on a suite that does not load, as an error. */
function brokenCase({ code, message, file, line, text }: FindingDocument): JunitCase {
  return {
    classname: "suites that do not load",
    name: `${file}:${line}`,
    file,
    line,
    problem: { kind: "error", type: code, message, text },
  };
}

/** The minimums of coverage and mutation. */
export function minimumCases({ gate }: TestResult): readonly JunitCase[] {
  return gate.checks.map((check) => {
    const one = { classname: "agentz-test-gate", name: check.name };
    const text = minimumText(check);
    return check.passed
      ? one
      : { ...one, problem: { kind: "failure", type: "gate", message: text, text } };
  });
}

/** JUnit XML, one `testsuite` a suite. */
export function junitTest(result: TestResult, options: ReportOptions): string {
  return junitDocument(
    "agentz test",
    [
      ...result.tests.map(testCase),
      ...result.findings.filter(({ severity }) => severity === "error").map(brokenCase),
      ...minimumCases(result),
    ],
    options,
  );
}
