import { recordable } from "../../text/unrecorded.ts";
import { Chalk, type ChalkInstance } from "chalk";
import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { stateText } from "../states.ts";
import { textWidth, wrapLine } from "../wrap.ts";
import { candidateLines, candidatesOf } from "./candidates.ts";
import { acceptedText, checkText, judgedText, replacedTexts } from "./gate-words.ts";
import { approvalRate, approvalText } from "./approval-words.ts";
import { byConcern } from "./group-order.ts";
import { noteLines } from "./notes.ts";
import {
  benignParts,
  failingLabel,
  groupChange,
  groupMarks,
  groupRules,
  hasSameEffect,
  incidentParts,
  movedText,
  share,
  uncomparedText,
  unrecordedText,
  verdictText,
  verdictWord,
  approversText,
} from "./words.ts";
import { count } from "../../text/count.ts";
import { newlyHeldText } from "../../text/newly-held.ts";
import { isPlainWord } from "../../text/shell-word.ts";
import { shortRef } from "../short-ref.ts";

const HEIGHT = 30;
/** As many more where the terminal is narrow: a group takes more of them there. */
const NARROW = { columns: 100, rows: 6 };
/** The rows of the terminal for the command line itself, and for the next one. */
const PROMPT = 2;
const SHOWN = 3;
const TOLD = 2;
/**
 * How many groups of what widens and of what narrows are shown: the most that fits the screen; more
 * than three only on a terminal of more rows.
 */
const FITTING = [
  [8, 8],
  [5, 8],
  [4, 6],
  [3, 5],
  [3, 4],
  [3, 3],
  [3, 2],
  [2, 2],
  [2, 1],
  [1, 1],
] as const;

/** What a gate is, where there is none. */
const GATE_HINT = "  a gate fails above a limit: --gate widened=0, or `gate:` in agentz.yaml";

/** One line: control characters written out. */
type Line = (text: string) => string;

