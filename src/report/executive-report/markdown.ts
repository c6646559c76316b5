import { capital } from "../../text/capital.ts";
import type { ReportResult } from "../../documents/report-result.ts";
import { ANSWER_WORDS, answersText } from "../analyze/words.ts";
import {
  deploymentSection,
  metricTable,
  sinceSection,
  uncoveredTable,
} from "../coverage/markdown.ts";
import { markdownSentence, markdownTable, markdownText as text } from "../markdown.ts";
import { approvalRate, approvalText } from "../replay/approval-words.ts";
import { CANDIDATE_HEADER, candidateRows } from "../replay/candidates.ts";
import { gateLines } from "../replay/gate-words.ts";
import { byConcern, isToLookAt } from "../replay/group-order.ts";
import { groupChange, groupLabels, groupRules, share } from "../replay/words.ts";
import { alsoTexts } from "./also-words.ts";
import { byFate, benignFailingText, FATES, fateOf, deniedBeside } from "./incident-words.ts";
import { openingTexts, spokenText } from "./lead-words.ts";
import { costTexts } from "./oversight-words.ts";
import { ownersText } from "./owner-words.ts";
import { answerText, howTexts, questionText } from "./verdict-words.ts";
import {
  controlCounts,
  decisionWords,
  doubts,
  headline,
  measureText,
  method,
  problemTexts,
  referenceText,
  soundText,
  spanText,
  unlistedText,
} from "./words.ts";
import { count } from "../../text/count.ts";
import { inBrackets } from "../../text/in-brackets.ts";
import { numberBeforeTexts, stoppedBeforeTexts } from "../../text/number-before.ts";

const SHOWN = 20;

function labelLines({ labels }: ReportResult["replay"]): readonly string[] {
  const { incident, benign } = labels;
  const stoppedBefore = inBrackets(stoppedBeforeTexts(incident));
  const heldBefore = inBrackets(numberBeforeTexts(benign.gated, benign.gatedBefore));
  return [
    ...(incident.calls === 0
      ? []
      : [
          `- incidents: ${incident.stopped} of ${incident.calls} calls would be stopped or held` +
            `${stoppedBefore} (${incident.sessionsStopped} of ${incident.sessions} sessions)`,
        ]),
    ...(benign.calls === 0
      ? []
      : [
          `- benign work: ${benign.denied} of ${benign.calls} calls would be denied` +
            `${deniedBeside(benign)}, ` +
            `${benign.gated} held for an approval${heldBefore}`,
        ]),
  ];
}

function approvalLine({ trace, replay: { approvals } }: ReportResult): string {
  const words = approvalText(approvals) ?? "no call needs one";
  const rate = approvalRate({ approvals, trace }) ?? "their times are not recorded";
  return `- approvals: ${words}, ${rate}`;
}

function groupTable({ groups }: ReportResult["replay"]): readonly string[] {
  if (groups.length === 0) return ["No call changes."];
  const shown = Math.max(SHOWN, groups.filter(isToLookAt).length);
  const rows = byConcern(groups)
    .slice(0, shown)
    .map((g) => [
      String(g.calls),
      g.class,
      [text(`${groupChange(g)}${groupLabels(g)}`, 400), markdownSentence(benignFailingText(g))]
        .filter((part) => part !== "")
        .join("; "),
      text(g.action),
      text(g.subject),
      text(groupRules(g)),
    ]);
  return [
    ...markdownTable(["calls", "class", "change", "tool", "agent", "rules"], rows),
    ...(groups.length > shown ? ["", `… and ${count(groups.length - shown, "more group")}`] : []),
  ];
}

/** The candidates of a report, the first one first. */
function candidates({ candidates: more = [], candidate, replay }: ReportResult): readonly string[] {
  if (more.length === 0) return [];
  const first = { ...replay, decisions: replay.decisions.candidate, candidate };
  const rows = candidateRows([first, ...more]).map((row) => row.map((cell) => text(cell, 200)));
  return [
    `## ${more.length + 1} candidates compared`,
    "",
    `The rest is of the first one, ${text(candidate.ref)}.`,
    "",
    ...markdownTable(CANDIDATE_HEADER, rows),
    "",
  ];
}

function changes(result: ReportResult): readonly string[] {
  const { replay } = result;
  return [
    "## What the candidate would have changed",
    "",
    ...labelLines(replay),
    approvalLine(result),
    "",
    "### Changed calls",
    "",
    ...groupTable(replay),
    "",
    ...gateLines(replay).map((line) => `- ${text(line, 400)}`),
    "",
  ];
}

function identities({ identities: all }: ReportResult): readonly string[] {
  const rows = all
    .slice(0, SHOWN)
    .map((i) => [
      text(i.subject),
      problemTexts(i).join(", ") || soundText(i),
      text(i.owner ?? "-"),
      i.reviewDue ?? "-",
      text(i.expires ?? "-"),
      String(i.calls),
    ]);
  return [
    "## Identities",
    "",
    ...markdownTable(["identity", "findings", "owner", "review due", "expires", "calls"], rows),
    ...(all.length > SHOWN ? ["", `… and ${all.length - SHOWN} more`] : []),
    "",
  ];
}

function controls({ controls: all }: ReportResult): readonly string[] {
  const rows = all.map((c) => [
    c.status === "met" ? "met" : `**${c.status}**`,
    text(c.title),
    measureText(c),
    text(referenceText(c)),
    c.evidence.map((line) => text(line, 200)).join("<br>"),
  ]);
  return [
    `## Twelve controls: ${controlCounts(all)}`,
    "",
    ...markdownTable(["status", "control", "measure", "gives evidence for", "evidence"], rows),
    "",
  ];
}

