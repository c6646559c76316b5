import { SessionTable } from "../trace/session-table.ts";
import { TraceTally } from "../trace/summary.ts";
import type { TraceEvent } from "../trace/event.ts";
import { ApprovalTally } from "./approval-tally.ts";
import { Counts, DecisionTally } from "./counts.ts";
import { GroupTally } from "./group-tally.ts";
import { LabelTally } from "./label-tally.ts";
import { NoteTally } from "./note-tally.ts";
import type { Changes, ContainedInfo, MissingAttribute } from "./result.ts";
import type { Side } from "./side.ts";
import type { CallResult, ReplayObserver } from "./walk.ts";

/** Everything that the result document of a replay counts, but coverage. */
export class ReplayTally implements ReplayObserver {
  readonly sessions = new SessionTable();
  readonly trace = new TraceTally(this.sessions);
  readonly baseline = new DecisionTally();
  readonly candidate = new DecisionTally();
  readonly approvals = { baseline: new ApprovalTally(), candidate: new ApprovalTally() };
  readonly groups = new GroupTally(this.sessions);
  readonly labels = new LabelTally(this.sessions);
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
    const { event, baseline, candidate } = result;
    this.trace.add(event);
    this.baseline.add(baseline);
    this.candidate.add(candidate);
    this.#addClass(result);
    this.approvals.baseline.add(baseline, event.time);
    this.approvals.candidate.add(candidate, event.time);
    this.groups.add(result);
    this.labels.add(result);
    this.notes.add(result);
    this.#addMissing(result);
    this.#addContained("baseline", baseline);
    this.#addContained("candidate", candidate);
  }

  #addClass(result: CallResult): void {
    const change = result.class;
    if (change !== "widened" && change !== "narrowed") {
      this.#classes[change]++;
      return;
    }
    this.#moved[change][result.direct === true ? "direct" : "downstream"]++;
    this.#transitions.add(`${result.baseline.effect}>${result.candidate.effect}`);
  }

  #addMissing(result: CallResult): void {
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
    for (const attribute of seen) this.#missing.add(attribute);
  }

  #addContained(version: "baseline" | "candidate", side: Side): void {
    if (!side.rules.includes("containment")) return;
    const since = side.engine?.outcome.members.flatMap((member) => member.denials).find((item) => item.since !== undefined)?.since;
    this.#contained[version].add(`${since?.rule ?? "?"}\u0000${since?.event ?? "?"}`);
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
