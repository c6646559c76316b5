import type { Control, IdentityProblem, ReportResult } from "../../documents/report-result.ts";
import { count, share, undecidedParts } from "../replay/words.ts";

const PROBLEMS: { readonly [problem in IdentityProblem]: string } = {
  unregistered: "unregistered",
  expired: "expired",
  suspended: "suspended",
  decommissioned: "decommissioned",
  "no-owner": "no owner",
  "never-reviewed": "never reviewed",
  "review-overdue": "review overdue",
  "shared-credential": "shared credential",
  "user-credential": "a person's credential",
  "user-name": "a person's name",
};

export function problemText(problem: IdentityProblem): string {
  return PROBLEMS[problem];
}

/** The one sentence that a reader in a hurry takes along. */
export function headline({ coverage }: ReportResult): string {
  const { enforcement } = coverage.metrics;
  if (enforcement.total === 0)
    return "No consequential call by an agent was recorded: there is nothing to cover.";
  return `Of ${count(enforcement.total, "consequential agent action")}, ${share(enforcement)} are evaluated by an external policy decision.`;
}

/** Days that the trace spans, for people. */
export function spanText({ trace }: ReportResult): string {
  return trace.from === null || trace.to === null
    ? "without times"
    : `${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
}

export function controlCounts(controls: readonly Control[]): string {
  const of = (status: Control["status"]): number =>
    controls.filter((control) => control.status === status).length;
  return `${of("met")} met, ${of("not met")} not met, ${of("no evidence")} without evidence`;
}

/** What could not be decided or read, one line each; empty where all was. */
export function doubts({ replay, trace, coverage, partial }: ReportResult): readonly string[] {
  const { notes, decisions, missing } = replay;
  return [
    partial ? "the run was interrupted: only a part of the trace is counted" : "",
    decisions.candidate.indeterminate > 0
      ? `${count(decisions.candidate.indeterminate, "call")} cannot be decided from what is recorded; missing: ${
          missing
            .slice(0, 5)
            .map((m) => m.attribute)
            .join(", ") || "nothing that could be recorded"
        }`
      : "",
    ...undecidedParts(trace),
    coverage.unknownTools.length > 0
      ? `${count(coverage.unknownTools.length, "tool")} that no catalog knows, in ${count(
          coverage.unknownTools.reduce((sum, t) => sum + t.calls, 0),
          "call",
        )}; they count as consequential`
      : "",
    notes.lookalikes.length > 0
      ? `${count(notes.lookalikes.length, "tool name")} that only look like known ones`
      : "",
    notes.contradictions.length > 0
      ? `the catalog contradicts the trace on ${notes.contradictions
          .slice(0, 5)
          .map((c) => `${c.attribute} (${c.calls})`)
          .join(", ")}; the catalog counts`
      : "",
    notes.errors.length > 0
      ? `conditions failed with an error: ${notes.errors
          .slice(0, 3)
          .map((e) => `${e.rule} (${e.calls})`)
          .join(", ")}`
      : "",
    coverage.coarse ? "more combinations than are kept apart: some are summed up as (others)" : "",
  ].filter((line) => line !== "");
}

/** How the numbers came about. */
export function method({ replay, now }: ReportResult): readonly string[] {
  const history =
    replay.history === "counterfactual"
      ? "each version of the policies sees the calls that it would itself have let run"
      : "both versions see the calls that really ran";
  const approvals =
    replay.approvalsMode === "recorded"
      ? "approvals count as they are recorded"
      : `every approval is taken as ${replay.approvalsMode}`;
  const from = {
    flag: "as asked for",
    "newest event": "the time of the newest event",
    clock: "the clock, since no event has a time",
  }[now.from];
  return [
    "Each recorded call was decided again under both versions of the policies; nothing was run.",
    `In this replay ${history}, and ${approvals}.`,
    "Consequential is what does more than read public or internal data; tools that no catalog knows count, and so does what is not known to be reversible.",
    `Expiry and reviews are judged by ${now.time.slice(0, 10)}: ${from}.`,
    "A replay shows what the policies would have decided on recorded behaviour. It is evidence, and no proof: other behaviour may come.",
  ];
}
