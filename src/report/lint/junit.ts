import { hiddenText } from "../../diagnostics/limit.ts";
import type { LintResult } from "../../documents/lint-result.ts";
import { printable } from "../escape.ts";
import { junitDocument } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { repositoryPath } from "../repository-path.ts";
import { LIMIT } from "./words.ts";

/**
 * JUnit: a failed case for each finding, so that a CI system lists them; a passed one where there
 * is none.
 */
export function junitLint(result: LintResult, options: ReportOptions): string {
  const cases = result.findings.map((finding) => ({
    classname: repositoryPath(finding.file, options)
      .replace(/\.ya?ml$/i, "")
      .replaceAll(".", "_"),
    name: `${finding.code} at ${finding.line}:${finding.column}`,
    file: finding.file,
    line: finding.line,
    problem: {
      kind: "failure" as const,
      type: finding.code,
      message: printable(finding.message, LIMIT),
      text: [
        printable(finding.excerpt.text, LIMIT),
        ...(finding.help === null ? [] : [finding.help]),
      ].join("\n"),
    },
  }));
  const hidden = result.hidden.map((group) => ({
    classname: group.file.replace(/\.ya?ml$/i, "").replaceAll(".", "_"),
    name: `${group.code}, not shown`,
    file: group.file,
    line: 1,
    problem: {
      kind: "failure" as const,
      type: group.code,
      message: printable(hiddenText(group), LIMIT),
      text: "",
    },
  }));
  return junitDocument(
    "agentz lint",
    cases.length > 0 ? [...cases, ...hidden] : [{ classname: "agentz-lint", name: "no findings" }],
    options,
  );
}
