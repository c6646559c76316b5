import { METRICS, type Metric } from "./coverage-tally.ts";
import type { CoverageRow } from "./coverage-rows.ts";
import { DENYING, gapOf, gapText, type Gap } from "./gap.ts";
import type { CoverageBody, UncoveredGroup } from "../documents/coverage-result.ts";

const LISTED = 2000;

interface Open {
  readonly row: CoverageRow;
  calls: number;
  irreversible: boolean;
  paying: boolean;
  openWorld: boolean;
  readonly gaps: Map<Gap, number>;
  readonly metrics: Map<Metric, number>;
  /** Calls without a rule of their own that are denied, and that a rule for everything decides. */
  denied: number;
  wildcard: number;
}

function bump<K>(map: Map<K, number>, key: K, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function addRow(open: Open, row: CoverageRow): void {
  let any = false;
  for (const metric of METRICS) {
    const gap = gapOf(row.verdicts[metric]);
    if (gap === undefined) continue;
    any = true;
    bump(open.gaps, gap, row.calls);
    bump(open.metrics, metric, row.calls);
  }
  const gap = gapOf(row.verdicts.policy);
  if (gap !== undefined && DENYING.has(gap)) open.denied += row.calls;
  if (gap === "wildcard") open.wildcard += row.calls;
  if (row.shared > 0) {
    bump(open.gaps, "shared-credential", row.shared);
    bump(open.metrics, "identity", row.shared);
  }
  open.calls += any ? row.calls : row.shared;
  open.irreversible ||= row.gravity.irreversible;
  open.paying ||= row.gravity.paying;
  open.openWorld ||= row.gravity.openWorld;
}

function groupOf(row: CoverageRow): Open {
  return {
    row,
    calls: 0,
    irreversible: false,
    paying: false,
    openWorld: false,
    gaps: new Map(),
    metrics: new Map(),
    denied: 0,
    wildcard: 0,
  };
}

/**
 * Most consequential first: irreversible, paying, restricted, open world; then by calls, then by
 * name.
 */
function weight({ irreversible, paying, openWorld, row }: Open): number {
  return (
    (irreversible ? 8 : 0) +
    (paying ? 4 : 0) +
    (row.resourceClass === "restricted" ? 2 : 0) +
    (openWorld ? 1 : 0)
  );
}

interface Weighed {
  /** Its action, agent and class. */
  readonly name: string;
  readonly open: Open;
  readonly weight: number;
}

function byConsequence(a: Weighed, b: Weighed): number {
  return b.weight - a.weight || b.open.calls - a.open.calls || (a.name < b.name ? -1 : 1);
}

function whyOf(open: Open): string {
  const gaps = [...open.gaps].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return gaps
    .map(([gap, calls]) => (calls === open.calls ? gapText(gap) : `${gapText(gap)} (${calls})`))
    .join("; ");
}

function describe(open: Open): UncoveredGroup {
  const { row, calls, irreversible, paying, openWorld, denied, wildcard } = open;
  const metrics: { [metric in Metric]?: number } = {};
  for (const metric of METRICS) {
    const count = open.metrics.get(metric);
    if (count !== undefined) metrics[metric] = count;
  }
  return {
    subject: row.agent,
    action: row.action,
    resourceClass: row.resourceClass,
    class: row.class,
    calls,
    why: whyOf(open),
    metrics,
    ...(denied + wildcard > 0 && {
      policyGap: { ...(denied > 0 && { denied }), ...(wildcard > 0 && { wildcard }) },
    }),
    irreversible,
    paying,
    openWorld,
    example: row.example.id,
  };
}

/**
 * The calls that some metric leaves open, alike in subject, action and class, most consequential
 * first (design 9.7).
 */
export function uncoveredOf(
  rows: readonly CoverageRow[],
): Pick<CoverageBody, "uncovered" | "uncoveredRest"> {
  const groups = new Map<string, Open>();
  for (const row of rows) {
    const key = `${row.action}\u0000${row.agent}\u0000${row.class}`;
    const open = groups.get(key) ?? groupOf(row);
    groups.set(key, open);
    addRow(open, row);
  }
  const sorted = [...groups]
    .filter(([, { calls }]) => calls > 0)
    .map(([name, open]) => ({ name, open, weight: weight(open) }))
    .sort(byConsequence)
    .map(({ open }) => open);
  const rest = sorted.slice(LISTED);
  return {
    uncovered: sorted.slice(0, LISTED).map(describe),
    uncoveredRest: { groups: rest.length, calls: rest.reduce((sum, open) => sum + open.calls, 0) },
  };
}