function header(result: ReplayResult, line: Line): readonly string[] {
  const { trace, filters } = result;
  const span =
    trace.from === null || trace.to === null
      ? ""
      : `, ${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
  const unrecorded = unrecordedText(result);
  const missing = unrecorded === undefined ? "" : `; ${unrecorded}`;
  const left = filters.leftOut > 0 ? `; filters left out ${count(filters.leftOut, "call")}` : "";
  return [
    line(
      `replay of ${count(trace.calls, "call")} in ${count(trace.sessions, "session")}${span}${left}`,
    ),
    line(`from ${shortRef(result.baseline.ref)} to ${shortRef(result.candidate.ref)}${missing}`),
  ];
}

function verdictLines(
  result: ReplayResult,
  options: ReportOptions,
  { paint, line }: { readonly paint: ChalkInstance; readonly line: Line },
): readonly string[] {
  const word = verdictWord(result);
  const mark = {
    passed: paint.green("✓ gate passed"),
    failed: paint.red("✗ FAILED"),
    partial: paint.yellow("! PARTIAL"),
    "no gate": paint.bold("· no gate set"),
  }[word];
  const failed = result.gate.checks.filter((check) => !check.passed);
  return [
    `${mark}: ${line(verdictText(result))}`,
    ...harmLines(result, options, { paint, line }),
    ...heldLine(result, line),
    ...(word === "no gate" ? [GATE_HINT] : []),
    ...header(result, line).map((text) => `  ${text}`),
    ...failed.slice(0, SHOWN).map((check) => line(`  ${checkText(check)}`)),
    ...toldLines(result, line),
  ];
}

function heldLine({ groups }: ReplayResult, line: Line): readonly string[] {
  const held = newlyHeldText(groups);
  return held === undefined ? [] : [line(`  ${held}`)];
}

/**
 * What lets a gate pass besides its figures: limits that were replaced, changes that were accepted.
 */
function toldLines(result: ReplayResult, line: Line): readonly string[] {
  const { accepted } = result.gate;
  const told = [...replacedTexts(result), ...accepted.map(acceptedText)];
  const judged = judgedText(result);
  const rest = told.length > TOLD ? ` (and ${told.length - TOLD} more: --details)` : "";
  const shown = told.slice(0, TOLD).map((text, i) => {
    const end = i === TOLD - 1 ? rest : "";
    return `  ${line(text)}${end}`;
  });
  return [...shown, ...(judged === undefined ? [] : [line(`  ${judged}`)])];
}

/**
 * What happens to the calls that have a label: harm first, and marked, before what a gate asks; one
 * line where it is short.
 */
function harmLines(
  result: ReplayResult,
  { columns = NARROW.columns }: ReportOptions,
  { paint, line }: { readonly paint: ChalkInstance; readonly line: Line },
): readonly string[] {
  const { incident, benign } = result.labels;
  const undecided = (n: number): readonly string[] => (n > 0 ? [`${n} indeterminate`] : []);
  const run = incident.calls - incident.stopped - incident.undecided;
  const before = incident.calls - incident.stoppedBefore;
  const runs =
    (run === 0 ? "none would run" : paint.red(`${run} would run`)) +
    (before === run ? "" : ` (before: ${before})`);
  const incidents = [...incidentParts(incident), ...undecided(incident.undecided)].join(", ");
  const broken = line([...benignParts(benign), ...undecided(benign.undecided)].join(", "));
  const marked = broken.replace(/^[1-9]\d* denied/, (text) => paint.red(text));
  const parts = [
    ...(incident.calls > 0
      ? [`incidents: of ${count(incident.calls, "call")} ${runs}, ${line(incidents)}`]
      : []),
    ...(benign.calls > 0
      ? [`benign: of ${count(benign.calls, "call")} ${marked}${benignBefore(benign)}`]
      : []),
  ];
  const joined = `  ${parts.join("; ")}`;
  if (parts.length === 0) return [];
  return textWidth(joined) <= columns ? [joined] : parts.map((part) => `  ${part}`);
}

/** How many benign calls were denied and held before; empty where it was as many, or none. */
function benignBefore(benign: ReplayResult["labels"]["benign"]): string {
  const { denied, gated, deniedBefore, gatedBefore } = benign;
  const isAsMany = denied === deniedBefore && gated === gatedBefore;
  if (isAsMany || deniedBefore + gatedBefore === 0) return "";
  return ` (before: ${deniedBefore} denied, ${gatedBefore} held)`;
}

/** Two lines: what changes, and by which rules, with an example that `agentz explain` opens. */
function groupLines(group: ChangeGroup, { columns, details }: ReportOptions): readonly string[] {
  const [change, place] = [groupChange(group), `${group.subject} ${group.action}`];
  const marks = groupMarks(group);
  const text = hasSameEffect(group) ? `${place}${marks}: ${change}` : `${change}: ${place}${marks}`;
  const what = printableWhole(`  ${count(group.calls, "call").padEnd(10)} ${text}`);
  const by =
    `             ${printableWhole(groupRules(group))}${failingLabel(group)}; ` +
    `e.g. ${printableWhole(group.example)}`;
  const id = `  [${group.id}]`;
  const fits = (row: string): boolean => columns === undefined || textWidth(row + id) <= columns;
  if (fits(what)) return [what + id, by];
  if (fits(by)) return [what, by + id];
  // WHY left out where it would take a row of its own: the rows are for more groups
  return details ? [what + id, by] : [what, by];
}

/** As {@link movedText}, with what downstream means. */
function movedTitle(moved: Parameters<typeof movedText>[0]): string {
  const text = movedText(moved);
  return moved.downstream === 0
    ? text
    : text.replace(/\)$/, ": only because earlier calls changed)");
}

function section(
  result: ReplayResult,
  {
    kind,
    title,
    options,
    most,
  }: { kind: ChangeGroup["class"]; title: string; options: ReportOptions; most?: number },
): readonly string[] {
  const groups = byConcern(result.groups.filter((group) => group.class === kind));
  if (groups.length === 0) return [];
  const shown = options.details ? groups : groups.slice(0, most ?? SHOWN);
  const rest = groups.slice(shown.length).reduce((sum, group) => sum + group.calls, 0);
  const more =
    groups.length > shown.length
      ? [`  … ${count(groups.length - shown.length, "more group")} with ${count(rest, "call")}`]
      : [];
  return [title, ...shown.flatMap((group) => groupLines(group, options)), ...more];
}

function approvalLines(result: ReplayResult, line: Line): readonly string[] {
  const text = approvalText(result.approvals);
  if (text === undefined) return [];
  const { candidate } = result.approvals;
  const rate = approvalRate(result);
  const groups = Object.entries(candidate.byApprover).sort(
    ([, a], [, b]) => b.approvals - a.approvals,
  );
  const who = groups
    .slice(0, SHOWN)
    .map(([name, burden]) => {
      const nobody = burden.nobody === true ? " (nobody in the catalog is one)" : "";
      return `${approversText(name)} ${burden.approvals}${nobody}`;
    })
    .join(", ");
  const more = groups.length > SHOWN ? `, … ${groups.length - SHOWN} more` : "";
  const from = who === "" ? undefined : `from ${who}${more}`;
  // WHY one line: where much is said, groups would have to make room
  const further = [rate, from].filter((part) => part !== undefined).join("; ");
  return [
    line(
      `approvals  ${text}: ${candidate.satisfied} of these calls approved, ` +
        `${candidate.required - candidate.satisfied} held`,
    ),
    ...(further === "" ? [] : [line(`           ${further}`)]),
  ];
}

/** The calls that nobody can tell, with what to record; their groups where details are asked. */
function indeterminateLines(
  result: ReplayResult,
  options: ReportOptions,
  { paint, line }: { readonly paint: ChalkInstance; readonly line: Line },
): readonly string[] {
  const { indeterminate } = result.changes;
  const missing = result.missing
    .slice(0, SHOWN)
    .map(({ attribute, calls }) => `${recordable(attribute)} (${calls})`);
  const names = `${missing.join(", ")}${result.missing.length > SHOWN ? ", …" : ""}`;
  if (indeterminate === 0)
    return missing.length === 0 ? [] : [line(`unrecorded record ${names} to decide more`)];
  const number = indeterminate.toLocaleString("en-US");
  const record = missing.length === 0 ? "" : `: record ${names} to decide more`;
  const title = line(`indeterminate ${number}, for lack of recorded data${record}`);
  const groups = options.details
    ? section(result, { kind: "indeterminate", title: "", options }).slice(1)
    : [];
  return [stateText(paint, "indeterminate", title), ...groups];
}

function unreachableLines({ changes }: ReplayResult, paint: ChalkInstance): readonly string[] {
  if (changes.unreachable === 0) return [];
  const number = changes.unreachable.toLocaleString("en-US");
  const title = `unreachable ${number}: below a sub-agent that would no longer be started`;
  return [stateText(paint, "unreachable", title)];
}

/** What is covered there: the others are named by what they are shares of. */
const OVERSIGHT = "risky calls denied or held";

function coverageLines(result: ReplayResult, line: Line): readonly string[] {
  const { metrics, consequential } = result.coverage.candidate;
  const parts = Object.entries(metrics).map(
    ([name, ratio]) =>
      `${name} ${share(ratio).replace("%", "")}${name === "oversight" ? ` (${OVERSIGHT})` : ""}`,
  );
  if (consequential === 0) return [];
  // WHY two: all six are wider than a screen
  const [first, second] = [parts.slice(0, 4), parts.slice(4)].map((some) => some.join("  "));
  return [line(`coverage % ${first ?? ""}`), line(`           ${second ?? ""}`)];
}

function uncomparedLine(result: ReplayResult, line: Line): readonly string[] {
  const text = uncomparedText(result);
  return text === undefined ? [] : [line(`uncompared ${text}`)];
}

/** The rows that lines take on the terminal. */
function height(lines: readonly string[], { columns }: ReportOptions): number {
  return columns === undefined
    ? lines.length
    : lines.reduce((sum, text) => sum + wrapLine(text, columns).length, 0);
}

/**
 * The rows that an answer may take where nobody says how many: more on a high terminal. `more`: rows
 * of what no group makes room for.
 */
function roomOf({ columns = NARROW.columns, screenRows = 0 }: ReportOptions, more: number): number {
  const least = columns < NARROW.columns ? HEIGHT + NARROW.rows : HEIGHT;
  return Math.max(least + more, screenRows - PROMPT);
}

/** How to go on: what shows the rest, and what opens the first example, as a shell takes it. */
function furtherLine(
  { groups }: ReplayResult,
  options: ReportOptions,
  line: Line,
): readonly string[] {
  const { explainFlags = "" } = options;
  const example =
    explainFlags === null
      ? undefined
      : byConcern(groups).find((group) => isPlainWord(group.example))?.example;
  const parts = [
    // a watch, which alone has so many rows, names its key
    ...(options.details || options.rows !== undefined
      ? []
      : ["--details shows every group and note"]),
    ...(example === undefined ? [] : [`agentz explain ${example}${explainFlags}  shows why`]),
  ];
  if (groups.length === 0 || parts.length === 0) return [];
  // a command with flags is copied from a line of its own
  return explainFlags === "" ? [line(parts.join("; "))] : parts.map(line);
}

/**
 * The answer on one screen, in the order a reviewer asks, the verdict first: without `details` at
 * most about thirty rows where the terminal is wide enough for them, and more on a high one, or where
 * something is not compared, or waits that was permitted.
 */
export function prettyReplay(result: ReplayResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const line: Line = (text) => printableWhole(text);
  const { widened, narrowed } = result.changes;
  const above = [
    ...verdictLines(result, options, { paint, line }),
    ...candidateLines(candidatesOf(result), options).map((text) => line(text)),
  ];
  const groups = (wide: number, narrow: number): readonly string[] => [
    ...section(result, {
      kind: "widened",
      title: stateText(paint, "widened", `widened ${movedTitle(widened)}`),
      options,
      most: wide,
    }),
    ...section(result, {
      kind: "narrowed",
      title: stateText(paint, "narrowed", `narrowed ${movedTitle(narrowed)}`),
      options,
      most: narrow,
    }),
  ];
  const uncompared = uncomparedLine(result, line);
  const below = [
    ...indeterminateLines(result, options, { paint, line }),
    ...unreachableLines(result, paint),
    ...approvalLines(result, line),
    ...coverageLines(result, line),
    ...uncompared,
    ...noteLines(result, { details: options.details }).map((text) => line(text)),
    ...furtherLine(result, options, line),
  ];
  const said = [...heldLine(result, line), ...uncompared];
  const most = options.rows ?? roomOf(options, height(said, options));
  const isHigh = (options.screenRows ?? 0) > HEIGHT;
  const sizes = FITTING.filter(([, narrow]) => isHigh || narrow <= SHOWN).map(([wide, narrow]) =>
    groups(wide, narrow),
  );
  // where everything there is to say is said, groups make room
  const shown =
    sizes.find(
      (lines) => options.details || height([...above, ...lines, ...below], options) <= most,
    ) ??
    sizes.at(-1) ??
    [];
  return `${[...above, ...shown, ...below].join("\n")}\n`;
}
