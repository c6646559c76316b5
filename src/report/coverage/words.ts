import type {
  CoverageBody,
  CoverageResult,
  Since,
  UncoveredGroup,
} from "../../documents/coverage-result.ts";
import type { CoverageMetrics } from "../../documents/replay-result.ts";
import type { MetricTarget } from "../../documents/report-result.ts";
import { mergedParts, share } from "../replay/words.ts";
import { count } from "../../text/count.ts";
import { someListed } from "../../text/listed.ts";

/** What counts as good and as an alarm, as shares, where agentz.yaml says nothing. */
export const USUAL_TARGET: MetricTarget = { target: 0.95, alarm: 0.8, from: "default" };

/**
 * The six coverages in the order of design 9, with what each asks, for people; `brief` is the same in
 * at most forty columns, `of` says which calls it is a share of.
 */
export const METRIC_WORDS: readonly {
  readonly metric: keyof CoverageMetrics;
  readonly title: string;
  readonly asks: string;
  readonly brief: string;
  readonly of: string;
}[] = [
  {
    metric: "enforcement",
    title: "Enforcement",
    asks: "decided by a decision point outside the agent",
    brief: "by a decision point outside the agent",
    of: "consequential calls",
  },
  {
    metric: "policy",
    title: "Policy",
    asks: "decided by a written rule, not by a default or by “allow everything”",
    brief: "by a rule, not only by a default",
    of: "consequential calls",
  },
  {
    metric: "identity",
    title: "Identity",
    asks: "made by a registered agent under its own identity",
    brief: "by a registered agent, as itself",
    of: "consequential calls",
  },
  {
    metric: "classification",
    title: "Classification",
    asks: "on a resource with a known classification",
    brief: "on resources of known classification",
    of: "calls with a known resource",
  },
  {
    metric: "oversight",
    title: "Oversight",
    asks: "denied, or held until a person approves",
    brief: "risky calls denied or needing approval",
    of: "calls that cannot be undone, pay or grant",
  },
  {
    metric: "attribution",
    title: "Attribution",
    asks: "recorded with the type of who acted",
    brief: "with a recorded type of the subject",
    of: "consequential calls",
  },
];

/** What a coverage that was merged from parts estimates; groups of changed calls are none of it. */
export function estimatedParts({ parts }: CoverageResult): readonly string[] {
  return mergedParts(parts && { ...parts, groupsRest: { groups: 0, calls: 0 } });
}

/** How many calls identity coverage leaves open only for want of a recorded credential. */
export function unrecordedText(calls: number): string {
  return `${count(calls, "call")} ${calls === 1 ? "records" : "record"} no credential`;
}

/** What stands in place of a classification in `by.class`, and in a group. */
const NO_CLASS: ReadonlyMap<string, string> = new Map([
  ["none", "no resource"],
  ["?", "unknown classification"],
]);

/** A value of `by.class` for people. */
export function classText(value: string): string {
  return NO_CLASS.get(value) ?? value;
}

/** The classification of a group's calls; words for why there is none. */
export function groupClassText({ class: value, resourceClass }: UncoveredGroup): string {
  return classText(value ?? resourceClass ?? "?");
}

/** What makes a group of uncovered calls grave, in words; empty where nothing does. */
export function gravityText(group: UncoveredGroup): string {
  return [
    group.irreversible ? "irreversible" : "",
    group.paying ? "paying or granting" : "",
    group.resourceClass === "restricted" ? "restricted" : "",
    group.openWorld ? "open world" : "",
  ]
    .filter((word) => word !== "")
    .join(", ");
}

const MINUTES = 1440;

/** A rate that can be said: by the day where it is less than one a minute. */
function rateText(perMinute: number): string {
  const [rate, span] = perMinute < 1 ? [perMinute * MINUTES, "a day"] : [perMinute, "a minute"];
  const digits = rate < 10 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 };
  return `${rate.toLocaleString("en-US", digits)} ${span}`;
}

/** How often decisions were made. WHY no rate above the peak: so few decisions have none. */
function paceText(perMinute: number, peak: number): string {
  const most = `at most ${peak.toLocaleString("en-US")} in a minute`;
  return perMinute > peak ? most : `${rateText(perMinute)} (${most})`;
}

/** One line on what the recorded decision points did. */
export function decisionText({ decisions }: CoverageBody): string {
  const { latency } = decisions;
  if (decisions.decisions === 0) return "no decision is recorded";
  const parts = [
    count(decisions.decisions, "recorded decision"),
    decisions.perMinute === null ? "" : paceText(decisions.perMinute, decisions.peakMinute ?? 0),
    `${share({ covered: decisions.denied, total: decisions.decisions })} denied`,
    latency.p50 === null
      ? ""
      : `half answered within ${latency.p50} ms, 99 of 100 within ${latency.p99 ?? latency.p50} ms`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The audit trail as rows of respect and share of sessions. */
export function auditRows({ audit }: CoverageBody): readonly (readonly [string, number])[] {
  return [
    ["prompts", audit.prompts],
    ["responses", audit.responses],
    ["calls", audit.calls],
    ["results", audit.results],
    ["models", audit.models],
    ["all five", audit.complete],
  ];
}

/** What changed between two results besides the numbers. */
export function sinceFacts(since: Since): readonly string[] {
  const list = (what: string, names: readonly string[]): string =>
    names.length === 0 ? "" : `${what}: ${someListed(names, 10)}`;
  return [
    since.policyChanged === true
      ? "the policy set changed"
      : since.policyChanged === false
        ? "the policy set is the same"
        : "",
    list("new agents", since.newAgents),
    list("agents that no longer occur", since.goneAgents),
    list("new tools", since.newTools),
    list("tools that no longer occur", since.goneTools),
    list("new surfaces", since.newSurfaces),
  ].filter((fact) => fact !== "");
}
