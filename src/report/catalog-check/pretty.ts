import type { CatalogCheckResult } from "../../documents/catalog-check-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";

const SHOWN = 20;

/** What a trace shows and the catalog lacks, for a person. */
export function prettyCatalogCheck(document: CatalogCheckResult, options: ReportOptions): string {
  const shown = options.details ? document.findings : document.findings.slice(0, SHOWN);
  const rest = document.findings.length - shown.length;
  const lines = [
    `${document.trace.calls} calls by ${document.summary.agents} agents to ` +
      `${document.summary.tools} tools: ` +
      `${document.findings.length === 0 ? "the catalog lists them all" : `${document.findings.length} findings`}`,
    ...shown.map(
      ({ code, message, calls, first }) =>
        `  ${code.padEnd(22)} ${message} (${calls} calls, first ${first})`,
    ),
    ...(rest > 0 ? [`  and ${rest} more; --details lists all`] : []),
  ];
  return `${lines.map((line) => printable(line, 300)).join("\n")}\n`;
}
