import { formatTime } from "../text/time.ts";
import type {
  AcceptedGroup,
  GateCheck,
  GateResult,
  Ratio,
  ReplayResult,
  ReplacedLimit,
} from "../documents/replay-result.ts";
import { UNKNOWN_TRAIT } from "./call-effects.ts";
import type { GroupTraits } from "./group-tally.ts";

/** A change that the team has accepted: this group, as decided by these rules, until a day. */
export interface AcceptedChange {
  readonly group: string;
  readonly rulesDigest: string;
  readonly reason: string;
  readonly owner: string;
  /** Calls that the group had when it was accepted; undefined: nobody wrote it down. */
  readonly calls: number | undefined;
  /** The last millisecond at which it holds, and the day as written. */
  readonly expires: number;
  readonly expiresText: string;
}

/** A limit, who set it (`--gate`, `agentz.yaml` ...), and what it stands in the place of. */
export interface GateLimit {
  readonly limit: number;
  readonly from: string;
  readonly replaces?: ReplacedLimit;
}

/**
 * The limits of a gate by name, and the accepted changes. Names: see {@link LIMITS} and
 * `widened.<trait>:<value>`.
 */
export interface GateConfig {
  readonly limits: ReadonlyMap<string, GateLimit>;
  readonly accepted: readonly AcceptedChange[];
}

type Document = Omit<ReplayResult, "gate">;
type Changed = "widened" | "narrowed" | "indeterminate";

interface Measured {
  readonly document: Document;
  /** Changed calls that nobody has accepted, and the widened ones of them by trait. */
  readonly open: Readonly<Record<Changed, number>>;
  readonly traits: ReadonlyMap<string, number>;
  /** The same of those calls that nobody can approve. */
  readonly unapprovable: Pick<Measured, "open" | "traits">;
}

/**
 * What a limit counts in: a share runs from 0 to 1, a count is a whole number, a rate any number
 * from 0 on.
 */
export type LimitKind = "share" | "count" | "rate";

