import type {
  Breakdown,
  CoverageBody,
  CoverageResult,
  Since,
} from "../../documents/coverage-result.ts";
import type { Ratio } from "../../documents/replay-result.ts";
import { markdownFold, markdownTable, markdownText as text } from "../markdown.ts";
import { share, undecidedParts } from "../replay/words.ts";
import {
  auditRows,
  decisionText,
  gravityText,
  groupClassText,
  METRIC_WORDS,
  unrecordedText,
  sinceFacts,
  estimatedParts,
} from "./words.ts";
import { count } from "../../text/count.ts";

const SHOWN = 20;

function cell(ratio: Ratio): string {
  if (ratio.total === 0) return "none";
  const unrecorded = ratio.unrecorded ?? 0;
  return (
    `${share(ratio)} ` +
    `(${ratio.covered}/${ratio.total})${unrecorded === 0 ? "" : `; ${unrecordedText(unrecorded)}`}`
  );
}

/** The six coverages as a table. */
export function metricTable({ metrics }: Pick<CoverageBody, "metrics">): readonly string[] {
  return markdownTable(
    ["coverage", "covered", "what it measures"],
    METRIC_WORDS.map(({ metric, title, asks }) => [title, cell(metrics[metric]), text(asks)]),
  );
}

/** What is not covered, most consequential first. */
export function uncoveredTable(
  body: Pick<CoverageBody, "uncovered" | "uncoveredRest">,
): readonly string[] {
  const rows = body.uncovered
    .slice(0, SHOWN)
    .map((g) => [
      String(g.calls),
      text(g.action),
      text(g.subject),
      text(groupClassText(g)),
      text(gravityText(g) || "-"),
      text(g.why, 200),
    ]);
  const groups = Math.max(0, body.uncovered.length - SHOWN) + body.uncoveredRest.groups;
  if (rows.length === 0) return ["Every call is covered."];
  return [
    ...markdownTable(
      ["calls", "tool", "agent", "classification", "consequential because", "why"],
      rows,
    ),
    ...(groups > 0 ? ["", `… and ${count(groups, "more group")}`] : []),
  ];
}

function breakdownTable(part: Breakdown): readonly string[] {
  const rows = Object.entries(part)
    .slice(0, SHOWN)
    .map(([name, { consequential, metrics }]) => [
      text(name),
      String(consequential),
      ...METRIC_WORDS.map(({ metric }) => share(metrics[metric])),
    ]);
  return markdownTable(["", "calls", ...METRIC_WORDS.map(({ title }) => title)], rows);
}

/** What moved since an earlier result. */
export function sinceSection(since: Since | undefined): readonly string[] {
  if (since === undefined) return [];
  const moves = since.moved.map(({ metric, before, after, why }) => [
    metric,
    share(before),
    share(after),
    why.map((cause) => text(cause, 160)).join("<br>"),
  ]);
  return [
    "## Since the earlier report",
    "",
    ...(moves.length === 0
      ? ["No coverage changed."]
      : markdownTable(["coverage", "before", "now", "why"], moves)),
    "",
    ...sinceFacts(since).map((fact) => `- ${text(fact, 300)}`),
    "",
  ];
}

function surfaceTable({ decisionPoints }: CoverageBody): readonly string[] {
  const rows = decisionPoints.surfaces.map((s) => [
    text(s.surface),
    String(s.calls),
    cell({ covered: s.covered, total: s.consequential }),
    text(s.known.join(", ") || "none"),
    text(s.seen.join(", ") || "none"),
  ]);
  return markdownTable(["surface", "calls", "covered", "known points", "seen points"], rows);
}

function toolLines(title: string, tools: CoverageBody["unknownTools"]): readonly string[] {
  const shown = tools.slice(0, SHOWN).map(({ tool, calls }) => `${text(tool)} (${calls})`);
  return shown.length === 0 ? [] : ["", `${title}: ${shown.join(", ")}`];
}

function disagreementLine(one: CoverageBody["disagreements"][number]): string {
  const effects = one.surfaces.map((s) => `${text(s.effect)} on ${text(s.surface)}`).join(", ");
  const verb = one.by === "recorded" ? "decided" : "would be decided";
  return `- ${verb} differently: ${text(one.subject)} ${text(one.action)}: ${effects} (${count(one.calls, "call")})`;
}

function auditText(body: CoverageBody): string {
  const { sessions } = body.audit;
  const shares = auditRows(body).map(
    ([name, n]) => `${name} ${share({ covered: n, total: sessions })}`,
  );
  return `Audit trail of ${count(sessions, "session")}: ${shares.join(", ")}.`;
}

/** Decision points, audit trail, unknown and marked tools, disagreements. */
export function deploymentSection(body: CoverageBody): readonly string[] {
  const differing = body.disagreements.slice(0, SHOWN).map(disagreementLine);
  return [
    "## Decision points",
    "",
    ...surfaceTable(body),
    "",
    `${decisionText(body)}.`,
    "",
    auditText(body),
    ...toolLines("Tools that no catalog lists", body.unknownTools),
    ...toolLines("Left out because the catalog says so", body.inconsequential.marked),
    ...(differing.length > 0 ? ["", ...differing] : []),
    "",
  ];
}

/** For a comment, a wiki or a mail. */
export function markdownCoverage(result: CoverageResult): string {
  const { enforcement } = result.metrics;
  const { by } = result;
  const lines = [
    `# Coverage: ${share(enforcement)} of ${count(enforcement.total, "consequential call")} ` +
      "are evaluated by an external policy decision point",
    "",
    ...(result.error === undefined ? [] : [`**${text(result.error.message, 300)}**`, ""]),
    ...[...undecidedParts(result.trace), ...estimatedParts(result)].flatMap((part) => [
      `**${part}**`,
      "",
    ]),
    ...metricTable(result),
    "",
    ...sinceSection(result.since),
    "## Not covered",
    "",
    ...uncoveredTable(result),
    "",
    ...deploymentSection(result),
    ...markdownFold("by agent", breakdownTable(by.agent)),
    ...markdownFold("by surface", breakdownTable(by.surface)),
    ...markdownFold("by tool", breakdownTable(by.action)),
    ...markdownFold("by classification", breakdownTable(by.class)),
    ...markdownFold("by day", breakdownTable(by.day)),
    `Policies: ${text(result.candidate.ref)} ` +
      `(${text(result.candidate.digest ?? "no digest", 80)}). Trace: ` +
      `${count(result.trace.calls, "call")} in ${count(result.trace.sessions, "session")}.`,
  ];
  return `${lines.join("\n")}\n`;
}
