import { idleRuleNames } from "../../text/idle-rules.ts";
import { METRIC_WORDS } from "../coverage/words.ts";
import type { ChangeGroup, Ratio, ReplayResult } from "../../documents/replay-result.ts";
import {
  markdownFold,
  markdownSentence,
  markdownTable,
  markdownText as text,
} from "../markdown.ts";
import { CANDIDATE_HEADER, candidateRows, candidatesOf } from "./candidates.ts";
import {
  acceptedText,
  actualText,
  judgedText,
  limitText,
  neverRunText,
  replacedTexts,
} from "./gate-words.ts";
import { approvalRate, approvalText } from "./approval-words.ts";
import { byConcern } from "./group-order.ts";
import { noteLines } from "./notes.ts";
import {
  groupChange,
  groupLabels,
  groupPlace,
  groupRules,
  benignParts,
  failingLabel,
  incidentParts,
  movedText,
  readersText,
  share,
  total,
  uncomparedText,
  unrecordedText,
  verdictText,
  verdictWord,
} from "./words.ts";
import { count } from "../../text/count.ts";
import { shortRef } from "../short-ref.ts";

const SHOWN = 5;
const FOLDED = 50;

/** The first line of the comment, by which a bot finds and updates it. */
export const MARKER = "<!-- agentz replay -->";

function groupRow(group: ChangeGroup): readonly string[] {
  return [
    `${group.calls}${groupLabels(group)}`,
    String(group.sessions),
    group.class,
    text(groupChange(group), 400),
    text(groupPlace(group)),
    text(`${groupRules(group)}${failingLabel(group)}`),
    text(group.example),
    `\`${group.id}\``,
  ];
}

const GROUP_HEADER = ["calls", "sessions", "class", "change", "what", "rules", "example", "group"];

function widest(result: ReplayResult): readonly string[] {
  const groups = byConcern(result.groups.filter((group) => group.class === "widened"));
  if (groups.length === 0) return [];
  const rest = groups.length - Math.min(groups.length, SHOWN);
  return [
    "#### Widened calls",
    "",
    ...markdownTable(GROUP_HEADER, groups.slice(0, SHOWN).map(groupRow)),
    ...(rest > 0 ? ["", `… and ${count(rest, "more group")}`] : []),
    "",
  ];
}

function transitions(result: ReplayResult): readonly string[] {
  const rows = Object.entries(result.changes.transitions).map(([key, calls]) => [
    text(key.replace(">", " → ")),
    String(calls),
  ]);
  return rows.length === 0 ? [] : [...markdownTable(["before → after", "calls"], rows), ""];
}

function coverageRows(result: ReplayResult): readonly string[] {
  const { baseline, candidate } = result.coverage;
  const cell = (ratio: Ratio): string => `${share(ratio)} (${ratio.covered}/${ratio.total})`;
  return markdownTable(
    ["coverage", "before", "after"],
    METRIC_WORDS.map(({ metric }) => [
      metric,
      cell(baseline.metrics[metric]),
      cell(candidate.metrics[metric]),
    ]),
  );
}

function gateRows(result: ReplayResult): readonly string[] {
  const { checks, accepted } = result.gate;
  if (checks.length === 0 && accepted.length === 0) return [];
  const rows = checks.map((check) => [
    check.passed ? "ok" : "**failed**",
    text(check.name),
    `${check.bound} ${limitText(check)}`,
    check.actual === null
      ? "nothing to measure"
      : [actualText(check), neverRunText(check)].filter((part) => part !== "").join(": "),
  ]);
  const judged = judgedText(result);
  const told = [
    ...replacedTexts(result),
    ...accepted.map(acceptedText),
    ...(judged === undefined ? [] : [judged]),
  ].map((one) => `- ${text(one, 400)}`);
  return [
    ...markdownTable(["gate", "check", "limit", "actual"], rows),
    "",
    ...told,
    ...(told.length > 0 ? [""] : []),
  ];
}

/**
 * What changed, and the trace says nothing about, in a section of its own; empty where there is
 * nothing.
 */
export function unexercisedSection({
  unexercised,
}: Pick<ReplayResult, "unexercised">): readonly string[] {
  if (unexercised.length === 0) return [];
  const shown = unexercised.slice(0, FOLDED).map((rule) => `- ${text(rule)}`);
  const left = unexercised.length > FOLDED ? [`- … and ${unexercised.length - FOLDED} more`] : [];
  return [
    "#### Changed rules that your trace does not exercise",
    "",
    "No recorded call reaches " +
      `${unexercised.length === 1 ? "this rule" : `these ${unexercised.length} rules`}, so the ` +
      "replay does not test the change:",
    "",
    ...shown,
    ...left,
    "",
  ];
}

function people(result: ReplayResult): readonly string[] {
  const words = approvalText(result.approvals);
  const rate = approvalRate(result);
  return words === undefined
    ? []
    : [`**Approvals**: ${[words, rate].filter((part) => part !== undefined).join(", ")}.`, ""];
}

