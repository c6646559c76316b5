import type { LintResult } from "../../documents/lint-result.ts";
import { count } from "../../text/count.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import { summary } from "./words.ts";

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
  const more =
    findings.length > ROWS ? ["", `… and ${count(findings.length - ROWS, "more finding")}`] : [];
  return `${[
    "### agentz lint",
    "",
    summary(result),
    ...(rows.length === 0
      ? []
      : ["", ...markdownTable(["severity", "code", "place", "finding"], rows)]),
    ...more,
  ].join("\n")}\n`;
}
