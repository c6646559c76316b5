import type { ReportResult } from "../../documents/report-result.ts";
import { share } from "../replay/words.ts";
import { controlCounts, DECIDED } from "./words.ts";

/** A smaller change rounds to nothing. */
const LEAST_POINTS = 0.05;

/**
 * By how many percentage points the new policies would move a coverage from today's; undefined where they
 * would not, or where it is not known.
 */
export function pointsMoved(
  { coverage, coverageBefore, error }: ReportResult,
  metric: keyof ReportResult["targets"],
): number | undefined {
  const [before, after] = [coverageBefore.metrics[metric], coverage.metrics[metric]];
  const isKnown = error === undefined && before.total > 0 && after.total > 0;
  if (!isKnown || !DECIDED.has(metric)) return undefined;
  const points = (after.covered / after.total - before.covered / before.total) * 100;
  return Math.abs(points) < LEAST_POINTS ? undefined : points;
}

/** What a board would ask besides the sentence and the risks: what gets worse, and how the controls are. */
export function alsoTexts(report: ReportResult): readonly string[] {
  const [before, after] = [report.coverageBefore, report.coverage].map(({ metrics }) =>
    share(metrics.policy),
  );
  const falls = (pointsMoved(report, "policy") ?? 0) < 0;
  return [
    ...(falls
      ? [
          "A written rule would decide fewer consequential calls, and only a default the others: " +
            `${before ?? ""} today, ${after ?? ""} with the new policies`,
        ]
      : []),
    `“Twelve controls” finds ${controlCounts(report.controls)}`,
  ];
}