function indeterminateSection(result: ReplayResult): readonly string[] {
  if (result.missing.length === 0) return [];
  const rows = result.missing
    .slice(0, FOLDED)
    .map(({ attribute, calls, rules }) => [
      text(attribute),
      String(calls),
      text(readersText(rules), 200),
    ]);
  return markdownFold(
    `Unrecorded attributes that make calls indeterminate (${count(result.missing.length, "attribute")})`,
    markdownTable(["attribute", "calls", "read by"], rows),
  );
}

function rest(result: ReplayResult): readonly string[] {
  const others = byConcern(result.groups.filter((group) => group.class !== "widened"));
  const more =
    others.length > FOLDED ? ["", `… and ${count(others.length - FOLDED, "more group")}`] : [];
  const notes = noteLines(result, { details: false }).map((note) => `- ${text(note, 200)}`);
  return [
    ...markdownFold(
      `Narrowed, indeterminate and unreachable calls (${count(others.length, "group")})`,
      others.length === 0
        ? []
        : [...markdownTable(GROUP_HEADER, others.slice(0, FOLDED).map(groupRow)), ...more],
    ),
    ...markdownFold(
      `Rules that no recorded call matches (${count(result.neverMatched.length, "rule")})`,
      idleRuleNames(result).map((rule) => `- ${text(rule)}`),
    ),
    ...markdownFold("Notes", notes),
  ];
}

function candidateTable(result: ReplayResult): readonly string[] {
  if (result.candidates === undefined) return [];
  const rows = candidateRows(candidatesOf(result)).map((row) => row.map((cell) => text(cell, 200)));
  return ["#### Candidates", "", ...markdownTable([...CANDIDATE_HEADER], rows), ""];
}

function labels(result: ReplayResult): readonly string[] {
  const { incident, benign } = result.labels;
  const run = incident.calls - incident.stopped - incident.undecided;
  const open = ({ undecided }: { readonly undecided: number }): string =>
    undecided > 0 ? `, ${undecided} indeterminate` : "";
  const parts = [
    incident.calls > 0
      ? `of ${count(incident.calls, "incident call")} ` +
        `${run === 0 ? "none" : run} would run, ${incidentParts(incident).join(", ")}${open(incident)}`
      : "",
    benign.calls > 0
      ? `of ${count(benign.calls, "benign call")} ${benignParts(benign).join(", ")}${open(benign)}`
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? [] : [`**Labelled calls**: ${text(parts.join("; "), 600)}.`, ""];
}

/** That the baseline is of calls without a recorded decision. */
function unrecorded(result: ReplayResult): readonly string[] {
  const words = unrecordedText(result);
  return words === undefined ? [] : [`**Recorded decisions**: ${words}.`, ""];
}

/** What nothing compares. */
function uncompared(result: ReplayResult): readonly string[] {
  const words = uncomparedText(result);
  return words === undefined ? [] : [`${markdownSentence(words, 600)}.`, ""];
}

const WORDS = {
  passed: "✅ gate passed",
  failed: "❌ gate failed",
  partial: "⚠️ partial",
  "no gate": "ℹ️ no gate set",
} as const;

/** Which policies are compared, in small letters. */
function versionsLine({
  baseline,
  candidate,
}: Pick<ReplayResult, "baseline" | "candidate">): string {
  const version = ({ ref, digest }: ReplayResult["candidate"]): string =>
    `${text(shortRef(ref))} (${text(digest?.slice(0, 19) ?? "no digest")})`;
  return `<sub>from ${version(baseline)} to ${version(candidate)}</sub>`;
}

/**
 * One screen for a pull request: verdict, transitions, what is widened, coverage before and after;
 * the rest folded. `unexercised: false`: that section stands elsewhere. Byte-stable.
 */
export function markdownReplay(
  result: ReplayResult,
  sections: { readonly unexercised: boolean },
): string {
  const { trace, changes } = result;
  const span =
    trace.from === null || trace.to === null
      ? ""
      : `, ${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
  const lines = [
    MARKER,
    `### agentz replay: ${WORDS[verdictWord(result)]}`,
    "",
    `**${text(verdictText(result), 200)}** — ${count(trace.calls, "call")} in ` +
      `${count(trace.sessions, "session")}${span}: widened ${movedText(changes.widened)}, ` +
      `narrowed ${movedText(changes.narrowed)}, indeterminate ${changes.indeterminate}, ` +
      `unreachable ${changes.unreachable}, unchanged ${changes.unchanged}.`,
    "",
    ...unrecorded(result),
    ...uncompared(result),
    ...labels(result),
    ...candidateTable(result),
    ...gateRows(result),
    ...(total(changes.widened) + total(changes.narrowed) > 0 ? transitions(result) : []),
    ...widest(result),
    ...(sections.unexercised ? unexercisedSection(result) : []),
    ...people(result),
    ...coverageRows(result),
    "",
    ...indeterminateSection(result),
    ...rest(result),
    versionsLine(result),
  ];
  return `${lines.join("\n")}\n`;
}

/** The replay alone, with what the trace says nothing about. */
export function markdownReplayAlone(result: ReplayResult): string {
  return markdownReplay(result, { unexercised: true });
}
