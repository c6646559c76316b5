import { METRICS } from "../coverage/coverage-tally.ts";
import type { Ratio } from "../documents/replay-result.ts";
import type { MetricTarget } from "../documents/report-result.ts";
import { capital } from "../text/capital.ts";
import { bandOf, type ShareBand } from "../text/band.ts";
import { share } from "../text/share.ts";
import { hasLimit } from "../text/unjudged.ts";
import type { Objection, ShipFacts } from "./ship-facts.ts";

/** A smaller change, as a share, rounds to nothing. */
const LEAST = 0.0005;

const rateOf = ({ covered, total }: Ratio): number => covered / total;

/** The worst first. */
const BANDS: readonly ShareBand[] = ["bad", "warn", "good"];

function belowText(band: ShareBand, { target, alarm }: MetricTarget): string {
  const n = (limit: number): string => `${Math.round(limit * 1000) / 10}%`;
  return band === "bad"
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
    const target: MetricTarget | undefined = targets[metric];
    if (target === undefined || before.total === 0 || after.total === 0) return [];
    const [now, then] = [bandOf(before, target), bandOf(after, target)];
    const isWorse = BANDS.indexOf(then) < BANDS.indexOf(now);
    if (rateOf(before) - rateOf(after) < LEAST || then === "good") return [];
    if (target.from === "default" && !isWorse) return [];
    if (hasLimit(replay, new RegExp(`^coverage\\.${metric}$`))) return [];
    return [
      {
        reason: `${capital(metric)} would fall from ${share(before)} to ${share(after)}, ${belowText(then, target)}`,
        before: `decide whether ${metric} may fall, or change the rules so that it does not`,
      },
    ];
  });
}
