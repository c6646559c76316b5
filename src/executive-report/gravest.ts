import { count } from "../text/count.ts";
import { callsByOwner } from "../text/owner-list.ts";
import { listed, someListed } from "../text/listed.ts";
import { isMuchBenign, newlyDeniedBenign } from "../text/unjudged.ts";
import { deniedUnlabelled, newlyDenied } from "../text/denied-work.ts";
import { mayNarrow } from "../text/narrowings.ts";
import { explainFailing } from "../text/explain-text.ts";
import { ownersOfGroup } from "./group-owners.ts";
import { incidentStep } from "./incident-step.ts";
import { isOfRemoved, putBackText } from "./removed-policies.ts";
import { OTHERS } from "../coverage/breakdown.ts";
import type { UncoveredGroup } from "../documents/coverage-result.ts";
import type { DiffChange } from "../documents/diff-result.ts";
import type { CoverageMetrics, Ratio } from "../documents/replay-result.ts";
import type { GravestRisk, ReportResult } from "../documents/report-result.ts";

/** How many are named: what a board can decide in one meeting. */
const NAMED = 3;

type Facts = Pick<ReportResult, "coverage" | "identities" | "incidents" | "invariants"> & {
  readonly replay: Pick<ReportResult["replay"], "labels" | "groups" | "decisions">;
  /** The owners of policies, by the names of the policies; undefined: none is named. */
  readonly owners?: ReadonlyMap<string, string>;
  /** The baseline's policies that are gone; undefined: none is. */
  readonly removed?: ReadonlySet<string>;
  /** What changed in the policies; undefined: nothing compared them. */
  readonly changes?: readonly DiffChange[];
};

type Metric = keyof CoverageMetrics;

/** Of the calls without a rule of their own that are not surely denied: what decides them. */
interface OpenWildcard {
  /** Only a rule for everything. */
  readonly byWildcard: number;
  /** Nothing certain. */
  readonly others: number;
}

/**
 * What the open calls of each metric mean, and what closes the gap at the worst tool. WHY calls: of
 * the same tools other calls may be covered.
 */
const GAPS: readonly {
  readonly metric: Metric;
  readonly title: (calls: string, plural: boolean, wildcard: OpenWildcard) => string;
  readonly nextStep: (tool: string, wildcard: OpenWildcard) => string;
}[] = [
  {
    metric: "oversight",
    title: (calls, plural) =>
      `${calls} that cannot be undone, ${plural ? "pay or give" : "pays or gives"} access may run ` +
      "without a person’s approval",
    nextStep: (tool) =>
      `decide which of these calls need a person’s approval, and write that rule; begin with ${tool}`,
  },
  {
    metric: "enforcement",
    title: (calls, plural) =>
      `${calls} ${plural ? "are" : "is"} decided by nothing outside the agent`,
    nextStep: (tool) =>
      `put a decision point (a gateway or a hook) between agent and tool; begin with ${tool}`,
  },
  {
    metric: "policy",
    title: (calls, plural, { byWildcard, others }) => {
      if (byWildcard === 0) return `Which rule decides ${calls} is indeterminate`;
      const some = `${byWildcard.toLocaleString("en-US")} of them, the others are indeterminate`;
      const all = plural ? "them" : "it";
      return (
        `${calls} ${plural ? "have no rule of their" : "has no rule of its"} own: only a rule for everything ` +
        `decides ${others === 0 ? all : some}`
      );
    },
    nextStep: (tool, { byWildcard }) =>
      byWildcard === 0
        ? `record what the rules read, or write a rule that needs no more; begin with ${tool}`
        : `write rules for these tools; begin with ${tool}`,
  },
  {
    metric: "identity",
    title: (calls, plural) =>
      `${calls} ${plural ? "are" : "is"} made under an identity that proves nothing`,
    nextStep: (tool) =>
      "register each agent, and give it a credential (a key or login) that no other agent and no " +
      `person uses; begin with the callers of ${tool}`,
  },
];

/** How grave one uncovered call of a group is, in parts of nothing else than each other. */
function gravity({ irreversible, paying, openWorld, resourceClass }: UncoveredGroup): number {
  const parts = [irreversible, openWorld, paying, resourceClass === "restricted"];
  const weights = [2, 1, 3, 3];
  return parts.reduce((sum, holds, i) => sum + (holds ? (weights[i] ?? 0) : 0), 1);
}

/** Calls of a risk that agents of one subject made. */
interface SubjectCalls {
  readonly subject: string;
  readonly calls: number;
}

