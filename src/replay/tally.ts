import { TextNumbers } from "../text/text-numbers.ts";
import { TraceTally } from "../trace/summary.ts";
import type { TraceEvent } from "../trace/event.ts";
import { ApprovalTally, asksPeople } from "./approval-tally.ts";
import { Counts, DecisionTally } from "./counts.ts";
import { GroupTally, type ExampleOrder } from "./group-tally.ts";
import { LabelTally, labelOf } from "./label-tally.ts";
import { NoteTally } from "./note-tally.ts";
import { RuleReach } from "./rule-reach.ts";
import { SessionScale } from "./session-set.ts";
import type { Changes, ContainedInfo, MissingAttribute } from "../documents/replay-result.ts";
import type { GroupPart, Numbers, ReplayPart, SessionsPart } from "../documents/trace-part.ts";
import { isSurelyNotWidened, type VersionDecision } from "./version-decision.ts";
import type { CallResult, ReplayObserver } from "./walk.ts";

/** What of one call counts besides its result. */
export interface CallPosition {
  /** The event's id; asked for only where it is shown. */
  readonly id: () => string;
  /** Where it stands in the trace: later ones have greater numbers. */
  readonly at: number;
  readonly time: number | undefined;
  /** The number of its session. */
  readonly session: number | undefined;
  /** The session's name; asked for only where it is shown. */
  readonly sessionName: () => string | undefined;
}

/** How a call is named where calls are listed one by one. */
export interface CallNames {
  readonly session: string | undefined;
  /** `type:id` as recorded; what is not recorded is `?`. */
  readonly subject: string;
  /** `server/name` as recorded; what is not recorded is `?`. */
  readonly action: string;
}

/** A call that is listed; what is not asked for costs nothing. */
export interface ListedCall {
  readonly id: () => string;
  readonly time: number | undefined;
  readonly names: () => CallNames;
}

type Classes = Record<keyof ReplayPart["classes"], number>;
type Moved = Record<"widened" | "narrowed", Record<"direct" | "downstream", number>>;

/** What is added up of a part: its groups may come one by one, and its hashes as bytes. */
export interface ReplayCounts extends Omit<ReplayPart, "groups" | "sessions"> {
  readonly groups: Iterable<GroupPart>;
  readonly sessions: Omit<SessionsPart, "listed"> & {
    readonly listed: Numbers | Uint32Array<ArrayBuffer>;
  };
}

/** Everything that the result document of a replay counts, but coverage. */
export class ReplayTally implements ReplayObserver {
  readonly sessions = new TextNumbers();
  readonly trace = new TraceTally(this.sessions);
  readonly baseline = new DecisionTally();
  readonly candidate = new DecisionTally();
  readonly approvals = { baseline: new ApprovalTally(), candidate: new ApprovalTally() };
  readonly #scale = new SessionScale();
  readonly groups: GroupTally;
  readonly labels = new LabelTally(this.#scale);
  readonly notes = new NoteTally();
  readonly reach = new RuleReach();
  readonly #classes: Classes = { unchanged: 0, indeterminate: 0, notWidened: 0, unreachable: 0 };
  readonly #moved: Moved = {
    widened: { direct: 0, downstream: 0 },
    narrowed: { direct: 0, downstream: 0 },
  };
  readonly #transitions = new Counts();
  readonly #missing = new Counts();
  readonly #missingRules = new Map<string, Set<string>>();
  readonly #contained = { baseline: new Counts(), candidate: new Counts() };

