import { CODES, type DiagnosticCode } from "../../diagnostics/codes.ts";
import { hiddenText } from "../../diagnostics/limit.ts";
import type { LintFinding, LintResult } from "../../documents/lint-result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations, type Annotation } from "../github.ts";
import { junitDocument } from "../junit.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import type { ReportOptions } from "../reporter.ts";
import { repositoryPath } from "../repository-path.ts";
import { sarifLog, type SarifRule } from "../sarif.ts";

const LIMIT = 1000;

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(CODES, code);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function levelOf({ severity }: { readonly severity: string }): "error" | "warning" | "note" {
  return severity === "error" || severity === "warning" ? severity : "note";
}

function messageOf(finding: LintFinding): string {
  return [finding.message, ...(finding.help === null ? [] : [finding.help])]
    .map((text) => printable(text, LIMIT))
    .join("; ");
}

/** The codes that were found, each once, as SARIF describes rules. */
function rulesOf(findings: readonly LintFinding[]): readonly SarifRule[] {
  const levels = new Map(findings.map((finding) => [finding.code, levelOf(finding)]));
  return [...levels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, level]) => {
      const title = isCode(id) ? sentence(CODES[id]) : id;
      return { id, title, help: `${title} See docs/lint/${id}.md of agentz.`, level };
    });
}

/** SARIF 2.1.0 for code scanning. */
export function sarifLint(result: LintResult, options: ReportOptions): string {
  const results = result.findings.map((finding) => ({
    ruleId: finding.code,
    level: levelOf(finding),
    message: sentence(messageOf(finding)),
    file: finding.file,
    region: {
      startLine: finding.line,
      startColumn: finding.column,
      endLine: finding.endLine,
      endColumn: finding.endColumn,
    },
    fingerprints: { primaryLocationLineHash: finding.fingerprint },
  }));
  return sarifLog(
    {
      category: "agentz/lint/",
      version: result.tool.version,
      rules: rulesOf(result.findings),
      results,
    },
    options,
  );
}

function summary({ summary: summaryOf, hidden }: LintResult): string {
  const { errors, warnings } = summaryOf;
  const left = hidden.reduce((sum, { count }) => sum + count, 0);
  const told = `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  const open =
    summaryOf.cannotTell === 0
      ? ""
      : `; cannot tell ${summaryOf.cannotTell} within the bound on work`;
  return (left === 0 ? told : `${told}, ${left} of them not shown`) + open;
}

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

const ROWS = 200;

/** A table for a pull request's comment or summary. */
export function markdownLint(result: LintResult): string {
  const { findings } = result;
  const rows = findings
    .slice(0, ROWS)
    .map((f) => [
      markdownText(f.severity),
      markdownText(f.code),
      markdownText(`${f.file}:${f.line}`, 200),
      markdownText(f.message, 300) + (f.help === null ? "" : `<br>${markdownText(f.help, 300)}`),
    ]);
  const more = findings.length > ROWS ? ["", `and ${findings.length - ROWS} more`] : [];
  return `${["### agentz lint", "", summary(result), ...(rows.length === 0 ? [] : ["", ...markdownTable(["severity", "code", "place", "finding"], rows)]), ...more].join("\n")}\n`;
}
