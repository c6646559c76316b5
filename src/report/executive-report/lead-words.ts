import type { Ratio } from "../../documents/replay-result.ts";
import type { MetricTarget, ReportResult } from "../../documents/report-result.ts";
import { openText, ruleName } from "../../text/openings.ts";
import { opensEveryTool } from "../../text/widenings.ts";
import { share } from "../replay/words.ts";
import { benignHarm, harmText } from "./harm.ts";
import { happenedText } from "./incident-words.ts";
import { percentText } from "./words.ts";

function enforcedText(ratio: Ratio): string {
  const decided = "decided by a policy outside the agent";
  if (ratio.covered === ratio.total)
    return `Every consequential action of our agents is ${decided}`;
  if (ratio.covered === 0) return `No consequential action of our agents is ${decided}`;
  return `${share(ratio)} of the consequential actions of our agents are ${decided}`;
}

/** A share of actions, as the subject of a sentence. */
function shareOf(ratio: Ratio): string {
  if (ratio.covered === 0) return "none";
  return ratio.covered === ratio.total ? "all" : share(ratio);
}

/** A target, and whether anybody has set it. */
function ownTargetText({ target, from }: MetricTarget): string {
  return from === "default"
    ? `agentz’s default target is ${percentText(target)}, nobody has set ours`
    : `our target is ${percentText(target)}`;
}

/** The target of oversight, after that of enforcement. */
function otherTargetText({ targets }: ReportResult): string {
  const { enforcement, oversight } = targets;
  const isSame = enforcement.target === oversight.target && enforcement.from === oversight.from;
  return isSame ? "the target for these is the same" : ownTargetText(oversight);
}

/** What becomes of the gravest actions today, and what would: a fact beside a replay's answer. */
function overseenText(report: ReportResult): string {
  const { coverage, coverageBefore } = report;
  const after = coverage.metrics.oversight;
  if (after.total === 0 || report.error !== undefined) return "";
  const [now, then] = [coverageBefore.metrics.oversight, after].map(shareOf);
  const work = benignHarm(report);
  const price =
    work === undefined ? "" : `, which deny ${work.isLabelled ? "benign work" : "most calls"}, too`;
  return (
    `Of the actions that cannot be undone, pay or give access, ${now ?? ""} are stopped or wait for a person today, ` +
    `and ${then ?? ""} would with the new policies${price}; ${otherTargetText(report)}.`
  );
}

/** The number that a board asks for, and its target. */
function enforcementText({ coverage, targets }: ReportResult): string {
  const { enforcement } = coverage.metrics;
  return enforcement.total === 0
    ? "Our agents did nothing on record that has consequences, so there is nothing to decide."
    : `${enforcedText(enforcement)}; ${ownTargetText(targets.enforcement)}.`;
}

/** That a changed rule lets every agent, or some, call every tool, whatever was recorded; empty where none does. */
function openedText({ widenings = [] }: ReportResult): string {
  const [first] = widenings.filter(opensEveryTool);
  return first === undefined
    ? ""
    : `By the rule ${ruleName(first)} of the new policies ${openText(first).replaceAll("`", "")}.`;
}

/** What the new policies would do: let everything run, harm the business; empty where nobody knows. */
function harmIn(report: ReportResult): string {
  const harm = report.error === undefined ? harmText(report) : "";
  return [openedText(report), harm].filter((text) => text !== "").join(" ");
}

/**
 * What somebody can say aloud, in a sentence or two: that a rule lets everything run, the harm that the new
 * policies would do; else the number that a board asks for, and its target.
 */
export function spokenText(report: ReportResult): string {
  const { coverage, targets, error } = report;
  const { enforcement } = coverage.metrics;
  const harm = harmIn(report);
  if (harm !== "") return harm;
  if (error === undefined || enforcement.total === 0) return enforcementText(report);
  return (
    `${enforcedText(enforcement)}, and ${ownTargetText(targets.enforcement)}; ` +
    `what the new policies would do is not known: ${error.message}.`
  );
}

/** What comes after that sentence: what happened, and the numbers; empty ones left out. */
export function openingTexts(report: ReportResult): {
  readonly happened: string;
  readonly numbers: string;
} {
  const isHarmful = harmIn(report) !== "";
  const numbers = [isHarmful ? enforcementText(report) : "", overseenText(report)];
  return {
    happened: happenedText(report, isHarmful && benignHarm(report) !== undefined),
    numbers: numbers.filter((text) => text !== "").join(" "),
  };
}