/** Who answers for calls, by the catalog's owners of the subjects; most calls first. */
function answerable(
  made: readonly SubjectCalls[],
  { identities }: Facts,
): Pick<GravestRisk, "owners" | "byOwner"> {
  const owners = new Map(identities.map(({ subject, owner }) => [subject, owner]));
  const byOwner = callsByOwner(
    made.map(({ subject, calls }) => ({ owner: owners.get(subject) ?? null, calls })),
  );
  const named = byOwner.map(({ owner }) => owner).filter((owner) => owner !== null);
  return { owners: named.sort(), byOwner };
}

/** Who has to change the rules that deny calls: their owners; where no policy names one, those of the agents. */
function rulesAnswerable(
  denied: readonly DeniedGroup[],
  facts: Facts,
): Pick<GravestRisk, "owners" | "byOwner"> {
  const byOwner = callsByOwner(
    denied.flatMap((group) => {
      const owners = ownersOfGroup(group, facts.owners ?? new Map());
      return owners.length > 0
        ? owners.map((owner) => ({ owner, calls: group.denied }))
        : answerable([{ subject: group.subject, calls: group.denied }], facts).byOwner;
    }),
  );
  const named = byOwner.flatMap(({ owner }) => owner ?? []);
  return { owners: named.sort(), byOwner };
}

/** A tool with calls that a metric leaves open. */
interface OpenTool {
  readonly tool: string;
  readonly calls: number;
  readonly weight: number;
}

const openOf = ({ covered, total }: Ratio): number => total - covered;

/**
 * The calls of a group that a metric leaves open. WHY not those of policy that are denied for certain:
 * nobody has to act on them.
 */
function openIn(group: UncoveredGroup, metric: Metric): number {
  return (group.metrics[metric] ?? 0) - deniedIn(group, metric);
}

function deniedIn({ policyGap }: UncoveredGroup, metric: Metric): number {
  return metric === "policy" ? (policyGap?.denied ?? 0) : 0;
}

/** The open calls of each value of a dimension, but for those without open calls. */
function openBy(
  { uncovered, by }: Facts["coverage"],
  metric: Metric,
  dimension: "agent" | "action",
): readonly { readonly name: string; readonly calls: number }[] {
  const denied = new Map<string, number>();
  for (const group of uncovered) {
    const own = dimension === "agent" ? group.subject : group.action;
    const name = Object.hasOwn(by[dimension], own) ? own : OTHERS;
    denied.set(name, (denied.get(name) ?? 0) + deniedIn(group, metric));
  }
  return Object.entries(by[dimension])
    .map(([name, { metrics }]) => ({
      name,
      calls: openOf(metrics[metric]) - (denied.get(name) ?? 0),
    }))
    .filter(({ calls }) => calls > 0);
}

/**
 * The tools of a gap, the gravest first. WHY of two lists: groups tell how grave calls are, but of
 * very many only the gravest are listed; a breakdown counts all calls.
 */
function openTools(coverage: Facts["coverage"], metric: Metric): readonly OpenTool[] {
  const weights = new Map<string, number>();
  for (const group of coverage.uncovered) {
    const weight = openIn(group, metric) * gravity(group);
    weights.set(group.action, (weights.get(group.action) ?? 0) + weight);
  }
  return openBy(coverage, metric, "action")
    .map(({ name, calls }) => ({ tool: name, calls, weight: weights.get(name) ?? 0 }))
    .sort((a, b) => b.weight - a.weight || b.calls - a.calls || (a.tool < b.tool ? -1 : 1));
}

/** The first names, as code, and how many more there are. */
function namesOf(all: readonly string[], more = ""): string {
  // WHY not cut by one: to say that there is one more takes as much room as its name
  const most = all.length === NAMED + 1 ? all.length : NAMED;
  const names = all.slice(0, most).map((name) => `\`${name}\``);
  const rest = all.length - names.length;
  const parts =
    rest > 0
      ? [
          ...names,
          `${rest.toLocaleString("en-US")} more${more && ` ${more}${rest === 1 ? "" : "s"}`}`,
        ]
      : names;
  return listed(parts);
}

/**
 * Who answers for the open calls of a tool: ` (16 calls: treasury 15, no owner in the catalog 1)`. WHY
 * not always: of very many groups only the gravest are listed.
 */
