import type { CandidateResult, ReplayResult } from "../../documents/replay-result.ts";
import { printable, printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { padded, textWidth } from "../wrap.ts";
import { failedCheckTexts } from "./gate-words.ts";
import { total } from "./words.ts";

/** What candidates are compared by, in the order of {@link candidateRows}. */
export const CANDIDATE_HEADER = [
  "candidate",
  "denies",
  "asks",
  "allows",
  "indeterminate",
  "widened",
  "narrowed",
  "incidents stopped",
  "benign broken",
  "gate",
] as const;

/** A candidate, as far as it is compared. */
export type Compared = Pick<
  CandidateResult,
  "candidate" | "decisions" | "changes" | "labels" | "gate" | "error"
>;

/** One row for each candidate: what it stops, what it breaks, whom it asks. */
export function candidateRows(all: readonly Compared[]): readonly (readonly string[])[] {
  return all.map(rowOf);
}

/** The candidates of a replay, the first one first. */
export function candidatesOf(result: ReplayResult): readonly Compared[] {
  return [{ ...result, decisions: result.decisions.candidate }, ...(result.candidates ?? [])];
}

/** `1,204 of 3,310`. */
function shareText(part: number, whole: number): string {
  return `${part.toLocaleString("en-US")} of ${whole.toLocaleString("en-US")}`;
}

function rowOf({
  candidate,
  decisions,
  changes,
  labels,
  gate,
  error,
}: Compared): readonly string[] {
  const { incident, benign } = labels;
  return [
    candidate.ref,
    decisions.deny.toLocaleString("en-US"),
    decisions.require_approval.toLocaleString("en-US"),
    decisions.allow.toLocaleString("en-US"),
    decisions.indeterminate.toLocaleString("en-US"),
    total(changes.widened).toLocaleString("en-US"),
    total(changes.narrowed).toLocaleString("en-US"),
    incident.calls === 0 ? "no labels" : shareText(incident.stopped, incident.calls),
    benign.calls === 0 ? "no labels" : shareText(benign.denied + benign.gated, benign.calls),
    error !== undefined ? "proves nothing" : gateWord(gate),
  ];
}

/** Why a further candidate fails; undefined: it does not. */
export function candidateProblem({ candidate, gate, error }: CandidateResult): string | undefined {
  if (error !== undefined) return `${printable(candidate.ref, 100)}: ${error.message}`;
  if (gate.passed) return undefined;
  const failed = failedCheckTexts({ gate });
  return printable(`${candidate.ref}: ${failed.join("; ")}`, 1000);
}

/** The table for a terminal: a row for each candidate, a column for each where rows are too wide. */
export function candidateLines(
  all: readonly Compared[],
  { columns = Number.POSITIVE_INFINITY }: Pick<ReportOptions, "columns">,
): readonly string[] {
  if (all.length < 2) return [];
  const rows = [[...CANDIDATE_HEADER], ...candidateRows(all)].map((row) =>
    row.map((cell) => printableWhole(cell)),
  );
  const across = tableLines(rows);
  return across.every((line) => textWidth(line) <= columns)
    ? across
    : tableLines(CANDIDATE_HEADER.map((_, i) => rows.map((row) => row[i] ?? "")));
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => textWidth(row[i] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => padded(cell, widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function gateWord({ passed, checks }: CandidateResult["gate"]): string {
  if (checks.length === 0) return "none";
  return passed
    ? "passed"
    : `failed: ${checks.flatMap(({ name, passed: ok }) => (ok ? [] : [name])).join(", ")}`;
}
