import type { ReportResult } from "../../documents/report-result.ts";
import { listed } from "../../text/listed.ts";
import { share } from "../replay/words.ts";
import { todayRatio } from "./bands.ts";
import { controlCounts } from "./words.ts";

/** A smaller change rounds to nothing. */
export const LEAST_POINTS = 0.05;

/**
 * By how many percentage points the new policies would move a coverage from today's; undefined where they
 * would not, or where it is not known.
 */
export function pointsMoved(
  report: ReportResult,
  metric: keyof ReportResult["targets"],
): number | undefined {
  const [before, after] = [todayRatio(report, metric), report.coverage.metrics[metric]];
  if (before === undefined || after.total === 0) return undefined;
  const points = (after.covered / after.total - before.covered / before.total) * 100;
  return Math.abs(points) < LEAST_POINTS ? undefined : points;
}

/** What becomes of the calls that no rule of their own decides; empty where it is not listed. */
export function leftText({ coverage }: ReportResult): string {
  const { covered, total } = coverage.metrics.policy;
  const sum = (key: "denied" | "wildcard"): number =>
    coverage.uncovered.reduce((all, { policyGap }) => all + (policyGap?.[key] ?? 0), 0);
  const [denied, wildcard] = [sum("denied"), sum("wildcard")];
  const n = (calls: number): string => calls.toLocaleString("en-US");
  const told = [
    [denied, "denied"],
    [wildcard, "left to a rule for everything"],
    [total - covered - denied - wildcard, "indeterminate"],
  ] as const;
  const kinds = told.filter(([calls]) => calls > 0).map(([calls, what]) => `${n(calls)} ${what}`);
  const isWhole = coverage.uncoveredRest.groups === 0;
  return isWhole && kinds.length > 0 ? `The others: ${listed(kinds)}` : "";
}

/** What a board would ask besides the sentence and the risks: what gets worse, and how the controls are. */
export function alsoTexts(report: ReportResult): readonly string[] {
  const [before, after] = [report.coverageBefore, report.coverage].map(({ metrics }) =>
    share(metrics.policy),
  );
  const left = leftText(report);
  const falls = (pointsMoved(report, "policy") ?? 0) < 0;
  return [
    ...(falls
      ? [
          "Fewer consequential calls would have a rule of their own: " +
            `${before ?? ""} today, ${after ?? ""} with the new policies${left === "" ? "" : `. ${left}`}`,
        ]
      : []),
    `“Twelve controls” finds ${controlCounts(report.controls)}`,
  ];
}
