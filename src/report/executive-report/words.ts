import type {
  Control,
  IdentityInfo,
  IdentityProblem,
  IncidentDecision,
  ReportResult,
} from "../../documents/report-result.ts";
import {
  share,
  mergedParts,
  uncomparedText,
  undecidedParts,
  unreadLabels,
} from "../replay/words.ts";
import { count } from "../../text/count.ts";
import { firstOf } from "./verdict-words.ts";

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

/** The findings of an identity in words. WHY not all callers unregistered: only agents are registered. */
export function problemTexts({ problems, subject }: IdentityInfo): readonly string[] {
  const isAgent = subject.startsWith("agent:");
  return problems.map((problem) =>
    problem === "unregistered" && !isAgent ? "not recorded as an agent" : PROBLEMS[problem],
  );
}

/** `95%`, `99.5%`. */
export function percentText(rate: number): string {
  return `${Math.round(rate * 1000) / 10}%`;
}

/** The least share of calls on tools that no catalog lists by which a reader is warned. */
const UNLISTED = 0.1;

/**
 * That many calls count as the gravest, only because no catalog says what their tools do; empty
 * where they are few.
 */
export function unlistedText({ coverage, trace }: ReportResult): string {
  const { unknownTools } = coverage;
  const calls = unknownTools.reduce((sum, tool) => sum + tool.calls, 0);
  if (calls === 0 || calls < UNLISTED * trace.calls) return "";
  const tools = unknownTools.length === 1 ? "1 tool does" : `${unknownTools.length} tools do`;
  // no catalog can list a tool whose server was not recorded
  const step = unknownTools.every(({ tool }) => tool.startsWith("?/"))
    ? "Record the server of each tool first: `agentz import --server` names it where the format does not"
    : "List such tools in a catalog first: `agentz init --from-trace` drafts one";
  return (
    `No catalog says what ${tools}, so ${count(calls, "call")} of ${trace.calls.toLocaleString("en-US")} ` +
    `${calls === 1 ? "counts" : "count"} as consequential and as impossible to undo. ${step}.`
  );
}

/** How calls of an incident are decided, in words. */
export function decisionWords(decision: IncidentDecision): string {
  const { effect, permitted, rules, failing, calls } = decision;
  const by = rules.length === 0 ? "" : ` by ${rules.join(", ")}`;
  const what = permitted
    ? "not stopped: permitted"
    : ({
        deny: "denied",
        require_approval: "held for an approval",
        indeterminate: "indeterminate, so nothing is certain",
      }[effect] ?? effect);
  const only =
    failing === true
      ? `, only because ${rules.length === 1 ? "its condition is an error" : "their conditions are errors"} here`
      : "";
  return `${what}${by} (${count(calls, "call")})${only}`;
}

/**
 * What an identity without findings is. WHY not always sound: one that proved itself by no
 * credential is covered by nothing.
 */
export function soundText({
  calls,
  credentials,
  credentialKinds,
}: IdentityInfo): "sound" | "not seen" | "no credential recorded" {
  if (calls === 0) return "not seen";
  return credentials === 0 && credentialKinds.length === 0 ? "no credential recorded" : "sound";
}

/** `met for 363 of 364 calls`; without evidence it says no number that would look like a finding. */
export function measureText({ status, measure: { met, total, unit } }: Control): string {
  if (status === "no evidence" && met === 0) return "not measured";
  return total === 0
    ? `no ${unit} to measure`
    : `met for ${met.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} ${unit}`;
}

/** The published controls for which a control is evidence, by number. */
export function referenceText({ references }: Control): string {
  const { nistAiRmf, iso42001, csaAicm } = references;
  const named = [
    ["NIST AI RMF", nistAiRmf],
    ["ISO/IEC 42001", iso42001],
    ["CSA AICM", csaAicm],
  ] as const;
  return named
    .filter(([, numbers]) => numbers.length > 0)
    .map(([name, numbers]) => `${name} ${numbers.join(", ")}`)
    .join("; ");
}

/** The one sentence that a reader in a hurry takes along. */
export function headline({ coverage }: ReportResult): string {
  const { enforcement } = coverage.metrics;
  if (enforcement.total === 0)
    return "No consequential call by an agent was recorded: there is nothing to cover.";
  return (
    `Of ${count(enforcement.total, "consequential agent action")}, ${share(enforcement)} are ` +
    "evaluated by an external policy decision point."
  );
}

