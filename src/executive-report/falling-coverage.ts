import { METRICS } from "../coverage/coverage-tally.ts";
import type { Ratio } from "../documents/replay-result.ts";
import type { MetricTarget } from "../documents/report-result.ts";
import { share } from "../text/share.ts";
import { hasLimit } from "../text/unjudged.ts";
import type { Objection, ShipFacts } from "./ship-facts.ts";

/** A smaller change, as a share, rounds to nothing. */
const LEAST = 0.0005;

const rateOf = ({ covered, total }: Ratio): number => covered / total;

/** 2: on target, 1: below it, 0: an alarm. */
function bandOf(rate: number, { target, alarm }: MetricTarget): number {
  return rate >= target ? 2 : Number(rate >= alarm);
}

function belowText(rate: number, { target, alarm }: MetricTarget): string {
  const n = (limit: number): string => `${Math.round(limit * 1000) / 10}%`;
  return rate < alarm
    ? `below the alarm at ${n(alarm)} (target ${n(target)})`
    : `below the target of ${n(target)}`;
}

/**
 * Coverages that fall under the candidate and are below their targets then, where somebody has set the
 * target or the fall leaves a band, and no limit of the gate judges the coverage.
 */
export function fallingCoverage({ coverage, targets, replay }: ShipFacts): readonly Objection[] {
  return METRICS.flatMap((metric) => {
    const [before, after] = [coverage.before[metric], coverage.after[metric]];
    const band: MetricTarget | undefined = targets[metric];
    if (band === undefined || before.total === 0 || after.total === 0) return [];
    const [now, then] = [rateOf(before), rateOf(after)];
    const isWorse = bandOf(then, band) < bandOf(now, band);
    if (now - then < LEAST || then >= band.target || (band.from === "default" && !isWorse))
      return [];
    if (hasLimit(replay, new RegExp(`^coverage\\.${metric}$`))) return [];
    const name = `${metric.slice(0, 1).toUpperCase()}${metric.slice(1)}`;
    return [
      {
        reason: `${name} would fall from ${share(before)} to ${share(after)}, ${belowText(then, band)}`,
        before: `decide whether ${metric} may fall, or change the rules so that it does not`,
      },
    ];
  });
}