function toolText({ tool, calls }: OpenTool, metric: Metric, facts: Facts): string {
  const made = facts.coverage.uncovered
    .map((group) => ({ ...group, open: openIn(group, metric) }))
    .filter(({ action, open }) => action === tool && open > 0)
    .map(({ subject, open }) => ({ subject, calls: open }));
  const { byOwner } = answerable(made, facts);
  const isWhole = byOwner.reduce((sum, one) => sum + one.calls, 0) === calls;
  const owners = byOwner.map(
    (one) => `${one.owner ?? "no owner in the catalog"} ${one.calls.toLocaleString("en-US")}`,
  );
  const whose = isWhole ? `: ${someListed(owners, NAMED)}` : "";
  return `\`${tool}\` (${count(calls, "call")}${whose})`;
}

/** What each metric leaves open, the gravest first. */
function coverageRisks(facts: Facts): readonly GravestRisk[] {
  const { coverage } = facts;
  const open = GAPS.flatMap(({ metric, title, nextStep }) => {
    const sum = (numberIn: (group: UncoveredGroup) => number): number =>
      coverage.uncovered.reduce((all, group) => all + numberIn(group), 0);
    const calls = openOf(coverage.metrics[metric]) - sum((group) => deniedIn(group, metric));
    const tools = openTools(coverage, metric);
    const [first] = tools;
    if (calls === 0 || first === undefined) return [];
    const byWildcard = sum(({ policyGap }) => policyGap?.wildcard ?? 0);
    const wildcard = { byWildcard, others: calls - byWildcard };
    const made = openBy(coverage, metric, "agent").map(({ name, calls: own }) => ({
      subject: name,
      calls: own,
    }));
    return [
      {
        kind: "coverage" as const,
        title: `${title(count(calls, "call"), calls !== 1, wildcard)}: ${namesOf(
          tools.map(({ tool }) => tool),
          "tool",
        )}`,
        nextStep: nextStep(toolText(first, metric, facts), wildcard),
        calls,
        ...answerable(made, facts),
        weight: tools.reduce((sum, { weight }) => sum + weight, 0),
      },
    ];
  });
  return open
    .toSorted((a, b) => b.weight - a.weight || (a.title < b.title ? -1 : 1))
    .map(({ weight: _, ...risk }) => risk);
}

/** Incidents that the candidate would let happen again. */
function incidentRisks(facts: Facts): readonly GravestRisk[] {
  const open = facts.incidents.filter(({ calls, stopped }) => stopped < calls);
  if (open.length === 0) return [];
  const again = open.length === 1 ? "an incident" : `${open.length} incidents`;
  const names = open.map(({ session }) => session ?? "no session");
  return [
    {
      kind: "incident",
      title: `The policies would let ${again} happen again: ${namesOf(names)}`,
      nextStep: incidentStep(open, {
        groups: facts.replay.groups,
        ...(facts.changes && { changes: facts.changes }),
        removed: facts.removed ?? new Set(),
      }),
      calls: open.reduce((sum, { calls, stopped }) => sum + calls - stopped, 0),
      ...answerable(
        open.map(({ subject, calls, stopped }) => ({ subject, calls: calls - stopped })),
        facts,
      ),
    },
  ];
}

