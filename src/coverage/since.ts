import type { CoverageSummary, Ratio } from "../documents/replay-result.ts";
import { METRICS, type Metric } from "./coverage-tally.ts";
import type { Earlier } from "./earlier.ts";
import type { Breakdown, CoverageBody, MetricMove, Since } from "../documents/coverage-result.ts";

const CAUSES = 5;

const EMPTY: Ratio = { covered: 0, total: 0 };
const rateOf = ({ covered, total }: Ratio): number => (total === 0 ? 1 : covered / total);

interface Cause {
  readonly text: string;
  /** How far it moves the share of the whole, in parts of one. */
  readonly pull: number;
}

function plural(calls: number): string {
  return `${calls} ${calls === 1 ? "call" : "calls"}`;
}

function shareText(ratio: Ratio): string {
  return ratio.total === 0 ? "none" : `${ratio.covered} of ${ratio.total}`;
}

/**
 * How one tool (or agent) moved a metric: by being new or gone, by another share of its calls, or
 * by their number.
 */
function causeOf(
  name: string,
  before: Ratio,
  {
    after,
    was,
    is,
    what,
  }: { readonly after: Ratio; readonly was: Ratio; readonly is: Ratio; readonly what: string },
): Cause | undefined {
  if (before.total === 0 && after.total === 0) return undefined;
  // what the share would be without the tool's old part in it, against with its new part
  const without: Ratio = { covered: was.covered - before.covered, total: was.total - before.total };
  const pull =
    rateOf({ covered: without.covered + after.covered, total: without.total + after.total }) -
    rateOf(was);
  if (before.total === 0)
    return { text: `${what} ${name} is new: ${shareText(after)} covered`, pull };
  if (after.total === 0)
    return { text: `${what} ${name} no longer occurs: it had ${shareText(before)} covered`, pull };
  const moved = rateOf(after) - rateOf(before);
  if (Math.abs(moved) < 1e-9)
    return {
      text: `${what} ${name} has ${plural(after.total)} instead of ${before.total}, with the same share covered`,
      pull: is.total === was.total ? 0 : pull,
    };
  return {
    text: `${what} ${name}: ${shareText(after)} covered, ${shareText(before)} before`,
    pull,
  };
}

function partAt(
  part: { readonly get: (name: string) => CoverageSummary | undefined },
  name: string,
  metric: Metric,
): Ratio {
  return part.get(name)?.metrics[metric] ?? EMPTY;
}

function causesOf(metric: Metric, earlier: Earlier, now: CoverageBody): readonly string[] {
  const [was, is] = [earlier.metrics[metric], now.metrics[metric]];
  const tools = new Map(Object.entries(now.by.action));
  const names = [...new Set([...earlier.tools.keys(), ...tools.keys()])].sort();
  const causes = names.flatMap(
    (name) =>
      causeOf(name, partAt(earlier.tools, name, metric), {
        after: partAt(tools, name, metric),
        was,
        is,
        what: "tool",
      }) ?? [],
  );
  const direction = Math.sign(rateOf(is) - rateOf(was));
  const pulling = causes.filter(
    (cause) => Math.sign(cause.pull) === direction && Math.abs(cause.pull) > 1e-9,
  );
  return pulling
    .sort((a, b) => Math.abs(b.pull) - Math.abs(a.pull))
    .slice(0, CAUSES)
    .map((cause) => cause.text);
}

function difference(
  part: Iterable<string>,
  without: { readonly has: (name: string) => boolean },
): readonly string[] {
  return [...part].filter((name) => !without.has(name)).sort();
}

function moveOf(
  metric: Metric,
  {
    earlier,
    now,
    general,
  }: {
    readonly earlier: Earlier;
    readonly now: CoverageBody;
    readonly general: readonly string[];
  },
): MetricMove | undefined {
  const [before, after] = [earlier.metrics[metric], now.metrics[metric]];
  if (
    Math.abs(rateOf(before) - rateOf(after)) < 1e-9 &&
    (before.total === 0) === (after.total === 0)
  )
    return undefined;
  return { metric, before, after, why: [...causesOf(metric, earlier, now), ...general] };
}

function keys(breakdown: Breakdown): ReadonlySet<string> {
  return new Set(Object.keys(breakdown));
}

/** What may have moved every share alike. */
function generalCauses(
  policyChanged: boolean | null,
  newAgents: readonly string[],
): readonly string[] {
  const more = newAgents.length > CAUSES ? " …" : "";
  return [
    ...(policyChanged === true ? ["the policy set changed"] : []),
    ...(newAgents.length > 0
      ? [`new agents: ${newAgents.slice(0, CAUSES).join(", ")}${more}`]
      : []),
  ];
}

type Arrivals = Pick<Since, "newAgents" | "goneAgents" | "newTools" | "goneTools" | "newSurfaces">;

/** Who and what came and went. */
function arrivals(earlier: Earlier, { by }: CoverageBody): Arrivals {
  const [agents, tools] = [keys(by.agent), keys(by.action)];
  return {
    newAgents: difference(agents, earlier.agents),
    goneAgents: difference(earlier.agents.keys(), agents),
    newTools: difference(tools, earlier.tools),
    goneTools: difference(earlier.tools.keys(), tools),
    newSurfaces: difference(keys(by.surface), earlier.surfaces),
  };
}

/**
 * What moved since an earlier result, and why: new tools and agents, another policy, other shares
 * of the same tools.
 */
export function sinceOf(
  earlier: Earlier,
  now: CoverageBody,
  { digest, to }: { readonly digest: string | null; readonly to: string | null },
): Since {
  const policyChanged =
    earlier.digest === null || digest === null ? null : earlier.digest !== digest;
  const moving = arrivals(earlier, now);
  const general = generalCauses(policyChanged, moving.newAgents);
  const moves = METRICS.map(
    (metric) => [metric, moveOf(metric, { earlier, now, general })] as const,
  );
  return {
    from: earlier.to,
    to,
    policyChanged,
    ...moving,
    moved: moves.flatMap(([, move]) => move ?? []),
    unmoved: moves.flatMap(([metric, move]) => (move === undefined ? [metric] : [])),
  };
}