function risks({ risks: all }: ReportResult): readonly string[] {
  const rows = all.map((r) => [
    `${text(r.id)} ${text(r.name)}`,
    text(r.list ?? "unknown list"),
    r.rules.map((rule) => text(rule.rule)).join(", ") || "no rule",
    String(r.rules.reduce((sum, rule) => sum + rule.decided, 0)),
  ]);
  return [
    "## Rules by risk",
    "",
    ...markdownTable(["risk", "list", "rules", "calls decided"], rows),
    "",
  ];
}

function invariants({ invariants: proved }: ReportResult): readonly string[] {
  if (proved === null) return [];
  const rows = proved.answers.map((one) => [
    one.answer === "proved" ? "proved" : `**${ANSWER_WORDS[one.answer]}**`,
    text(one.id),
    text(one.witness?.sentence ?? one.why ?? "", 400),
  ]);
  return [
    `## What is proved about our agents: ${answersText(proved.summary)}`,
    "",
    ...markdownTable(["answer", "invariant", "why"], rows),
    "",
  ];
}

/** Whether to ship the candidate, why, what has to be done first, and on what that rests. */
function verdict(report: ReportResult): readonly string[] {
  const { reasons, before, restsOn } = report.verdict;
  const line = (title: string, sentences: readonly string[]): readonly string[] =>
    sentences.map((sentence) => `- ${title}: ${markdownSentence(sentence, 600)}`);
  return [
    `## ${text(questionText(report))} ${capital(answerText(report.verdict))}`,
    "",
    ...line("why", reasons),
    ...line("first", before),
    `- it rests on ${markdownSentence(restsOn, 900)}`,
    ...howTexts(report).map((how) => `- ${markdownSentence(how)}`),
    "",
  ];
}

function gravest({ gravest: all }: ReportResult): readonly string[] {
  const lines = all.map(
    (risk, i) =>
      `${i + 1}. ${markdownSentence(risk.title)}` +
      `${risk.kind === "incident" ? `: ${count(risk.calls, "recorded call")}` : ""}; ` +
      `next step: ${markdownSentence(risk.nextStep)}; owner ${text(ownersText(risk), 300)}`,
  );
  return lines.length === 0 ? [] : ["## What to decide first", "", ...lines, ""];
}

function incidents({ incidents: all }: ReportResult): readonly string[] {
  const rows = byFate(all)
    .slice(0, SHOWN)
    .map(({ incident: one }) => [
      text(one.session ?? "no session"),
      text(one.subject),
      text(one.actions.join(", ")),
      `${FATES[fateOf(one)].words} (${one.stopped} of ${count(one.calls, "call")})`,
      one.decisions.map((decision) => text(decisionWords(decision), 200)).join("<br>"),
    ]);
  return all.length === 0
    ? []
    : [
        "## Incidents that happened, and how each would be stopped",
        "",
        ...markdownTable(["session", "agent", "tools", "result", "how"], rows),
        ...(all.length > SHOWN ? ["", `… and ${all.length - SHOWN} more`] : []),
        "",
      ];
}

/** What oversight costs, and what a board would ask besides. */
function notes(report: ReportResult): readonly string[] {
  const lines = [...costTexts(report), ...alsoTexts(report)];
  return [...lines.map((line) => `- ${text(line, 400)}`), ""];
}

/** The report for a wiki, a mail or a pipeline. */
export function markdownReport(report: ReportResult): string {
  const { coverage, candidate, baseline, trace } = report;
  const open = doubts(report);
  const { happened, numbers } = openingTexts(report);
  const unlisted = unlistedText(report);
  const lines = [
    `# ${text(report.title)}`,
    "",
    `**${text(spokenText(report), 300)}**`,
    "",
    ...(happened === "" ? [] : [`**${markdownSentence(happened, 900)}**`, ""]),
    ...(numbers === "" ? [] : [markdownSentence(numbers, 900), ""]),
    ...(unlisted === "" ? [] : [markdownSentence(unlisted), ""]),
    `${text(headline(report), 300)} ${spanText(report)}, ${count(trace.calls, "call")} in ` +
      `${count(trace.sessions, "session")}.`,
    "",
    ...(report.error === undefined ? [] : [`**${text(report.error.message, 300)}**`, ""]),
    ...verdict(report),
    ...gravest(report),
    ...metricTable(coverage),
    "",
    ...notes(report),
    ...candidates(report),
    ...incidents(report),
    ...sinceSection(report.since),
    "## What is not covered",
    "",
    ...uncoveredTable(coverage),
    "",
    ...changes(report),
    ...identities(report),
    ...controls(report),
    ...invariants(report),
    ...risks(report),
    ...deploymentSection(coverage),
    "## Method, and what could not be decided",
    "",
    ...(open.length === 0
      ? ["- everything recorded could be read and decided"]
      : open.map((line) => `- ${markdownSentence(line)}`)),
    ...method(report).map((line) => `- ${text(line, 300)}`),
    `- candidate ${text(candidate.ref)} ${text(candidate.digest ?? "")}, baseline ` +
      `${text(baseline.ref)} ${text(baseline.digest ?? "")} (covered before: policy ` +
      `${share(report.coverageBefore.metrics.policy)}), trace ` +
      `${text(trace.digest ?? "without a digest")}`,
  ];
  return `${lines.join("\n")}\n`;
}
