import type { CoverageDocument, TestEntry, TestResult } from "../../documents/test-result.ts";
import { printable } from "../escape.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";
import { minimumText } from "./words.ts";

/** Text that Markdown shows as it is: no markup, no HTML, no links, no mentions. */
function plain(text: string): string {
  return printable(text, 400).replace(/[\\`*_{}[\]()#+\-.!|<>~&@:]/g, (c) =>
    c === "<" ? "&lt;" : c === ">" ? "&gt;" : c === "&" ? "&amp;" : `\\${c}`,
  );
}

/** A code block that its content cannot end. */
function block(lines: readonly string[]): readonly string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

function failed(entry: TestEntry): readonly string[] {
  return [
    `### ${plain(entryTitle(entry))}`,
    "",
    ...block(entry.failures.flatMap(failureLines)),
    "",
  ];
}

function coverage(title: string, reached: CoverageDocument | undefined): readonly string[] {
  if (reached === undefined) return [];
  const open = [
    ...reached.rules.uncovered.map(({ rule }) => `rule ${rule}`),
    ...reached.outcomes.uncovered.map(
      ({ rule, condition, outcome }) => `${rule}: ${condition} is never ${outcome}`,
    ),
  ];
  return [
    `**${title}**: rules ${reached.rules.covered}/${reached.rules.total}, outcomes of ` +
      `conditions ${reached.outcomes.covered}/${reached.outcomes.total}`,
    "",
    ...open.map((line) => `- ${plain(line)}`),
    "",
  ];
}

function mutation(result: TestResult): readonly string[] {
  const m = result.mutation;
  if (m === undefined) return [];
  return [
    `**Mutation**: ${m.killed} of ${m.total - m.undecided} mutants killed, ${m.undecided} undecided`,
    "",
    ...m.survivors.flatMap((s) => [`- ${plain(`${s.rule}: ${s.change}`)}`]),
    "",
  ];
}

/** A summary for a pull request. */
export function markdownTest(result: TestResult): string {
  const { tests, suites, passed, failed: bad, errors } = result.summary;
  const verdict = bad === 0 && errors === 0 && result.gate.passed ? "passed" : "failed";
  return [
    `## agentz test: ${verdict}`,
    "",
    "| tests | suites | passed | failed | not loaded |",
    "| ---: | ---: | ---: | ---: | ---: |",
    `| ${tests} | ${suites} | ${passed} | ${bad} | ${errors} |`,
    "",
    ...result.gate.checks.map(
      (check) => `- ${check.passed ? "ok" : "**failed**"}: ${minimumText(check)}`,
    ),
    ...(result.gate.checks.length > 0 ? [""] : []),
    ...result.findings.flatMap((f) => [...block(f.text.split("\n")), ""]),
    ...result.tests.filter((entry) => entry.status !== "passed").flatMap(failed),
    ...coverage("Coverage", result.coverage),
    ...coverage("Reached by the trace", result.traceCoverage),
    ...mutation(result),
  ].join("\n");
}
