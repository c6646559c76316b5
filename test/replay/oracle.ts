import { Failure, Unknown } from "../../src/condition/value.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { Outcome } from "../../src/engine/decide.ts";
import type { Obligation } from "../../src/engine/decision.ts";
import { unite } from "../../src/engine/obligations.ts";
import {
  PolicySession,
  appliedDecision,
  type AppliedDecision,
} from "../../src/engine/policy-session.ts";
import type { PreparedCall } from "../../src/engine/prepared-call.ts";
import type { Approval } from "../../src/policy/model.ts";
import type { TraceEvent } from "../../src/trace/event.ts";

/**
 * The naive replay: decide everything first, three times over, then compare; no streaming, no bit
 * sets. Undecided rules are walked through every combination, errors through every way, and the
 * plain order deny > require_approval > allow is taken.
 */
export interface OracleCall {
  readonly id: string;
  readonly class: string;
  readonly direct: boolean | undefined;
  readonly event: TraceEvent;
  readonly before: Decided;
  readonly after: Decided;
}

/** A call as one version sees and decides it. */
export interface Decided {
  readonly call: PreparedCall;
  readonly outcome: Outcome;
}

interface Thing {
  readonly key: string;
  readonly effect: "allow" | "deny" | "require_approval";
  readonly truth: "true" | "unknown" | "error";
  /** What a require_approval may turn out: it may be refused, it may be not. */
  readonly refusals: readonly boolean[];
  readonly approval: Approval | undefined;
  readonly source:
    | { readonly name: string; readonly rule: Parameters<typeof unite>[0][number]["rule"] }
    | undefined;
}

const STRICT = ["allow", "require_approval", "deny"] as const;
type Effect = (typeof STRICT)[number];

function thingsOf({ outcome }: Decided): readonly (readonly Thing[])[] {
  return outcome.members.map((member) => {
    const subject = `${member.row.subject.type}:${member.row.subject.id}`;
    const rules = member.rules.map(
      (item): Thing => ({
        key: `${subject} ${item.compiled.text()}`,
        effect: item.effect,
        truth:
          item.truth instanceof Unknown
            ? "unknown"
            : item.truth instanceof Failure
              ? "error"
              : "true",
        refusals:
          item.requirement === undefined
            ? [false]
            : item.requirement.state === "refused"
              ? [true]
              : (item.ranks & 8) !== 0
                ? [false, true]
                : [false],
        approval: item.compiled.approval?.approval,
        source: { name: item.name, rule: item.compiled.rule },
      }),
    );
    const denials = member.denials.map(
      (item): Thing => ({
        key: `${subject} ${item.name}`,
        effect: "deny",
        truth: item.truth instanceof Unknown ? "unknown" : "true",
        refusals: [false],
        approval: undefined,
        source: undefined,
      }),
    );
    return [...rules, ...denials];
  });
}

function plainEffect(
  present: readonly { readonly effect: Effect; readonly refused: boolean }[],
): Effect {
  if (present.some((t) => t.effect === "deny" || t.refused)) return "deny";
  if (present.some((t) => t.effect === "require_approval")) return "require_approval";
  return present.some((t) => t.effect === "allow") ? "allow" : "deny";
}

function subsets<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.reduce<readonly (readonly T[])[]>(
    (all, one) => [...all, ...all.map((set) => [...set, one])],
    [[]],
  );
}

/** The strictest effect over every way to take the errors. */
function strictestWay(
  present: readonly { effect: Effect; refused: boolean }[],
  errors: readonly { effect: Effect; refused: boolean }[],
): Effect {
  const effects = subsets(errors).map((some) => plainEffect([...present, ...some]));
  return STRICT[Math.max(...effects.map((e) => STRICT.indexOf(e)))] ?? "deny";
}

interface Demand {
  readonly effect: Effect;
  readonly approvals: readonly Approval[];
  readonly obligations: readonly Obligation[];
}

/**
 * What is demanded at least, by whoever decides besides and is not recorded; undefined: that cannot
 * be.
 */
