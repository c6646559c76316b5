import { Chalk, type ChalkInstance } from "chalk";
import type { Breakdown, CoverageResult } from "../../documents/coverage-result.ts";
import type { Ratio } from "../../documents/replay-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { padded, textWidth } from "../wrap.ts";
import { share, undecidedParts } from "../replay/words.ts";
import {
  auditRows,
  decisionText,
  classText,
  gravityText,
  groupClassText,
  METRIC_WORDS,
  USUAL_TARGET,
  unrecordedText,
  sinceFacts,
  estimatedParts,
} from "./words.ts";
import { count } from "../../text/count.ts";

const SHOWN = 5;
/** The columns below which bars are short, so that each line of a metric fits. */
const WIDE = 100;
/** The columns of a number in a table, where names of metrics have no room beside each other. */
const CELL = 8;
/** The columns of the calls in a table. */
const CALLS = 9;

function line(text: string): string {
  return printableWhole(text);
}

function bar({ covered, total }: Ratio, width: number): string {
  const full = total === 0 ? 0 : Math.floor((covered / total) * width);
  return "█".repeat(full).padEnd(width, "░");
}

function painted(ratio: Ratio, paint: ChalkInstance): ChalkInstance {
  if (ratio.total === 0) return paint.dim;
  const rate = ratio.covered / ratio.total;
  return rate >= USUAL_TARGET.target
    ? paint.green
    : rate >= USUAL_TARGET.alarm
      ? paint.yellow
      : paint.red;
}

function headline(result: CoverageResult): string {
  const { enforcement } = result.metrics;
  if (enforcement.total === 0)
    return "no consequential call by an agent: there is nothing to cover";
  return `coverage of ${count(enforcement.total, "consequential call")}`;
}

/** The last line, which stays on the screen: both numbers that a board asks for. */
function closingLine({ metrics }: CoverageResult): string {
  const { enforcement, oversight } = metrics;
  if (enforcement.total === 0) return "";
  const overseen =
    oversight.total === 0
      ? ""
      : `; ${share(oversight)} of ${oversight.total.toLocaleString("en-US")} that cannot be undone, ` +
        "pay or grant are denied or held";
  const calls = count(enforcement.total, "consequential call");
  return `${share(enforcement)} of ${calls} decided outside the agent${overseen}`;
}

function numbersOf({ covered, total }: Ratio): string {
  return total === 0 ? "" : `${covered}/${total}`;
}

function metricLines(
  result: CoverageResult,
  paint: ChalkInstance,
  { columns = WIDE }: ReportOptions,
): readonly string[] {
  const width = columns < WIDE ? 8 : 20;
  const widest = Math.max(...Object.values(result.metrics).map((one) => numbersOf(one).length));
  return METRIC_WORDS.flatMap(({ metric, brief }) => {
    const ratio = result.metrics[metric];
    const shown = (
      "  " +
      `${metric.padEnd(15)}${painted(ratio, paint)(`${bar(ratio, width)} ${share(ratio).padStart(6)}`)} ` +
      `${numbersOf(ratio).padStart(widest)}  ${paint.dim(brief)}`
    ).trimEnd();
    return [shown, ...unrecordedLines(ratio)];
  });
}

/** Calls that a record of their credential might cover. */
function unrecordedLines({ unrecorded = 0 }: Ratio): readonly string[] {
  return unrecorded === 0 ? [] : [`${" ".repeat(17)}${unrecordedText(unrecorded)}`];
}

function uncoveredLines(result: CoverageResult, options: ReportOptions): readonly string[] {
  const { uncovered, uncoveredRest } = result;
  if (uncovered.length === 0) return ["every call is covered"];
  const shown = options.details ? uncovered : uncovered.slice(0, SHOWN);
  const rest = uncovered
    .slice(shown.length)
    .reduce((sum, group) => sum + group.calls, uncoveredRest.calls);
  const groups = uncovered.length - shown.length + uncoveredRest.groups;
  return [
    "not covered, most consequential first",
    ...shown.flatMap((group) => {
      const grave = gravityText(group);
      return [
        line(
          `  ${count(group.calls, "call").padEnd(11)} ${group.subject} ${group.action} ` +
            `(${groupClassText(group)})${grave === "" ? "" : `: ${grave}`}`,
        ),
        line(`              ${group.why}`),
      ];
    }),
    ...(groups > 0
      ? [`  … and ${count(groups, "more group")} with ${count(rest, "call")} (--details)`]
      : []),
  ];
}

