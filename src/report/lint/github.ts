import type { LintResult } from "../../documents/lint-result.ts";
import type { Annotation } from "../github.ts";
import { githubAnnotations } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";
import { messageOf, summary } from "./words.ts";

/** An annotation for each finding. */
export function lintAnnotations({ findings }: LintResult): readonly Annotation[] {
  return findings.map((finding) => ({
    level:
      finding.severity === "error"
        ? "error"
        : finding.severity === "warning"
          ? "warning"
          : "notice",
    title: finding.code,
    message: messageOf(finding),
    file: finding.file,
    line: finding.line,
    column: finding.column,
    endLine: finding.endLine,
    ...(finding.endLine === finding.line ? { endColumn: finding.endColumn } : {}),
  }));
}

/** GitHub's workflow commands, as many annotations as GitHub shows. */
export function githubLint(result: LintResult, options: ReportOptions): string {
  return `${githubAnnotations(lintAnnotations(result), options)}agentz lint: ${summary(result)}\n`;
}
