import type { CatalogCheckResult } from "../../documents/catalog-check-result.ts";
import { count } from "../../text/count.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";

const SHOWN = 20;

/** What a trace shows and the catalog lacks, for a person. */
export function prettyCatalogCheck(document: CatalogCheckResult, options: ReportOptions): string {
  const shown = options.details ? document.findings : document.findings.slice(0, SHOWN);
  const rest = document.findings.length - shown.length;
  const lines = [
    `${count(document.trace.calls, "call")} by ${count(document.summary.agents, "agent")} to ` +
      `${count(document.summary.tools, "tool")}: ` +
      `${document.findings.length === 0 ? "the catalog lists them all" : count(document.findings.length, "finding")}`,
    ...shown.map(
      ({ code, message, calls, first }) =>
        `  ${code.padEnd(22)} ${message} (${count(calls, "call")}, first ${first})`,
    ),
    ...(rest > 0 ? [`  … and ${count(rest, "more finding")} (--details)`] : []),
  ];
  return `${lines.map((line) => printableWhole(line)).join("\n")}\n`;
}