function demandUnder(
  decided: Decided,
  chosen: ReadonlyMap<string, boolean>,
  refused: ReadonlyMap<string, boolean>,
  floor: Effect,
): Demand | undefined {
  const members = thingsOf(decided).map((things) =>
    things.filter((t) => t.truth !== "unknown" || chosen.get(t.key) === true),
  );
  const effects = members.map((things) => {
    const one = (t: Thing): { effect: Effect; refused: boolean } => ({
      effect: t.effect,
      refused: t.refusals.length === 1 ? t.refusals[0] === true : refused.get(t.key) === true,
    });
    return strictestWay(
      things.filter((t) => t.truth !== "error").map(one),
      things.filter((t) => t.truth === "error").map(one),
    );
  });
  const effect = STRICT[Math.max(...effects.map((e) => STRICT.indexOf(e)))] ?? "deny";
  const bearing = members.flat().filter((t) => t.effect !== "deny");
  const obligations = unite(
    bearing.flatMap((t) => t.source ?? []),
    decided.call.resource,
  );
  const demand = { approvals: [...new Set(bearing.flatMap((t) => t.approval ?? []))], obligations };
  if (!decided.outcome.doubtful) return { effect, ...demand };
  const raised = STRICT[Math.max(STRICT.indexOf(effect), STRICT.indexOf(floor))] ?? "deny";
  return decided.outcome.decision.possible.includes(raised)
    ? { effect: raised, ...demand }
    : undefined;
}

function strongEnough(mine: Approval, theirs: Approval): boolean {
  const allowed = theirs.approvers ?? ["human:*"];
  const named = mine.approvers ?? ["human:*"];
  const covered = named.every((n) =>
    allowed.some(
      (a) =>
        a === n ||
        (a === "human:*" &&
          (n.startsWith("human:") || n.startsWith("role:")) &&
          !n.includes("*")) ||
        (a === "agent:*" && n.startsWith("agent:") && !n.includes("*")),
    ),
  );
  return (
    covered &&
    mine.quorum >= theirs.quorum &&
    (mine.within ?? Infinity) <= (theirs.within ?? Infinity)
  );
}

function dutyList(obligations: readonly Obligation[]): readonly string[] {
  const rank = ["public", "internal", "confidential", "restricted"];
  return obligations.flatMap((o) => {
    if (o.type === "log") return ["log"];
    if (o.type === "notify") return o.to.map((to) => `to ${to}`);
    return [
      ...o.fields.map((f) => `field ${f}`),
      ...(o.above === undefined ? [] : rank.slice(rank.indexOf(o.above)).map((c) => `above ${c}`)),
    ];
  });
}

function classOf(before: Demand, after: Demand): string {
  const step = STRICT.indexOf(after.effect) - STRICT.indexOf(before.effect);
  if (step !== 0) return step > 0 ? "narrowed" : "widened";
  if (after.effect === "deny") return "unchanged";
  const needApprovals = after.effect === "require_approval";
  const keeps =
    !needApprovals ||
    before.approvals.every((b) => after.approvals.some((a) => strongEnough(a, b)));
  const adds =
    needApprovals &&
    !after.approvals.every((a) => before.approvals.some((b) => strongEnough(b, a)));
  const [old, now] = [dutyList(before.obligations), dutyList(after.obligations)];
  if (!keeps || old.some((duty) => !now.includes(duty))) return "widened";
  return adds || now.some((duty) => !old.includes(duty)) ? "narrowed" : "unchanged";
}

function keys(decided: Decided, open: (t: Thing) => boolean): readonly string[] {
  return thingsOf(decided)
    .flat()
    .filter(open)
    .map((t) => t.key);
}