/** How a table is laid out: the columns of its names, and of each metric. */
interface TableSize {
  readonly name: number;
  readonly cells: readonly number[];
}

/** What a metric is called where its name has no room; the others have short names. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["enforcement", "enforce"],
  ["classification", "classif."],
  ["attribution", "attrib."],
]);

function shortName({ metric }: (typeof METRIC_WORDS)[number]): string {
  return SHORT.get(metric) ?? metric;
}

const NARROW = METRIC_WORDS.map((words) => Math.max(CELL, shortName(words).length + 1));
/** Each metric below its own name. */
const WHOLE_NAMES = METRIC_WORDS.map(({ metric }) => Math.max(CELL, metric.length + 2));

function widthOf(cells: readonly number[]): number {
  return 2 + CALLS + cells.reduce((sum, one) => sum + one, 0);
}

/** As wide as the names are, as far as the terminal has room. */
function tableSize(
  names: readonly string[],
  { columns = Number.POSITIVE_INFINITY }: ReportOptions,
): TableSize {
  const longest = Math.max(...names.map((name) => textWidth(name)));
  const cells = longest + widthOf(WHOLE_NAMES) <= columns ? WHOLE_NAMES : NARROW;
  return { name: Math.max(12, Math.min(longest, columns - widthOf(cells))), cells };
}

/** Names of metrics above their columns, short where whole ones have no room. */
function headLine(title: string, { name, cells }: TableSize): string {
  const heads = METRIC_WORDS.map((words, i) =>
    (cells === WHOLE_NAMES ? words.metric : shortName(words)).padStart(cells[i] ?? 0),
  );
  return `${padded(title, name + 2)}${"calls".padStart(CALLS)}${heads.join("")}`;
}

/** A row of a table; a name that is wider than its column has a line of its own. */
function rowLines(name: string, numbers: string, size: TableSize): readonly string[] {
  return textWidth(name) <= size.name
    ? [`  ${padded(name, size.name)}${numbers}`]
    : [`  ${name}`, `  ${" ".repeat(size.name)}${numbers}`];
}

function breakdownLines(
  dimension: string,
  part: Breakdown,
  options: ReportOptions,
): readonly string[] {
  const entries = Object.entries(part);
  const shown = options.details ? entries : entries.slice(0, SHOWN);
  const nameOf = (value: string): string =>
    printableWhole(
      dimension === "classification" ? classText(value) : value === "?" ? "unrecorded" : value,
    );
  const size = tableSize([`by ${dimension}`, ...shown.map(([value]) => nameOf(value))], options);
  const rows = shown.flatMap(([value, { consequential, metrics }]) => {
    const cells = METRIC_WORDS.map(({ metric }, i) =>
      share(metrics[metric]).padStart(size.cells[i] ?? 0),
    );
    return rowLines(nameOf(value), String(consequential).padStart(CALLS) + cells.join(""), size);
  });
  return [
    headLine(`by ${dimension}`, size),
    ...rows,
    ...(entries.length > shown.length
      ? [`  … and ${count(entries.length - shown.length, `more ${dimension}`)} (--details)`]
      : []),
  ];
}

/** The surfaces that leave calls open, the others as a number. */
function surfaceLines(result: CoverageResult, { details }: ReportOptions): readonly string[] {
  const { surfaces } = result.decisionPoints;
  const shown = details ? surfaces : surfaces.filter((s) => s.covered < s.consequential);
  const covered = surfaces.length - shown.length;
  return [
    "decision points by surface",
    ...shown.map((s) =>
      line(
        `  ${s.surface === "?" ? "unrecorded" : s.surface}: ${s.covered} of ` +
          `${count(s.consequential, "consequential call")} covered; decision points in the ` +
          `catalog: ${s.known.join(", ") || "none"}; in the trace: ${s.seen.join(", ") || "none"}`,
      ),
    ),
    ...(covered === 0
      ? []
      : [
          `  ${count(covered, "more surface")}, every consequential call covered${details ? "" : " (--details)"}`,
        ]),
  ];
}