/** Adds up calls by a name, most calls first, then by name. */
function addedUp(all: Iterable<readonly [string, number]>): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [name, calls] of all) sums.set(name, (sums.get(name) ?? 0) + calls);
  return [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Calls of a group that the candidate denies, and that somebody may have to do without. */
type DeniedGroup = Facts["replay"]["groups"][number] & { readonly denied: number };

/** What changed of the agent whose record in the catalog denies; empty where that is not one change alone. */
function recordText(rule: string, changes: readonly DiffChange[]): string {
  const agent = /^(?:lifecycle|manifest)\/(.+)$/.exec(rule)?.[1];
  if (agent === undefined) return "";
  const own = changes.filter((one) => one.about === `agent ${agent}` && mayNarrow(one));
  const [change] = own;
  return change === undefined || own.length > 1 ? "" : `; ${change.sentence}`;
}

/** With which rule to begin, on how many of these calls it decides, and whether only by an error. */
function worstRule(
  all: readonly DeniedGroup[],
  denied: number,
  changes: readonly DiffChange[],
): string {
  const [first] = addedUp(
    all.flatMap((group) => group.toRules.map((rule) => [rule, group.denied] as const)),
  );
  const [rule, byRule] = first ?? ["default", denied];
  const what = rule === "default" ? "what no rule allows" : `\`${rule}\``;
  const own = all.filter(({ toRules }) => toRules.includes(rule));
  const failing = own.reduce((sum, { benignFailing = 0 }) => sum + benignFailing, 0);
  const whose = rule === "default" ? "a condition of another rule is" : "its condition is";
  const some = failing === byRule ? "" : `${failing.toLocaleString("en-US")} of them `;
  const why =
    failing === 0 ? "" : `, ${some}only because ${whose} an error on them${explainFailing(own)}`;
  return `${what} (${count(byRule, "call")}${why}${recordText(rule, changes)})`;
}

/** What to do so that denied work can go on, its calls being the groups'. */
function workStep(
  all: readonly DeniedGroup[],
  denied: number,
  { removed = new Set(), changes = [] }: Pick<Facts, "removed" | "changes">,
): string {
  const gone = all.filter((group) => isOfRemoved(group, removed));
  const left = all.filter((group) => !gone.includes(group));
  const calls = gone.reduce((sum, group) => sum + group.denied, 0);
  const lists = "“Changed calls” lists them";
  if (gone.length === 0)
    return `change the rules so that this work can go on; begin with ${worstRule(all, denied, changes)}: ${lists}`;
  const how = left.length === 0 ? "" : ` (${calls.toLocaleString("en-US")} of the calls)`;
  const first = `${putBackText(gone)}${how}`;
  return calls * 2 > denied
    ? `${first}, or change the rules so that this work can go on: ${lists}`
    : `${first}, and change the rules so that the other work can go on; begin with ` +
        `${worstRule(left, denied - calls, changes)}: ${lists}`;
}

/** Work that the candidate would deny: much that is labelled benign, or most calls where none is. */
function benignRisks(facts: Facts): readonly GravestRisk[] {
  const { labels, groups } = facts.replay;
  const unlabelled = deniedUnlabelled(facts.replay);
  if (!isMuchBenign(labels.benign) && unlabelled === undefined) return [];
  const all = groups
    .map((group): DeniedGroup => {
      const denied = unlabelled === undefined ? (group.benignDenied ?? 0) : newlyDenied(group);
      return { ...group, denied };
    })
    .filter(({ denied }) => denied > 0);
  const { calls, denied } = unlabelled ?? labels.benign;
  const fresh = unlabelled?.denied ?? newlyDeniedBenign(facts.replay);
  const before = labels.benign.deniedBefore;
  const tools = addedUp(all.map((group) => [group.action, group.denied]));
  const n = denied.toLocaleString("en-US");
  const what =
    unlabelled === undefined
      ? before === 0
        ? `${n} of ${count(calls, "call")} of benign work would be denied`
        : `${count(fresh, "more call")} of benign work would be denied (${n} of ` +
          `${calls.toLocaleString("en-US")}; before: ${before.toLocaleString("en-US")})`
      : `${n} of ${count(calls, "call")} that are not denied today would be, and no label says which are benign`;
  const names = namesOf(
    tools.map(([tool]) => tool),
    "tool",
  );
  const step = unlabelled === undefined ? "" : "label benign calls and incidents, or ";
  return [
    {
      kind: "benign",
      title: tools.length === 0 ? what : `${what}: ${names}`,
      nextStep: `${step}${workStep(all, fresh, facts)}`,
      calls: fresh,
      ...rulesAnswerable(all, facts),
    },
  ];
}

/** Invariants that the candidate breaks: no recorded call, but any agent could make it. */
function invariantRisks({ invariants }: Facts): readonly GravestRisk[] {
  const refuted = invariants?.answers.filter(({ answer }) => answer === "refuted") ?? [];
  const [first] = refuted;
  if (first === undefined) return [];
  const owners = [...new Set(refuted.flatMap(({ owner }) => owner ?? []))].sort();
  const forbids =
    refuted.length === 1 ? "an invariant forbids" : `${refuted.length} invariants forbid`;
  return [
    {
      kind: "invariant",
      title: `The policies permit what ${forbids}: ${namesOf(refuted.map(({ id }) => id))}`,
      nextStep:
        "change the rules; “What is proved about our agents” shows a session that breaks it",
      calls: 0,
      owners,
      byOwner: owners.map((owner) => ({ owner, calls: 0 })),
    },
  ];
}

/**
 * The three gravest risks: incidents that would happen again, benign work that would stop, invariants
 * that do not hold, then what the metrics leave open, by the weight of the open calls (1, and 2 if
 * irreversible, 1 if open to the world, 3 if paying, 3 if the resource is restricted). Equal ones in
 * the order of titles.
 */
export function gravestRisks(facts: Facts): readonly GravestRisk[] {
  return [
    ...incidentRisks(facts),
    ...benignRisks(facts),
    ...invariantRisks(facts),
    ...coverageRisks(facts),
  ].slice(0, NAMED);
}