/** One limit that a gate can set. */
export interface Limit {
  readonly help: string;
  readonly kind: LimitKind;
  /** A minimum demands at least so much; the others, maximums, at most. */
  readonly atLeast: boolean;
  readonly measure: (measured: Measured) => number | null;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const ratio = ({ covered, total }: Ratio): number | null => share(covered, total);
const moved = (m: { readonly direct: number; readonly downstream: number }): number =>
  m.direct + m.downstream;

type Named = readonly [name: string, limit: Limit];

function coverage(metric: keyof ReplayResult["coverage"]["candidate"]["metrics"]): Named {
  return [
    `coverage.${metric}`,
    {
      help: `minimum ${metric} coverage of the candidate`,
      kind: "share",
      atLeast: true,
      measure: ({ document }) => ratio(document.coverage.candidate.metrics[metric]),
    },
  ];
}

function most(name: string, kind: LimitKind, help: string, measure: Limit["measure"]): Named {
  return [name, { help, kind, atLeast: false, measure }];
}

/** Every limit that a gate can set. */
export const LIMITS: ReadonlyMap<string, Limit> = new Map<string, Limit>([
  most(
    "widened",
    "count",
    "maximum of widened calls, without accepted changes",
    ({ open }) => open.widened,
  ),
  most(
    "narrowed",
    "count",
    "maximum of narrowed calls, without accepted changes",
    ({ open }) => open.narrowed,
  ),
  most(
    "indeterminate",
    "count",
    "maximum of calls whose change is indeterminate, without accepted changes",
    ({ open }) => open.indeterminate,
  ),
  most(
    "narrowed_share",
    "share",
    "maximum share of narrowed calls",
    ({ document: d }) => share(moved(d.changes.narrowed), d.trace.calls) ?? 0,
  ),
  most(
    "indeterminate_share",
    "share",
    "maximum share of calls whose change is indeterminate",
    ({ document: d }) => share(d.changes.indeterminate, d.trace.calls) ?? 0,
  ),
  most(
    "approvals_per_day",
    "rate",
    "maximum of approvals a day that the candidate requires",
    ({ document: d }) => d.approvals.candidate.perDay,
  ),
  most(
    "approvals_peak_hour",
    "count",
    "maximum of approvals in one hour that the candidate requires",
    ({ document: d }) => d.approvals.candidate.peakHour,
  ),
  coverage("enforcement"),
  coverage("policy"),
  coverage("identity"),
  coverage("classification"),
  coverage("oversight"),
  coverage("attribution"),
  [
    "incidents_stopped",
    {
      help: "minimum share of incident calls that the candidate stops",
      kind: "share",
      atLeast: true,
      measure: ({ document: { labels } }) => share(labels.incident.stopped, labels.incident.calls),
    },
  ],
  most(
    "benign_broken",
    "share",
    "maximum share of benign calls that the candidate denies",
    ({ document: { labels } }) => share(labels.benign.denied, labels.benign.calls) ?? 0,
  ),
  most(
    "benign_held",
    "share",
    "maximum share of benign calls that the candidate holds",
    ({ document: { labels } }) => share(labels.benign.gated, labels.benign.calls) ?? 0,
  ),
  most(
    "malformed",
    "count",
    "maximum of lines of the trace that cannot be read",
    ({ document }) => document.trace.malformed,
  ),
  most(
    "undecided_events",
    "count",
    "maximum of events with an action and an unknown type",
    ({ document }) => document.trace.undecided_events,
  ),
  most(
    "unexercised",
    "count",
    "maximum of changed rules that no recorded call reaches",
    ({ document }) => document.unexercised.length,
  ),
]);

/** What a pipeline demands of every trace, unless agentz.yaml or a flag says otherwise. */
export const PIPELINE_LIMITS = { malformed: 0, undecided_events: 0 } as const;

const TRAIT = /^widened\.((?:label|class|effect):.+)$/s;

/** The limit of a name; undefined: there is none. */
export function limitOf(name: string): Limit | undefined {
  const trait = TRAIT.exec(name)?.[1];
  if (trait === undefined) return LIMITS.get(name);
  return {
    help: `maximum of widened calls of ${trait}`,
    kind: "count",
    atLeast: false,
    measure: ({ traits }) => (traits.get(trait) ?? 0) + unknownOf(name, traits),
  };
}

/**
 * How many widened calls a limit of a classification or an effect counts because nobody knows theirs: it may
 * be the limited one.
 */
function unknownOf(name: string, traits: Measured["traits"]): number {
  const kind = /^widened\.(class|effect):/.exec(name)?.[1];
  return kind === undefined ? 0 : (traits.get(`${kind}:${UNKNOWN_TRAIT}`) ?? 0);
}

/** Whether a limit lets more pass than another one of its name. */
export function isLooser(name: string, limit: number, than: number): boolean {
  return limitOf(name)?.atLeast === true ? limit < than : limit > than;
}

function stateOf(
  change: AcceptedChange,
  groups: readonly GroupTraits[],
  now: number,
): AcceptedGroup["state"] {
  const found = groups.find(({ group }) => group.id === change.group);
  if (found === undefined) return "unused";
  if (found.group.rulesDigest !== change.rulesDigest) return "changed";
  return now > change.expires ? "expired" : "accepted";
}

function measure(
  document: Document,
  groups: readonly GroupTraits[],
  accepted: ReadonlySet<string>,
): Measured {
  const all = groups.filter(({ group }) => !accepted.has(group.id));
  const blocked = all.filter(({ group }) => group.nobodyIs !== undefined);
  return { document, ...openCalls(all), unapprovable: openCalls(blocked) };
}

/** How many calls of groups changed in which way, and the widened ones of them by trait. */
function openCalls(groups: readonly GroupTraits[]): Pick<Measured, "open" | "traits"> {
  const open = { widened: 0, narrowed: 0, indeterminate: 0 };
  const traits = new Map<string, number>();
  for (const { group, traits: own } of groups) {
    if (group.class === "unreachable") continue;
    open[group.class] += group.calls;
    if (group.class !== "widened") continue;
    for (const [trait, calls] of own) traits.set(trait, (traits.get(trait) ?? 0) + calls);
  }
  return { open, traits };
}

/** How many calls that a limit counts nobody can approve. */
function unapprovableOf(name: string, { unapprovable: { open, traits } }: Measured): number {
  if (name === "widened" || name === "narrowed") return open[name];
  const trait = TRAIT.exec(name)?.[1];
  return trait === undefined ? 0 : (traits.get(trait) ?? 0);
}

function check(name: string, { limit, from, replaces }: GateLimit, measured: Measured): GateCheck {
  const known = limitOf(name);
  const exact = known?.measure(measured) ?? null;
  // to a millionth, so that the figure shown, taken as the limit, is kept
  const actual = exact === null ? null : Math.round(exact * 1e6) / 1e6;
  const atLeast = known?.atLeast === true;
  const passed = actual === null ? !atLeast : atLeast ? actual >= limit : actual <= limit;
  const unknown = unknownOf(name, measured.traits);
  const unapprovable = unapprovableOf(name, measured);
  return {
    name,
    limit,
    actual,
    passed,
    bound: atLeast ? "minimum" : "maximum",
    ...(unknown === 0 ? {} : { unknown }),
    ...(unapprovable === 0 ? {} : { unapprovable }),
    from,
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** By what expiry is judged (design 11.6): a time, and who named it. */
export interface GateNow {
  readonly time: number;
  readonly from: "flag" | "clock";
}

function acceptedGroups(
  groups: readonly GroupTraits[],
  { config, now }: { readonly config: GateConfig; readonly now: GateNow },
): readonly AcceptedGroup[] {
  return config.accepted.map((change) => ({
    group: change.group,
    reason: change.reason,
    owner: change.owner,
    expires: change.expiresText,
    state: stateOf(change, groups, now.time),
    calls: groups.find(({ group }) => group.id === change.group)?.group.calls ?? 0,
    acceptedCalls: change.calls ?? null,
  }));
}

/**
 * Holds a replay against the limits of a gate. A limit is kept at the limit itself. What cannot be
 * measured keeps a maximum and breaks a minimum: a share of nothing proves nothing (design 9).
 * `now` judges expiry.
 */
export function judgeGate(
  document: Document,
  groups: readonly GroupTraits[],
  limits: { readonly config: GateConfig; readonly now: GateNow },
): GateResult {
  const accepted = acceptedGroups(groups, limits);
  const held = accepted.filter(({ state }) => state === "accepted").map(({ group }) => group);
  const measured = measure(document, groups, new Set(held));
  const checks = [...limits.config.limits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, limit]) => check(name, limit, measured));
  // the time is told where something hangs on it, so that other documents are the same every day
  const now =
    accepted.length === 0
      ? { now: null }
      : { now: formatTime(limits.now.time), nowFrom: limits.now.from };
  return { passed: checks.every(({ passed }) => passed), checks, accepted, ...now };
}