function names(
  title: string,
  tools: readonly { readonly tool: string; readonly calls: number }[],
  options: ReportOptions,
): readonly string[] {
  if (tools.length === 0) return [];
  const shown = options.details ? tools : tools.slice(0, SHOWN);
  return [
    line(
      `${title}: ` +
        `${shown.map(({ tool, calls }) => `${tool} (${calls})`).join(", ")}${
          tools.length > shown.length
            ? `, … ${count(tools.length - shown.length, "more tool")} (--details)`
            : ""
        }`,
    ),
  ];
}

function sinceLines({ since }: CoverageResult): readonly string[] {
  if (since === undefined) return [];
  const moves = since.moved.flatMap(({ metric, before, after, why }) => [
    line(`  ${metric}: ${share(before)} -> ${share(after)}`),
    ...why.map((cause) => line(`    ${cause}`)),
  ]);
  return [
    "",
    line(
      `since the earlier report${since.from === null ? "" : ` (up to ${since.from.slice(0, 10)})`}`,
    ),
    ...(moves.length === 0 ? ["  no coverage changed"] : moves),
    ...sinceFacts(since).map((fact) => line(`  ${fact}`)),
  ];
}

function auditLine(result: CoverageResult): string {
  const { sessions } = result.audit;
  if (sessions === 0) return "audit trail: no session is recorded";
  return line(
    `audit trail of ${count(sessions, "session")}: ${auditRows(result)
      .map(([name, n]) => `${name} ${share({ covered: n, total: sessions })}`)
      .join(", ")}`,
  );
}

/** The six metrics by each part but the agent. */
function otherBreakdowns({ by }: CoverageResult, options: ReportOptions): readonly string[] {
  const parts = [
    ["surface", by.surface],
    ["server", by.server],
    ["tool", by.action],
    ["classification", by.class],
    ["kind", by.kind],
    ["day", by.day],
  ] as const;
  return parts.flatMap(([name, part]) => breakdownLines(name, part, options));
}

function disagreementLines(
  { disagreements }: CoverageResult,
  { details }: ReportOptions,
): readonly string[] {
  return disagreements
    .slice(0, details ? undefined : SHOWN)
    .map(({ by, subject, action, surfaces, calls }) =>
      line(
        `${by === "recorded" ? "recorded" : "would be"} decided differently: ${subject} ` +
          `${action}: ${surfaces.map((s) => `${s.effect} on ${s.surface}`).join(", ")} ` +
          `(${count(calls, "call")})`,
      ),
    );
}

/** The six numbers, what they leave open, and where: for a terminal. */
export function prettyCoverage(result: CoverageResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const lines = [
    paint.bold(line(result.error?.message ?? headline(result))),
    ...[...undecidedParts(result.trace), ...estimatedParts(result)].map((part) =>
      paint.yellow(part),
    ),
    ...(result.partial
      ? [paint.yellow("interrupted: the numbers below are for a part of the trace")]
      : []),
    "",
    ...metricLines(result, paint, options),
    ...sinceLines(result),
    "",
    ...uncoveredLines(result, options),
    "",
    ...breakdownLines("agent", result.by.agent, options),
    ...(options.details ? otherBreakdowns(result, options) : []),
    "",
    ...surfaceLines(result, options),
    line(decisionText(result)),
    auditLine(result),
    ...names("tools that no catalog lists", result.unknownTools, options),
    ...names("left out because the catalog says so", result.inconsequential.marked, options),
    ...disagreementLines(result, options),
    ...(result.error === undefined ? [paint.bold(line(closingLine(result)))] : []),
  ].filter((text, i, all) => i < all.length - 1 || text !== "");
  return `${lines.join("\n")}\n`;
}