/** Days that the trace spans, for people. */
export function spanText({ trace }: ReportResult): string {
  return trace.from === null || trace.to === null
    ? "no call has a time"
    : `${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
}

export function controlCounts(controls: readonly Control[]): string {
  const of = (status: Control["status"]): number =>
    controls.filter((control) => control.status === status).length;
  return `${of("met")} met, ${of("not met")} not met, ${of("no evidence")} without evidence`;
}

/** Names that a sentence of a list holds; it says how many more there are. */
const NAMED = 10;

function indeterminateDoubt({ decisions, missing }: ReportResult["replay"]): string {
  const { indeterminate } = decisions.candidate;
  if (indeterminate === 0) return "";
  const named = missing.map(({ attribute }) => attribute);
  const unrecorded = firstOf(named, NAMED).join(", ") || "no attribute that a trace can record";
  const calls = `${count(indeterminate, "call")} ${indeterminate === 1 ? "is" : "are"}`;
  return `${calls} indeterminate; unrecorded: ${unrecorded}`;
}

function toolDoubts({ coverage, replay }: ReportResult): readonly string[] {
  const { unknownTools } = coverage;
  const { lookalikes } = replay.notes;
  const calls = unknownTools.reduce((sum, tool) => sum + tool.calls, 0);
  return [
    unknownTools.length > 0
      ? `${count(unknownTools.length, "tool")} that no catalog lists, ` +
        `in ${count(calls, "call")}; they count as consequential`
      : "",
    lookalikes.length > 0
      ? `${count(lookalikes.length, "tool name")} that look like known ones, but are not`
      : "",
  ];
}

function noteDoubts({
  contradictions,
  errors,
}: ReportResult["replay"]["notes"]): readonly string[] {
  const overruled = contradictions.map(
    (c) => `${c.attribute} (${c.calls.toLocaleString("en-US")})`,
  );
  const calls = new Map<string, number>();
  // a rule has one entry for each message, and fails on a call with one message
  for (const { rule, calls: more } of errors) calls.set(rule, (calls.get(rule) ?? 0) + more);
  const failed = [...calls].map(([rule, n]) => `${rule} (${n.toLocaleString("en-US")})`);
  return [
    overruled.length > 0
      ? `the catalog contradicts the trace on ${firstOf(overruled, NAMED).join(", ")}; the catalog counts`
      : "",
    failed.length > 0
      ? `conditions that could not be evaluated, so that the strictest outcome counts: ` +
        firstOf(failed, NAMED).join(", ")
      : "",
  ];
}

/** What merged parts do not list, only estimate, or cannot tell at all. */
function partDoubts({ parts, timelines }: ReportResult): readonly string[] {
  const isTorn = parts?.estimated.includes("timelines") === true && parts.key !== "session";
  if (!isTorn || timelines.length > 0) return mergedParts(parts);
  const estimated = parts.estimated.filter((name) => name !== "timelines");
  return [
    ...mergedParts({ ...parts, estimated }),
    `no timelines: the trace was split by ${parts.key}, so a session may be in several parts ` +
      "(make plan and parts with --whole-sessions)",
  ];
}

/** What could not be decided or read, one line each; empty where all was. */
export function doubts(report: ReportResult): readonly string[] {
  const { replay, trace, coverage, partial } = report;
  return [
    partial ? "the run was interrupted: only a part of the trace is counted" : "",
    indeterminateDoubt(replay),
    uncomparedText(report) ?? "",
    ...undecidedParts(trace),
    ...unreadLabels(replay.notes),
    ...partDoubts(report),
    ...toolDoubts(report),
    ...noteDoubts(replay.notes),
    coverage.coarse ? "too many combinations: some are added up as (others)" : "",
  ].filter((line) => line !== "");
}

/** How the numbers came about. */
export function method({ replay, now }: ReportResult): readonly string[] {
  const history =
    replay.history === "counterfactual"
      ? "each version of the policies sees the calls that it would have permitted itself"
      : "both versions see the calls that really ran";
  const approvals =
    replay.approvalsMode === "recorded"
      ? "approvals count as recorded"
      : `every approval is assumed to be ${replay.approvalsMode}`;
  const from = {
    flag: "as requested",
    "newest event": "the time of the newest event",
    clock: "the clock, because no event has a time",
  }[now.from];
  return [
    "Each recorded call was decided again under both versions of the policies. No call was run.",
    "A rule matches a call if the call fits its lists and its condition is true. Of the rules that match, deny " +
      "overrides an approval, and an approval overrides allow. A call that no rule permits is denied.",
    "If a condition is an error, or reads data that is not recorded, the strictest outcome counts. So a rule can " +
      "decide calls that it is not known to match.",
    `In this replay ${history}, and ${approvals}.`,
    "A call is consequential if it does more than read public or internal data. Tools that no " +
      "catalog lists count as consequential, and so do tools that are not known to be reversible.",
    "A bar or a card counts consequential calls; groups of changes, incidents, controls and approvals count all calls.",
    `Expiry and reviews are judged by ${now.time.slice(0, 10)}: ${from}.`,
    "A replay shows what the policies would have decided on recorded behaviour. It is " +
      "evidence, not proof: agents may behave differently in the future.",
  ];
}
