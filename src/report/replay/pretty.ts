import { Chalk, type ChalkInstance } from "chalk";
import type { ChangeGroup, LabelScores, Ratio, ReplayResult } from "../../replay/result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";

const WIDTH = 100;
const SHOWN = 3;

function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** A share for people: "none" where there is nothing to share (design 9). */
export function share({ covered, total }: Ratio): string {
  if (total === 0) return "none";
  const percent = (covered / total) * 100;
  const shown = covered === total ? "100" : covered === 0 ? "0" : Math.min(99.9, Math.max(0.1, percent)).toFixed(1);
  return `${shown}%`;
}

const total = (moved: { readonly direct: number; readonly downstream: number }): number => moved.direct + moved.downstream;

/** Cuts a line to the width, counting characters. */
function fit(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

function verdict(result: ReplayResult, paint: ChalkInstance): string {
  const { widened, narrowed, indeterminate, unchanged } = result.changes;
  const calls = result.trace.calls;
  if (result.error !== undefined) return paint.red(fit(`${result.error.message}`));
  if (result.partial) return paint.yellow("interrupted: what follows is only a part of the trace");
  if (unchanged === calls) return paint.green("nothing changes: every call is decided as before");
  const parts = [
    total(widened) > 0 ? paint.red(`${count(total(widened), "call")} would get wider`) : paint.green("no call gets wider"),
    total(narrowed) > 0 ? `${count(total(narrowed), "call")} would be stopped or held` : "",
    indeterminate > 0 ? paint.yellow(`${count(indeterminate, "call")} cannot be told`) : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function groupLine(group: ChangeGroup): string {
  const rules = group.to === group.from && group.fromRules.length > 0 ? `${group.fromRules.join(" ")} -> ${group.toRules.join(" ")}` : group.toRules.join(" ");
  const where = `${group.subject} ${group.action}${group.resourceClass === null ? "" : ` (${group.resourceClass})`}`;
  return fit(printable(`    ${count(group.calls, "call").padEnd(10)} ${group.from} -> ${group.to}  ${where}  by ${rules || "-"}  e.g. ${group.example}`, 400));
}

function section(result: ReplayResult, kind: ChangeGroup["class"], title: string, options: ReportOptions): readonly string[] {
  const groups = result.groups.filter((group) => group.class === kind);
  if (groups.length === 0) return [];
  const shown = options.details ? groups : groups.slice(0, SHOWN);
  const rest = groups.slice(shown.length).reduce((sum, group) => sum + group.calls, 0);
  const more = groups.length > shown.length ? [`    … and ${count(groups.length - shown.length, "more group")} with ${count(rest, "call")} (--details)`] : [];
  return [title, ...shown.map(groupLine), ...more];
}

function movedTitle(name: string, moved: { readonly direct: number; readonly downstream: number }): string {
  return `${name} ${total(moved)}${moved.downstream > 0 ? ` (${moved.direct} directly, ${moved.downstream} by what changed before)` : ""}`;
}

function labelLine({ incident, benign }: LabelScores): readonly string[] {
  const parts = [];
  if (incident.calls > 0) parts.push(`incidents: ${incident.stopped} of ${incident.calls} calls stopped${incident.undecided > 0 ? `, ${incident.undecided} undecided` : ""}`);
  if (benign.calls > 0) parts.push(`benign work: ${benign.denied} of ${benign.calls} calls denied, ${benign.gated} held for approval${benign.undecided > 0 ? `, ${benign.undecided} undecided` : ""}`);
  return parts.length === 0 ? [] : [`  ${parts.join("; ")}`];
}

function approvalLines(result: ReplayResult): readonly string[] {
  const { baseline, candidate } = result.approvals;
  if (candidate.required === 0 && baseline.required === 0) return [];
  const rate = candidate.perDay === null ? "" : `, ${candidate.perDay} a day, ${candidate.peakHour} in the busiest hour`;
  const who = Object.keys(candidate.byApprover).slice(0, SHOWN).map((name) => printable(name, 40)).join("; ");
  return [fit(`  approvals: ${count(candidate.required, "call")} need one (before: ${baseline.required}), ${candidate.satisfied} had it${rate}${who === "" ? "" : ` from ${who}`}`)];
}

function missingLines(result: ReplayResult, options: ReportOptions): readonly string[] {
  const shown = options.details ? result.missing : result.missing.slice(0, SHOWN);
  if (shown.length === 0) return [];
  const lines = shown.map(({ attribute, rules, calls }) => fit(printable(`    ${attribute} in ${count(calls, "call")}, read by ${rules.join(" ")}`, 300)));
  const rest = result.missing.length - shown.length;
  return ["what must be recorded to tell more", ...lines, ...(rest > 0 ? [`    … and ${count(rest, "more attribute")} (--details)`] : [])];
}

function coverageLine(result: ReplayResult): string {
  const { metrics, consequential } = result.coverage.candidate;
  const parts = Object.entries(metrics).map(([name, ratio]) => `${name} ${share(ratio)}`);
  return fit(`coverage of ${count(consequential, "consequential call")}: ${parts.join(", ")}`);
}

function notes(result: ReplayResult, options: ReportOptions): readonly string[] {
  const { trace, notes: found } = result;
  const malformed = trace.malformedLines[0];
  const lines = [
    malformed === undefined ? "" : `  ${count(trace.malformed, "malformed line")}, e.g. ${malformed.file}:${malformed.line}: ${malformed.cause}`,
    trace.reordered > 0 ? `  ${count(trace.reordered, "event")} put in order` : "",
    listLine("tools that no catalog knows", found.unknownTools.map(({ tool, calls }) => `${tool} (${calls})`), options),
    listLine("names that only look like a known tool", found.lookalikes.map(({ tool, calls }) => `${tool} (${calls})`), options),
    listLine("the catalog contradicts the trace", found.contradictions.map(({ attribute, calls }) => `${attribute} (${calls})`), options),
    listLine("conditions that fail with an error", found.errors.map(({ rule, message, calls }) => `${rule}: ${message} (${calls})`), options),
    listLine("shadow rules would have", found.shadow.map(({ rule, effect, calls }) => `${rule}: ${effect} (${calls})`), options),
    listLine("exceptions in force", found.exceptions.map(({ rule, calls }) => `${rule} (${calls})`), options),
    result.contained.candidate > 0 ? `  contained: ${count(result.contained.candidate, "call")} after ${count(result.contained.started.filter((s) => s.version === "candidate").length, "containment")}` : "",
  ].filter((line) => line !== "");
  return lines.map((line) => fit(printable(line, 400)));
}

function listLine(title: string, items: readonly string[], options: ReportOptions): string {
  if (items.length === 0) return "";
  const shown = options.details ? items : items.slice(0, SHOWN);
  return `  ${title}: ${shown.join(", ")}${items.length > shown.length ? `, … ${items.length - shown.length} more` : ""}`;
}

function header(result: ReplayResult): readonly string[] {
  const { trace } = result;
  const span = trace.from === null || trace.to === null ? "no times" : `${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
  return [
    fit(printable(`replay of ${count(trace.calls, "call")} in ${count(trace.sessions, "session")} (${span})`, 300)),
    fit(printable(`  from ${result.baseline.ref}`, 300)),
    fit(printable(`  to   ${result.candidate.ref}`, 300)),
  ];
}

/** The answer on one screen, in the order a reviewer asks (at most some thirty lines of a hundred columns without `details`). */
export function prettyReplay(result: ReplayResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { changes } = result;
  const lines = [
    ...header(result),
    "",
    verdict(result, paint),
    ...labelLine(result.labels),
    "",
    ...section(result, "widened", paint.red(movedTitle("widened", changes.widened)), options),
    ...section(result, "narrowed", movedTitle("narrowed", changes.narrowed), options),
    ...section(result, "indeterminate", paint.yellow(`cannot be told ${changes.indeterminate}`), options),
    ...section(result, "unreachable", `unreachable ${changes.unreachable}: under a sub-agent that would no longer be started`, options),
    ...approvalLines(result),
    ...missingLines(result, options),
    coverageLine(result),
    ...notes(result, options),
  ];
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}
