import type { TestEntry, TestResult } from "../../suite/result.ts";
import { xmlText as xml } from "../junit.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";

function testCase(entry: TestEntry): string {
  const attributes = `classname="${xml(entry.suite)}" name="${xml(entry.name)}" file="${xml(entry.file)}" line="${entry.line}"`;
  if (entry.status === "passed") return `    <testcase ${attributes}/>`;
  const message = entry.failures[0]?.message ?? entryTitle(entry);
  const text = entry.failures.flatMap(failureLines).join("\n");
  return `    <testcase ${attributes}>\n      <failure message="${xml(message)}">${xml(text)}</failure>\n    </testcase>`;
}

function suite(name: string, entries: readonly TestEntry[]): string {
  const failures = entries.filter((entry) => entry.status !== "passed").length;
  return [`  <testsuite name="${xml(name)}" tests="${entries.length}" failures="${failures}" errors="0">`, ...entries.map(testCase), "  </testsuite>"].join("\n");
}

/** Findings on suites that do not load, as a suite of errors. */
function broken(result: TestResult): readonly string[] {
  if (result.findings.length === 0) return [];
  const cases = result.findings.map((f) => `    <testcase classname="${xml(f.file)}" name="${xml(`${f.file}:${f.line}`)}" file="${xml(f.file)}" line="${f.line}">\n      <error message="${xml(f.message)}" type="${xml(f.code)}">${xml(f.text)}</error>\n    </testcase>`);
  return [`  <testsuite name="suites that do not load" tests="${cases.length}" failures="0" errors="${cases.length}">`, ...cases, "  </testsuite>"];
}

/** JUnit XML, one `testsuite` a suite. */
export function junitTest(result: TestResult): string {
  const { tests, failed, errors } = result.summary;
  const names = [...new Set(result.tests.map((entry) => entry.suite))];
  const bySuite = new Map(names.map((name) => [name, new Array<TestEntry>()]));
  for (const entry of result.tests) bySuite.get(entry.suite)?.push(entry);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="agentz test" tests="${tests}" failures="${failed}" errors="${errors}">`,
    ...[...bySuite].map(([name, entries]) => suite(name, entries)),
    ...broken(result),
    "</testsuites>",
    "",
  ].join("\n");
}
