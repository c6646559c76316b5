import type { Counted, TraceRead } from "../../documents/trace-read.ts";
import type { StatsResult } from "../../documents/trace-stats-result.ts";
import type { IndexResult } from "../../documents/trace-index-result.ts";
import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import { printable } from "../escape.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

/** How many names of a list are shown without `--details`. */
const SHOWN = 8;

function headline(trace: TraceRead): string {
  const span =
    trace.from === null || trace.to === null ? "without times" : `${trace.from} to ${trace.to}`;
  return `${trace.events} events, ${trace.calls} calls in ${trace.sessions} sessions from ${trace.files} files, ${span}`;
}

function listLines(
  title: string,
  list: readonly Counted[],
  options: ReportOptions,
): readonly string[] {
  if (list.length === 0) return [];
  const shown = options.details ? list : list.slice(0, SHOWN);
  const rest = list.length - shown.length;
  return [
    `${title}`,
    ...shown.map(({ name, count }) => `  ${String(count).padStart(8)}  ${name}`),
    ...(rest > 0 ? [`            and ${rest} more`] : []),
  ];
}

function undecidedLines({ undecided_events: count }: TraceRead): readonly string[] {
  if (count === 0) return [];
  return [
    `${count} ${count === 1 ? "event has" : "events have"} an action and a type that is not known, so nothing is decided for them; a call has type \`call\`, or none`,
  ];
}

function text(lines: readonly string[]): string {
  return `${lines.map((line) => printable(line, 300)).join("\n")}\n`;
}

/** What a trace holds, for a person. */
export function prettyStats(document: StatsResult, options: ReportOptions): string {
  const { trace } = document;
  return text([
    headline(trace),
    ...(trace.malformed > 0 ? [`${trace.malformed} malformed lines`] : []),
    ...undecidedLines(trace),
    ...(trace.reordered > 0 ? [`${trace.reordered} events stand behind later ones`] : []),
    ...listLines("events", document.types, options),
    ...listLines("calls by agent", document.agents, options),
    ...listLines("calls by action", document.actions, options),
    ...listLines("calls by kind", document.kinds, options),
    ...listLines("calls by model", document.models, options),
    ...listLines("recorded decisions", document.decisions, options),
    ...listLines("outcomes", document.outcomes, options),
    ...listLines("labels", document.labels, options),
    ...listLines("calls that record", document.recorded, options),
  ]);
}

/** Whether a trace is sound, for a person. */
export function prettyValidate(document: ValidateResult, options: ReportOptions): string {
  const shown = options.details ? document.malformed : document.malformed.slice(0, SHOWN);
  const { repeatedIds, missingParents } = document;
  return text([
    `${document.valid ? "valid" : "not valid"}: ${headline(document.trace)}`,
    ...(document.trace.malformed > 0 ? [`${document.trace.malformed} malformed lines`] : []),
    ...shown.map(({ file, line, cause }) => `  ${file}:${line}: ${cause}`),
    ...undecidedLines(document.trace),
    ...(options.details ? document.undecidedEvents : document.undecidedEvents.slice(0, SHOWN)).map(
      ({ file, line, type }) => `  ${file}:${line}: type ${type}`,
    ),
    ...(repeatedIds.count > 0
      ? [`${repeatedIds.count} events repeat an id, as ${repeatedIds.first.slice(0, 3).join(", ")}`]
      : []),
    ...(missingParents.count > 0
      ? [
          `${missingParents.count} events name a parent that no event before them has, as ${missingParents.first.slice(0, 3).join(", ")}`,
        ]
      : []),
    ...(document.disorder === null
      ? []
      : [document.disorder, "  help: sort the trace with `agentz trace sort`"]),
    ...document.unknownMembers.map(
      ({ name, count }) => `  ${count} times a member \`${name}\`, which events do not have`,
    ),
  ]);
}

/** What indexes were built, for a person. */
export function prettyIndex({ files }: IndexResult): string {
  const share = (bytes: number, of: number): string =>
    of === 0 ? "" : `, ${((100 * bytes) / of).toFixed(1)}% of the trace`;
  return text(
    files.map(
      ({ file, index, bytes, of, built }) =>
        `${file}: ${built ? "built" : "fresh"}, ${bytes.toLocaleString("en-US")} bytes${share(bytes, of)}: ${index}`,
    ),
  );
}

/** Reporters of `agentz trace index` by `--format`. */
export const INDEX_REPORTERS: ReadonlyMap<string, Reporter<IndexResult>> = new Map<
  string,
  Reporter<IndexResult>
>([
  ["pretty", prettyIndex],
  ["json", jsonReporter],
]);

/** Reporters of `agentz trace stats` by `--format`. */
export const STATS_REPORTERS: ReadonlyMap<string, Reporter<StatsResult>> = new Map<
  string,
  Reporter<StatsResult>
>([
  ["pretty", prettyStats],
  ["json", jsonReporter],
]);

/** Reporters of `agentz trace validate` by `--format`. */
export const VALIDATE_REPORTERS: ReadonlyMap<string, Reporter<ValidateResult>> = new Map<
  string,
  Reporter<ValidateResult>
>([
  ["pretty", prettyValidate],
  ["json", jsonReporter],
]);
