import { SessionTable } from "../trace/session-table.ts";
import { TraceTally } from "../trace/summary.ts";
import type { TraceEvent } from "../trace/event.ts";
import { ApprovalTally, asksPeople } from "./approval-tally.ts";
import { Counts, DecisionTally } from "./counts.ts";
import { GroupTally } from "./group-tally.ts";
import { LabelTally, labelOf } from "./label-tally.ts";
import { NoteTally } from "./note-tally.ts";
import type { Changes, ContainedInfo, MissingAttribute } from "./result.ts";
import type { Side } from "./side.ts";
import type { CallResult, ReplayObserver } from "./walk.ts";

/** What of one call counts besides its result. */
export interface CallFacts {
  /** The event's id; asked for only where it is shown. */
  readonly id: () => string;
  readonly time: number | undefined;
  /** The number of its session. */
  readonly session: number | undefined;
}

/** Everything that the result document of a replay counts, but coverage. */
export class ReplayTally implements ReplayObserver {
  readonly sessions = new SessionTable();
  readonly trace = new TraceTally(this.sessions);
  readonly baseline = new DecisionTally();
  readonly candidate = new DecisionTally();
  readonly approvals = { baseline: new ApprovalTally(), candidate: new ApprovalTally() };
  readonly groups = new GroupTally();
  readonly labels = new LabelTally();
  readonly notes = new NoteTally();
  readonly #classes = { unchanged: 0, indeterminate: 0, unreachable: 0 };
  readonly #moved = { widened: { direct: 0, downstream: 0 }, narrowed: { direct: 0, downstream: 0 } };
  readonly #transitions = new Counts();
  readonly #missing = new Counts();
  readonly #missingRules = new Map<string, Set<string>>();
  readonly #contained = { baseline: new Counts(), candidate: new Counts() };

  other(event: TraceEvent): void {
    this.trace.add(event);
  }

  call(result: CallResult): void {
    const { event } = result;
    this.trace.add(event);
    this.count(result, 1);
    this.mark(result, { id: () => event.id, time: event.time, session: event.session === undefined ? undefined : this.sessions.ordinal(event.session) });
  }

  /** Counts `calls` calls of one result: all that their order, time, id and session have no part in. */
  count(result: CallResult, calls: number): void {
    const { baseline, candidate } = result;
    this.baseline.add(baseline, calls);
    this.candidate.add(candidate, calls);
    this.#addClass(result, calls);
    this.approvals.baseline.count(baseline, calls);
    this.approvals.candidate.count(candidate, calls);
    this.groups.count(result, calls);
    this.labels.count(result, calls);
    this.notes.count(result, calls);
    this.#addMissing(result, calls);
    this.#addContained("baseline", baseline, calls);
    this.#addContained("candidate", candidate, calls);
  }

  /** Notes one of them; to be called in the order of the trace for every call of which {@link isMarked} is true. */
  mark(result: CallResult, facts: CallFacts): void {
    this.approvals.baseline.mark(result.baseline, facts.time);
    this.approvals.candidate.mark(result.candidate, facts.time);
    this.groups.mark(result, facts);
    this.labels.mark(result, facts.session);
  }

  /** Whether a result counts by more than how often it came. */
  isMarked(result: CallResult): boolean {
    return result.class !== "unchanged" || asksPeople(result.baseline) || asksPeople(result.candidate) || labelOf(result) !== undefined;
  }

  #addClass(result: CallResult, calls: number): void {
    const change = result.class;
    if (change !== "widened" && change !== "narrowed") {
      this.#classes[change] += calls;
      return;
    }
    this.#moved[change][result.direct === true ? "direct" : "downstream"] += calls;
    this.#transitions.add(`${result.baseline.effect}>${result.candidate.effect}`, calls);
  }

  #addMissing(result: CallResult, calls: number): void {
    if (result.class !== "indeterminate" && !result.candidate.indeterminate && !result.baseline.indeterminate) return;
    const seen = new Set<string>();
    for (const side of [result.baseline, result.candidate]) {
      for (const { attribute, rules } of side.engine?.outcome.decision.missing ?? []) {
        seen.add(attribute);
        const known = this.#missingRules.get(attribute) ?? new Set<string>();
        for (const rule of rules) known.add(rule);
        this.#missingRules.set(attribute, known);
      }
    }
    for (const attribute of seen) this.#missing.add(attribute, calls);
  }

  #addContained(version: "baseline" | "candidate", side: Side, calls: number): void {
    if (!side.rules.includes("containment")) return;
    const since = side.engine?.outcome.members.flatMap((member) => member.denials).find((item) => item.since !== undefined)?.since;
    this.#contained[version].add(`${since?.rule ?? "?"}\u0000${since?.event ?? "?"}`, calls);
  }

  changes(): Changes {
    return { unchanged: this.#classes.unchanged, ...this.#moved, indeterminate: this.#classes.indeterminate, unreachable: this.#classes.unreachable, transitions: Object.fromEntries(this.#transitions.byKey()) };
  }

  missing(): readonly MissingAttribute[] {
    return this.#missing.byCount().map(([attribute, calls]) => ({ attribute, rules: [...(this.#missingRules.get(attribute) ?? [])].sort(), calls }));
  }

  contained(): ContainedInfo {
    const total = (counts: Counts): number => counts.byKey().reduce((sum, [, calls]) => sum + calls, 0);
    const started = (["baseline", "candidate"] as const).flatMap((version) => this.#contained[version].pairs().map(([rule, event, calls]) => ({ version, rule, event, calls })));
    return { baseline: total(this.#contained.baseline), candidate: total(this.#contained.candidate), started };
  }
}
