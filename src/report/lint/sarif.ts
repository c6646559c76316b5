import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import { CODES } from "../../diagnostics/codes.ts";
import type { LintFinding, LintResult } from "../../documents/lint-result.ts";
import type { ReportOptions } from "../reporter.ts";
import type { SarifRule } from "../sarif.ts";
import { sarifLog } from "../sarif.ts";
import { levelOf, messageOf, sentence } from "./words.ts";

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(CODES, code);
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
  const run = {
    category: "agentz/lint/",
    version: result.tool.version,
    rules: rulesOf(result.findings),
    results,
  };
  return sarifLog([run], options);
}
