import { capital } from "../../text/capital.ts";
import { Chalk } from "chalk";
import type { ReportResult } from "../../documents/report-result.ts";
import { answersText } from "../analyze/words.ts";
import { METRIC_WORDS } from "../coverage/words.ts";
import { printableWhole } from "../escape.ts";
import { candidateLines } from "../replay/candidates.ts";
import { gateLines } from "../replay/gate-words.ts";
import { share } from "../replay/words.ts";
import type { ReportOptions } from "../reporter.ts";
import { openingTexts, spokenText } from "./lead-words.ts";
import { ownersText } from "./owner-words.ts";
import { answerText, howTexts, questionText } from "./verdict-words.ts";
import {
  controlCounts,
  doubts,
  headline,
  measureText,
  problemTexts,
  spanText,
  unlistedText,
} from "./words.ts";

function candidateTexts(
  { candidates: more = [], candidate, replay }: ReportResult,
  options: ReportOptions,
): readonly string[] {
  if (more.length === 0) return [];
  const first = { ...replay, decisions: replay.decisions.candidate, candidate };
  return [
    `${more.length + 1} candidates compared; the rest is of the first one:`,
    ...candidateLines([first, ...more], options),
    "",
  ];
}

/** The report in short, for a terminal; the page and the other formats have the rest. */
export function prettyReport(report: ReportResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const line = (text: string): string => printableWhole(text);
  const { happened, numbers } = openingTexts(report);
  const troubled = report.identities.filter((identity) => identity.problems.length > 0);
  const colour = { met: paint.green, "not met": paint.red, "no evidence": paint.dim };
  return `${[
    paint.bold(line(spokenText(report))),
    ...[happened].filter((text) => text !== "").map((text) => paint.bold(line(text))),
    ...[numbers, unlistedText(report)].filter((text) => text !== "").map(line),
    line(headline(report)),
    line(`${report.title}, ${spanText(report)}`),
    line(
      METRIC_WORDS.map(({ metric }) => `${metric} ${share(report.coverage.metrics[metric])}`).join(
        ", ",
      ),
    ),
    "",
    `${paint.bold(line(`${questionText(report)} ${capital(answerText(report.verdict))}`))}`,
    ...report.verdict.reasons.map((reason) => line(`  why: ${reason}`)),
    ...report.verdict.before.map((step) => line(`  first: ${step}`)),
    line(`  it rests on ${report.verdict.restsOn}`),
    ...howTexts(report).map((how) => line(`  ${how}`)),
    "",
    "what to decide first:",
    ...report.gravest.flatMap((risk, i) => [
      line(`  ${i + 1}. ${risk.title}`),
      line(`    next step: ${risk.nextStep}`),
      line(`    owner: ${ownersText(risk)}`),
    ]),
    "",
    ...candidateTexts(report, options).map(line),
    `controls: ${controlCounts(report.controls)}${options.details ? "" : " (--details shows why)"}`,
    ...report.controls.map(
      (control) =>
        `  ${colour[control.status](control.status.padEnd(12))} ` +
        `${line(`${control.title}, ${measureText(control)}`)}${
          control.status === "met" || !options.details
            ? ""
            : `\n               ${line(control.evidence.join("; "))}`
        }`,
    ),
    "",
    ...(report.invariants === null
      ? []
      : [`invariants: ${answersText(report.invariants.summary)}`, ""]),
    `identities with findings: ${troubled.length} of ${report.identities.length}`,
    ...(options.details ? troubled : troubled.slice(0, 5)).map((identity) =>
      line(`  ${identity.subject}: ${problemTexts(identity).join(", ")}`),
    ),
    "",
    ...gateLines(report.replay).map(line),
    ...doubts(report).map((text) => line(text)),
    "write the whole report with --output report.html",
  ].join("\n")}\n`;
}
