import type { Ratio } from "../../documents/replay-result.ts";
import type { ReportResult } from "../../documents/report-result.ts";
import { bandOf, type ShareBand } from "../../text/band.ts";
import { benignHarm } from "./harm.ts";

/** Where a share lies: `moot` where it proves nothing, `costly` where it is on target by stopping much work. */
export type Band = ShareBand | "moot" | "costly";

export const BAND_WORDS: Readonly<Record<Band, string>> = {
  good: "✓ on target",
  warn: "! below target",
  bad: "✗ alarm",
  none: "nothing to measure",
  moot: "? proves nothing",
  costly: "✗ by stopping work",
};

/** The coverages that follow from what the candidate decides; the others are as recorded. */
export const DECIDED: ReadonlySet<string> = new Set(["policy", "oversight"]);

/** The share today of what the policies decide; undefined of what is as recorded, or not known. */
export function todayRatio(
  { coverageBefore, error }: Pick<ReportResult, "coverageBefore" | "error">,
  metric: keyof ReportResult["targets"],
): Ratio | undefined {
  const before = coverageBefore.metrics[metric];
  return DECIDED.has(metric) && error === undefined && before.total > 0 ? before : undefined;
}

/** The band of a coverage of a report: none of a replay that proves nothing, none good at any price. */
export function bandIn(report: ReportResult, metric: keyof ReportResult["targets"]): Band {
  const { coverage, targets, error } = report;
  if (error !== undefined && DECIDED.has(metric)) return "moot";
  const band = bandOf(coverage.metrics[metric], targets[metric]);
  const isCostly = metric === "oversight" && band === "good" && benignHarm(report) !== undefined;
  return isCostly ? "costly" : band;
}
