import type { CoverageSummary } from "../documents/replay-result.ts";
import { byMetric, METRICS } from "./coverage-tally.ts";
import { countsOf, type CountedRow, type CoverageRow, type Dimensions } from "./coverage-rows.ts";
import type { Breakdown, Breakdowns } from "../documents/coverage-result.ts";

/** How many values of a dimension are listed; the rest is summed up. */
const LISTED = 1000;
/** The name of what further values come to. */
export const OTHERS = "(others)";

class Sum {
  calls = 0;
  readonly ratios = byMetric(() => ({ covered: 0, total: 0 }));
  /** Calls without a recorded credential whose identity is sound otherwise. */
  unrecorded = 0;

  add(row: CountedRow): void {
    this.calls += row.calls;
    if (row.verdicts.identity === "credential-unrecorded") this.unrecorded += row.calls;
    for (const metric of METRICS) {
      const { covered, total } = countsOf(row, metric);
      this.ratios[metric].covered += covered;
      this.ratios[metric].total += total;
    }
  }

  merge(other: Sum): void {
    this.calls += other.calls;
    this.unrecorded += other.unrecorded;
    for (const metric of METRICS) {
      this.ratios[metric].covered += other.ratios[metric].covered;
      this.ratios[metric].total += other.ratios[metric].total;
    }
  }

  summary(): CoverageSummary {
    return {
      consequential: this.calls,
      metrics: byMetric((metric) => ({
        ...this.ratios[metric],
        ...(metric === "identity" && { unrecorded: this.unrecorded }),
      })),
    };
  }
}

/** How many calls have the same verdicts. */
type Alike = { -readonly [name in keyof CountedRow]: CountedRow[name] };

function countedOf({ verdicts, calls, shared }: CoverageRow): Alike {
  return { verdicts, calls, shared };
}

function sumOf(all: Iterable<CountedRow>): Sum {
  const sum = new Sum();
  for (const row of all) sum.add(row);
  return sum;
}

function sums(
  rows: readonly CoverageRow[],
  value: (row: Dimensions) => string,
): ReadonlyMap<string, Sum> {
  const alike = new Map<string, Map<CoverageRow["verdicts"], Alike>>();
  for (const row of rows) {
    const name = value(row);
    const known = alike.get(name) ?? new Map<CoverageRow["verdicts"], Alike>();
    alike.set(name, known);
    const same = known.get(row.verdicts);
    if (same === undefined) known.set(row.verdicts, countedOf(row));
    else {
      same.calls += row.calls;
      same.shared += row.shared;
    }
  }
  return new Map([...alike].map(([name, all]) => [name, sumOf(all.values())]));
}

function breakdown(rows: readonly CoverageRow[], value: (row: Dimensions) => string): Breakdown {
  const sorted = [...sums(rows, value)].sort(
    ([a, m], [b, n]) => n.calls - m.calls || (a < b ? -1 : 1),
  );
  const shown = sorted.slice(0, LISTED);
  if (sorted.length > LISTED) {
    const rest = new Sum();
    for (const [, sum] of sorted.slice(LISTED)) rest.merge(sum);
    shown.push([OTHERS, rest]);
  }
  return Object.fromEntries(shown.map(([name, sum]) => [name, sum.summary()]));
}

function byDay(rows: readonly CoverageRow[]): Breakdown {
  const days = [...sums(rows, (row) => row.day)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(days.map(([day, sum]) => [day, sum.summary()]));
}

/** The coverages by every dimension of design 9.7. */
export function breakdowns(rows: readonly CoverageRow[]): Breakdowns {
  return {
    agent: breakdown(rows, (row) => row.agent),
    surface: breakdown(rows, (row) => row.surface),
    server: breakdown(rows, (row) => row.server),
    action: breakdown(rows, (row) => row.action),
    class: breakdown(rows, (row) => row.class),
    kind: breakdown(rows, (row) => row.kind),
    day: byDay(rows),
  };
}