  /** `examples`: which call of a group stands for it, where several have one time. */
  constructor(examples: ExampleOrder = "place") {
    this.groups = new GroupTally({ examples, scale: this.#scale });
  }

  /** Distinct sessions over all events. */
  get sessionCount(): number {
    return this.#scale.own + this.#scale.of(this.sessions.size);
  }

  /** Whether sessions are counted by a sample of them. */
  get samplesSessions(): boolean {
    return this.#scale.below !== null;
  }

  other(event: TraceEvent): void {
    this.trace.add(event);
  }

  call(result: CallResult): void {
    const { event } = result;
    this.trace.add(event);
    this.count(result, 1);
    this.mark(result, {
      id: () => event.id,
      at: this.trace.calls,
      time: event.time,
      session: event.session === undefined ? undefined : this.sessions.ordinal(event.session),
      sessionName: () => event.session,
    });
  }

  /**
   * Counts `calls` calls of one result: all that their order, time, id and session have no part in.
   */
  count(result: CallResult, calls: number): void {
    this.countDecision(result, calls);
    if (result.class !== "unchanged") this.groups.count(this.groups.changeOf(result), calls);
    this.notes.count(result, calls);
    this.reach.count(result);
  }

  /** Counts what hangs on the decisions and the labels of so many calls alone. */
  countDecision(result: CallResult, calls: number): void {
    const { baseline, candidate } = result;
    this.baseline.add(baseline, calls);
    this.candidate.add(candidate, calls);
    this.#addClass(result, calls);
    this.approvals.baseline.count(baseline, calls);
    this.approvals.candidate.count(candidate, calls);
    this.labels.count(result, calls);
    this.notes.countDecision(result, calls);
    this.reach.countDecision(result);
    this.#addMissing(result, calls);
    this.#addContained("baseline", baseline, calls);
    this.#addContained("candidate", candidate, calls);
  }

  /**
   * Notes one of them; to be called in the order of the trace for every call of which {@link
   * isMarked} is true.
   */
  mark(result: CallResult, facts: CallPosition): void {
    this.markDecision(result, facts);
    if (result.class !== "unchanged") this.groups.mark(this.groups.changeOf(result), facts);
  }

  /** Notes of one of them what hangs on its decisions and labels alone. */
  markDecision(result: CallResult, facts: CallPosition): void {
    this.approvals.baseline.mark(result.baseline, facts.time);
    this.approvals.candidate.mark(result.candidate, facts.time);
    this.labels.mark(result, facts);
  }

  /** Whether a result counts by more than how often it came. */
  isMarked(result: CallResult): boolean {
    return (
      result.class !== "unchanged" ||
      asksPeople(result.baseline) ||
      asksPeople(result.candidate) ||
      labelOf(result) !== undefined
    );
  }

  #addClass(result: CallResult, calls: number): void {
    const change = result.class;
    if (change !== "widened" && change !== "narrowed") {
      this.#classes[change] += calls;
      if (change === "indeterminate" && isSurelyNotWidened(result.baseline, result.candidate))
        this.#classes.notWidened += calls;
      return;
    }
    this.#moved[change][result.direct === true ? "direct" : "downstream"] += calls;
    this.#transitions.add(`${result.baseline.effect}>${result.candidate.effect}`, calls);
  }

  #addMissing(result: CallResult, calls: number): void {
    if (
      result.class !== "indeterminate" &&
      !result.candidate.indeterminate &&
      !result.baseline.indeterminate
    )
      return;
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

  #addContained(version: "baseline" | "candidate", side: VersionDecision, calls: number): void {
    if (side.engine?.outcome.plain === true || !side.rules.includes("containment")) return;
    const since = side.engine?.outcome.members
      .flatMap((member) => member.denials)
      .find((item) => item.since !== undefined)?.since;
    this.#contained[version].add(`${since?.rule ?? "?"}\u0000${since?.event ?? "?"}`, calls);
  }

  /** `areOwn`: no other part has one of the sessions, so that groups list none. */
  part(areOwn = false): ReplayCounts {
    return {
      sessions: {
        own: this.#scale.own,
        listed: this.sessions.hashes(),
        below: this.#scale.below,
      },
      trace: this.trace.part(),
      decisions: { baseline: this.baseline.counts(), candidate: this.candidate.counts() },
      approvals: {
        baseline: this.approvals.baseline.part(),
        candidate: this.approvals.candidate.part(),
      },
      groups: this.groups.part(areOwn),
      labels: this.labels.part(),
      notes: this.notes.part(),
      reach: this.reach.part(),
      classes: { ...this.#classes },
      moved: { widened: { ...this.#moved.widened }, narrowed: { ...this.#moved.narrowed } },
      transitions: this.#transitions.part(),
      missing: this.#missing.part(),
      missingRules: [...this.#missingRules].map(([attribute, rules]) => [attribute, [...rules]]),
      contained: {
        baseline: this.#contained.baseline.part(),
        candidate: this.#contained.candidate.part(),
      },
    };
  }

  /** Adds what another part of the trace counted; parts may come in any order. */
  merge(part: ReplayCounts): void {
    const sessions = this.sessions.merge(part.sessions.listed);
    this.#scale.merge(part.sessions);
    this.trace.addCounts(part.trace);
    for (const version of ["baseline", "candidate"] as const) {
      this[version].merge(part.decisions[version]);
      this.approvals[version].merge(part.approvals[version]);
      this.#contained[version].merge(part.contained[version]);
    }
    this.groups.merge(part.groups, sessions);
    this.labels.merge(part.labels, sessions);
    this.notes.merge(part.notes);
    this.reach.merge(part.reach);
    for (const name of ["unchanged", "indeterminate", "notWidened", "unreachable"] as const)
      this.#classes[name] += part.classes[name];
    for (const way of ["widened", "narrowed"] as const)
      for (const kind of ["direct", "downstream"] as const)
        this.#moved[way][kind] += part.moved[way][kind];
    this.#transitions.merge(part.transitions);
    this.#missing.merge(part.missing);
    for (const [attribute, rules] of part.missingRules)
      this.#missingRules.set(
        attribute,
        new Set([...(this.#missingRules.get(attribute) ?? []), ...rules]),
      );
  }

  changes(): Changes {
    const { unchanged, indeterminate, notWidened, unreachable } = this.#classes;
    return {
      unchanged,
      ...this.#moved,
      indeterminate,
      ...(notWidened > 0 && { notWidened }),
      unreachable,
      transitions: Object.fromEntries(this.#transitions.byKey()),
    };
  }

  missing(): readonly MissingAttribute[] {
    return this.#missing.byCount().map(([attribute, calls]) => ({
      attribute,
      rules: [...(this.#missingRules.get(attribute) ?? [])].sort(),
      calls,
    }));
  }

  contained(): ContainedInfo {
    const total = (counts: Counts): number =>
      counts.byKey().reduce((sum, [, calls]) => sum + calls, 0);
    const started = (["baseline", "candidate"] as const).flatMap((version) =>
      this.#contained[version]
        .pairs()
        .map(([rule, event, calls]) => ({ version, rule, event, calls })),
    );
    return {
      baseline: total(this.#contained.baseline),
      candidate: total(this.#contained.candidate),
      started,
    };
  }
}
