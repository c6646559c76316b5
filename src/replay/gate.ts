import type { AcceptedGroup, GateCheck, GateResult, Ratio, ReplayResult } from "./result.ts";
import type { GroupTraits } from "./group-tally.ts";

/** A change that the team has accepted: this group, as decided by these rules, until a day. */
export interface AcceptedChange {
  readonly group: string;
  readonly rulesDigest: string;
  readonly reason: string;
  readonly owner: string;
  /** The last millisecond at which it holds, and the day as written. */
  readonly expires: number;
  readonly expiresText: string;
}

/** The limits of a gate by name, and the accepted changes. Names: see {@link LIMITS} and `widened.<trait>:<value>`. */
export interface GateConfig {
  readonly limits: ReadonlyMap<string, number>;
  readonly accepted: readonly AcceptedChange[];
}

type Document = Omit<ReplayResult, "gate">;

interface Measured {
  readonly document: Document;
  /** Widened calls that nobody has accepted, over all and by trait. */
  readonly widened: number;
  readonly traits: ReadonlyMap<string, number>;
}

interface Limit {
  readonly help: string;
  /** A lower limit demands at least so much; the others at most. */
  readonly atLeast: boolean;
  readonly measure: (measured: Measured) => number | null;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const ratio = ({ covered, total }: Ratio): number | null => share(covered, total);
const moved = (m: { readonly direct: number; readonly downstream: number }): number => m.direct + m.downstream;

function coverage(metric: keyof ReplayResult["coverage"]["candidate"]["metrics"]): readonly [string, Limit] {
  return [`coverage.${metric}`, { help: `least ${metric} coverage of the candidate, 0 to 1`, atLeast: true, measure: ({ document }) => ratio(document.coverage.candidate.metrics[metric]) }];
}

/** Every limit that a gate can set. Shares run from 0 to 1. */
export const LIMITS: ReadonlyMap<string, Limit> = new Map<string, Limit>([
  ["widened", { help: "most calls that get wider, but for accepted changes", atLeast: false, measure: (m) => m.widened }],
  ["narrowed_share", { help: "largest share of calls that would be stopped or held", atLeast: false, measure: ({ document: d }) => share(moved(d.changes.narrowed), d.trace.calls) ?? 0 }],
  ["indeterminate_share", { help: "largest share of calls whose change cannot be told", atLeast: false, measure: ({ document: d }) => share(d.changes.indeterminate, d.trace.calls) ?? 0 }],
  ["approvals_per_day", { help: "most approvals a day that the candidate asks for", atLeast: false, measure: ({ document: d }) => d.approvals.candidate.perDay }],
  ["approvals_peak_hour", { help: "most approvals in one hour that the candidate asks for", atLeast: false, measure: ({ document: d }) => d.approvals.candidate.peakHour }],
  coverage("enforcement"),
  coverage("policy"),
  coverage("identity"),
  coverage("classification"),
  coverage("oversight"),
  coverage("attribution"),
  ["incidents_stopped", { help: "least share of incident calls that the candidate stops", atLeast: true, measure: ({ document: { labels } }) => share(labels.incident.stopped, labels.incident.calls) }],
  ["benign_broken", { help: "largest share of benign calls that the candidate denies", atLeast: false, measure: ({ document: { labels } }) => share(labels.benign.denied, labels.benign.calls) ?? 0 }],
  ["benign_held", { help: "largest share of benign calls that the candidate holds for approval", atLeast: false, measure: ({ document: { labels } }) => share(labels.benign.gated, labels.benign.calls) ?? 0 }],
]);

const TRAIT = /^widened\.((?:label|class|effect):.+)$/s;

/** Whether a gate can have a limit of that name. */
export function isLimit(name: string): boolean {
  return LIMITS.has(name) || TRAIT.test(name);
}

function limitOf(name: string): Limit | undefined {
  const trait = TRAIT.exec(name)?.[1];
  if (trait === undefined) return LIMITS.get(name);
  return { help: "", atLeast: false, measure: ({ traits }) => traits.get(trait) ?? 0 };
}

function stateOf(change: AcceptedChange, groups: readonly GroupTraits[], now: number): AcceptedGroup["state"] {
  const found = groups.find(({ group }) => group.id === change.group);
  if (found === undefined) return "unused";
  if (found.group.rulesDigest !== change.rulesDigest) return "changed";
  return now > change.expires ? "expired" : "accepted";
}

function measure(document: Document, groups: readonly GroupTraits[], accepted: ReadonlySet<string>): Measured {
  const open = groups.filter(({ group }) => group.class === "widened" && !accepted.has(group.id));
  const traits = new Map<string, number>();
  for (const group of open) for (const [trait, calls] of group.traits) traits.set(trait, (traits.get(trait) ?? 0) + calls);
  return { document, traits, widened: open.reduce((sum, { group }) => sum + group.calls, 0) };
}

function check(name: string, limit: number, measured: Measured): GateCheck {
  const known = limitOf(name);
  const exact = known?.measure(measured) ?? null;
  // to a millionth, so that the figure shown, taken as the limit, is kept
  const actual = exact === null ? null : Math.round(exact * 1e6) / 1e6;
  const passed = actual !== null && (known?.atLeast === true ? actual >= limit : actual <= limit);
  return { name, limit, actual, passed: actual === null ? known?.atLeast !== true : passed };
}

/**
 * Holds a replay against the limits of a gate. A limit is kept at the limit itself. What cannot be measured keeps an
 * upper limit and breaks a lower one: a share of nothing proves nothing (design 9). `now` judges expiry (design 11.6).
 */
export function judgeGate(document: Document, groups: readonly GroupTraits[], of: { readonly config: GateConfig; readonly now: number }): GateResult {
  const accepted = of.config.accepted.map((change): AcceptedGroup => ({
    group: change.group,
    reason: change.reason,
    owner: change.owner,
    expires: change.expiresText,
    state: stateOf(change, groups, of.now),
  }));
  const held = new Set(accepted.filter(({ state }) => state === "accepted").map(({ group }) => group));
  const measured = measure(document, groups, held);
  const checks = [...of.config.limits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, limit]) => check(name, limit, measured));
  // the day is told where something hangs on it, so that other documents are the same every day
  const now = accepted.length === 0 ? null : new Date(of.now).toISOString();
  return { passed: checks.every(({ passed }) => passed), checks, accepted, now };
}
