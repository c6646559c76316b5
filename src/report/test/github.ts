import type { FindingDocument, TestEntry, TestResult } from "../../documents/test-result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations, type Annotation } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";
import { minimumText } from "./words.ts";
import { count } from "../../text/count.ts";

const LIMIT = 400;

function findingAnnotation({
  code,
  severity,
  message,
  help,
  file,
  line,
}: FindingDocument): Annotation {
  const level = severity === "error" || severity === "warning" ? severity : "notice";
  return {
    level,
    title: code,
    message: [message, ...(help === null ? [] : [help])]
      .map((text) => printable(text, LIMIT))
      .join("\n"),
    file,
    line,
  };
}

function failureAnnotations(entry: TestEntry): readonly Annotation[] {
  return entry.failures.map((failure) => ({
    level: "error",
    title: entryTitle(entry),
    message: failureLines(failure).join("\n"),
    file: failure.at?.file ?? entry.file,
    line: failure.at?.line ?? entry.line,
  }));
}

function survivorAnnotations({ mutation }: TestResult): readonly Annotation[] {
  return (mutation?.survivors ?? []).map(({ rule, change, file, line }) => ({
    level: "warning",
    title: "a mutant survived",
    message: printable(`${rule}: ${change}`, LIMIT),
    file,
    line,
  }));
}

function gateAnnotations({ gate }: TestResult): readonly Annotation[] {
  return gate.checks
    .filter((check) => !check.passed)
    .map((check) => ({ level: "error", title: check.name, message: minimumText(check) }));
}

/** What a run of tests has to say in a pull request: each failure at the expectation's line. */
export function testAnnotations(result: TestResult): readonly Annotation[] {
  return [
    ...result.findings.map(findingAnnotation),
    ...result.tests.flatMap(failureAnnotations),
    ...survivorAnnotations(result),
    ...gateAnnotations(result),
  ];
}

/** GitHub's workflow commands, and the sums as the last line. */
export function githubTest(result: TestResult, options: ReportOptions): string {
  const { tests, suites, passed, failed, errors } = result.summary;
  const sums =
    `${count(tests, "test")} in ${count(suites, "suite")}: ${passed} passed, ${failed} failed, ` +
    `${count(errors, "suite")} not loaded`;
  return `${githubAnnotations(testAnnotations(result), options)}${sums}\n`;
}
