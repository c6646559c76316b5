import type { Counted } from "../../documents/trace-read.ts";
import type { StatsResult } from "../../documents/trace-stats-result.ts";
import type { ReportOptions } from "../reporter.ts";
import { headline, SHOWN, text, undecidedLines } from "./words.ts";
import { count } from "../../text/count.ts";

/** A name; `?` stands for none that is recorded. */
function nameText(name: string): string {
  return name === "?" ? "unrecorded" : name;
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
    ...shown.map(({ name, count }) => `  ${String(count).padStart(8)}  ${nameText(name)}`),
    ...(rest > 0 ? [`            … and ${rest} more (--details)`] : []),
  ];
}

/** What a trace holds, for a person. */
export function prettyStats(document: StatsResult, options: ReportOptions): string {
  const { trace } = document;
  return text([
    headline(trace),
    ...(trace.malformed > 0 ? [count(trace.malformed, "malformed line")] : []),
    ...undecidedLines(trace),
    ...(trace.reordered > 0 ? [`${count(trace.reordered, "event")} after later ones`] : []),
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