function compare(before: Decided, after: Decided): string {
  const sure = (d: Decided): boolean =>
    d.outcome.decision.effect === "deny" && !d.outcome.decision.indeterminate;
  const few = (d: Decided, open: (t: Thing) => boolean): readonly string[] =>
    sure(d) ? [] : keys(d, open);
  const unknown = [
    ...new Set([
      ...few(before, (t) => t.truth === "unknown"),
      ...few(after, (t) => t.truth === "unknown"),
    ]),
  ];
  const refusable = [
    ...new Set([before, after].flatMap((d) => few(d, (t) => t.refusals.length > 1))),
  ];
  // the product says what every assignment shares only up to ten unknowns; beyond that it may say
  // "indeterminate" too soon
  if (unknown.length + refusable.length > 10) return "too many";
  const classes = new Set<string>();
  for (const some of subsets(unknown)) {
    for (const refused of subsets(refusable)) {
      const chosen = new Map(unknown.map((key) => [key, some.includes(key)]));
      const no = new Map(refusable.map((key) => [key, refused.includes(key)]));
      for (const floor of STRICT) {
        const under = (d: Decided): Demand | undefined =>
          sure(d)
            ? { effect: "deny", approvals: [], obligations: [] }
            : demandUnder(d, chosen, no, floor);
        const [b, a] = [under(before), under(after)];
        if (b !== undefined && a !== undefined) classes.add(classOf(b, a));
      }
    }
  }
  return classes.size === 1 ? ([...classes][0] ?? "") : "indeterminate";
}

function reallyRan(event: TraceEvent): boolean {
  return (
    event.decision === undefined ||
    event.decision.effect === "allow" ||
    (event.decision.effect === "require_approval" && event.request.outcome !== undefined)
  );
}

function own(outcome: Outcome, event: TraceEvent): AppliedDecision {
  return { ...appliedDecision(outcome), outcomeKnown: reallyRan(event) };
}

/** Every call's class and whether it is direct, for two versions on a trace in order. */
export function oracle(
  sets: { readonly baseline: CompiledSet; readonly candidate: CompiledSet },
  events: readonly TraceEvent[],
): readonly OracleCall[] {
  const walk = (run: PolicySession, each: (event: TraceEvent) => void): void => {
    for (const event of events) {
      run.observe(event.session, event.time);
      if (event.type === "call") each(event);
      else run.pass(event);
    }
  };
  const before = new Map<TraceEvent, Decided>();
  const first = new PolicySession(sets.baseline);
  walk(first, (event) => {
    const call = first.prepare(event.request);
    const outcome = first.decide(call);
    before.set(event, { call, outcome });
    first.advance(call, outcome, own(outcome, event), event);
  });
  const unreachable = new Set<string>();
  const after = new Map<TraceEvent, Decided & { cut: boolean }>();
  const second = new PolicySession(sets.candidate);
  for (const event of events) {
    second.observe(event.session, event.time);
    const cut = event.parent !== undefined && unreachable.has(event.parent);
    if (cut) unreachable.add(event.id);
    if (event.type !== "call") {
      second.pass(event);
      continue;
    }
    const call = second.prepare(event.request);
    const outcome = second.decide(call);
    after.set(event, { call, outcome, cut });
    second.advance(call, outcome, own(outcome, event), event);
    const b = before.get(event)?.outcome.decision;
    const stopped =
      event.request.action?.["kind"] === "subagent_invocation" &&
      b?.permitted === true &&
      appliedDecision(outcome).ran === "no";
    if (stopped) unreachable.add(event.id);
  }
  // the candidate on the baseline's history: what ran, was contained and was used up there
  const again = new PolicySession(sets.baseline);
  const mirror = new PolicySession(sets.candidate);
  const mirrored = new Map<TraceEvent, Decided>();
  for (const event of events) {
    for (const run of [again, mirror]) {
      run.observe(event.session, event.time);
      if (event.type !== "call") run.pass(event);
    }
    const [b, a] = [before.get(event), after.get(event)];
    if (event.type !== "call" || b === undefined || a === undefined) continue;
    const call = mirror.prepare(event.request);
    mirrored.set(event, { call, outcome: mirror.decide(call, again) });
    const as = own(b.outcome, event);
    again.advance(again.prepare(event.request), b.outcome, as, event);
    mirror.advance(call, a.outcome, as, event);
  }
  return events.flatMap((event) => {
    const [b, a, m] = [before.get(event), after.get(event), mirrored.get(event)];
    if (b === undefined || a === undefined || m === undefined) return [];
    const change = a.cut ? "unreachable" : compare(b, a);
    const moved = change === "widened" || change === "narrowed";
    return [
      {
        id: event.id,
        class: change,
        direct: moved ? compare(b, m) !== "unchanged" : undefined,
        event,
        before: b,
        after: a,
      },
    ];
  });
}
