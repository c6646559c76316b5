import type { LintFinding, LintResult } from "../../documents/lint-result.ts";
import { printable } from "../escape.ts";
import { capital } from "../../text/capital.ts";
import { count } from "../../text/count.ts";

export const LIMIT = 1000;

export function sentence(text: string): string {
  return `${capital(text)}.`;
}

export function levelOf({ severity }: { readonly severity: string }): "error" | "warning" | "note" {
  return severity === "error" || severity === "warning" ? severity : "note";
}

export function messageOf(finding: LintFinding): string {
  return [finding.message, ...(finding.help === null ? [] : [finding.help])]
    .map((text) => printable(text, LIMIT))
    .join("; ");
}

export function summary({ summary: summaryOf, hidden }: LintResult): string {
  const { errors, warnings } = summaryOf;
  const left = hidden.reduce((sum, { count }) => sum + count, 0);
  const told = `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  const open =
    summaryOf.cannotTell === 0
      ? ""
      : `; ${count(summaryOf.cannotTell, "question")} not answered within the limit of work`;
  return (left === 0 ? told : `${told}, ${left} of them not shown`) + open;
}
