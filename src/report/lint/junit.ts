import { hiddenText } from "../../diagnostics/limit.ts";
import type { LintResult } from "../../documents/lint-result.ts";
import { printable } from "../escape.ts";
import { junitDocument, type JunitCase } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { repositoryPath } from "../repository-path.ts";
import { LIMIT } from "./words.ts";

function classnameOf(file: string): string {
  return file.replace(/\.ya?ml$/i, "").replaceAll(".", "_");
}

function findingCase(finding: LintResult["findings"][number], options: ReportOptions): JunitCase {
  const help = finding.help === null ? [] : [finding.help];
  return {
    classname: classnameOf(repositoryPath(finding.file, options)),
    name: `${finding.code} at ${finding.line}:${finding.column}`,
    file: finding.file,
    line: finding.line,
    problem: {
      kind: "failure",
      type: finding.code,
      message: printable(finding.message, LIMIT),
      text: [printable(finding.excerpt.text, LIMIT), ...help].join("\n"),
    },
  };
}

function hiddenCase(group: LintResult["hidden"][number]): JunitCase {
  return {
    classname: classnameOf(group.file),
    name: `${group.code}, not shown`,
    file: group.file,
    line: 1,
    problem: {
      kind: "failure",
      type: group.code,
      message: printable(hiddenText(group), LIMIT),
      text: "",
    },
  };
}

/**
 * JUnit: a failed case for each finding, so that a CI system lists them; a passed one where there
 * is none.
 */
export function junitLint(result: LintResult, options: ReportOptions): string {
  const cases = [
    ...result.findings.map((finding) => findingCase(finding, options)),
    ...(result.findings.length > 0 ? result.hidden.map(hiddenCase) : []),
  ];
  const none = { classname: "agentz-lint", name: "no findings" };
  return junitDocument("agentz lint", cases.length > 0 ? cases : [none], options);
}
