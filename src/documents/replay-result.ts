import type { Malformed, RepeatedIdList, UndecidedEvent } from "./trace-read.ts";

/**
 * The result document of `agentz replay` (design 12). Types only: reporters render from it alone.
 */
export interface DecisionCounts {
  readonly allow: number;
  readonly require_approval: number;
  readonly deny: number;
  readonly indeterminate: number;
}

export interface VersionInfo {
  /** Digest of the files' bytes; null for recorded decisions. */
  readonly source: string | null;
  /** What was asked for: a path, `git:<ref>`, `recorded`. */
  readonly ref: string;
  /** Digest of the meaning (design 10.1); null for recorded decisions. */
  readonly digest: string | null;
}

export interface TraceInfo {
  readonly files: number;
  readonly events: number;
  readonly calls: number;
  readonly sessions: number;
  readonly malformed: number;
  readonly malformedLines: readonly Malformed[];
  /**
   * Events that have an action and a type that the format does not have: they are not decided
   * (design 7.1).
   */
  readonly undecided_events: number;
  /** The first of them. */
  readonly undecidedEvents: readonly UndecidedEvent[];
  /** Null: not looked for in an unpacked trace of 4 MiB or more; `agentz trace validate` does. */
  readonly repeatedIds: RepeatedIdList | null;
  readonly reordered: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly digest: string | null;
}

export interface DirectDownstream {
  readonly direct: number;
  readonly downstream: number;
}

export interface Changes {
  readonly unchanged: number;
  readonly widened: DirectDownstream;
  readonly narrowed: DirectDownstream;
  readonly indeterminate: number;
  readonly unreachable: number;
  readonly transitions: { readonly [fromTo: string]: number };
}

export interface ChangeGroup {
  readonly id: string;
  readonly class: "widened" | "narrowed" | "indeterminate" | "unreachable";
  readonly from: string;
  readonly to: string;
  readonly fromRules: readonly string[];
  readonly toRules: readonly string[];
  readonly subject: string;
  readonly action: string;
  readonly resourceClass: string | null;
  readonly calls: number;
  readonly sessions: number;
  /** The id of the first such call. */
  readonly example: string;
  /**
   * Digest of the meaning of the rules that decided, in both versions, of what the candidate makes
   * of each of them now and of every changed rule that may speak of the action, and of catalogs and
   * session state where they changed: what an accepted change is bound to.
   */
  readonly rulesDigest: string;
  /**
   * Where the first of the candidate's deciding rules stands; where `default` decides, what of it
   * decided before, or the top of that file.
   */
  readonly place: RulePlace | null;
}

/** From 1; the end column is exclusive. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface MissingAttribute {
  readonly attribute: string;
  readonly rules: readonly string[];
  readonly calls: number;
}

export interface ApproverBurden {
  readonly approvals: number;
  readonly perDay: number | null;
  readonly peakHour: number | null;
}

export interface ApprovalBurden {
  /** Calls that require approval, and those of them that had it. */
  readonly required: number;
  readonly satisfied: number;
  /**
   * Approvals (a quorum of two counts two) a day of the trace, and in its busiest hour; null where
   * events have no time.
   */
  readonly perDay: number | null;
  readonly peakHour: number | null;
  readonly byApprover: { readonly [group: string]: ApproverBurden };
}

export interface ContainedInfo {
  readonly baseline: number;
  readonly candidate: number;
  readonly started: readonly {
    readonly version: "baseline" | "candidate";
    readonly rule: string;
    readonly event: string;
    readonly calls: number;
  }[];
}

export interface LabelScores {
  readonly incident: {
    readonly calls: number;
    readonly stopped: number;
    readonly undecided: number;
    readonly sessions: number;
    readonly sessionsStopped: number;
  };
  readonly benign: {
    readonly calls: number;
    readonly denied: number;
    readonly gated: number;
    readonly undecided: number;
    readonly sessions: number;
    readonly sessionsDenied: number;
    readonly sessionsGated: number;
  };
}

export interface Ratio {
  readonly covered: number;
  readonly total: number;
  /**
   * On identity: calls that are not covered for want of a recorded credential alone (design 9.3).
   */
  readonly unrecorded?: number;
}

export interface CoverageMetrics {
  readonly enforcement: Ratio;
  readonly policy: Ratio;
  readonly identity: Ratio;
  readonly classification: Ratio;
  readonly oversight: Ratio;
  readonly attribution: Ratio;
}

export interface CoverageSummary {
  readonly consequential: number;
  readonly metrics: CoverageMetrics;
}

/**
 * What a limit stands in the place of, by whom that was set, and whether the new one lets more
 * pass.
 */
export interface ReplacedLimit {
  readonly limit: number;
  readonly from: string;
  readonly looser: boolean;
}

export interface GateCheck {
  readonly name: string;
  readonly limit: number;
  /** Null: there is nothing to measure (a share of no calls), which fails a minimum. */
  readonly actual: number | null;
  readonly passed: boolean;
  /** A minimum demands at least the limit, a maximum at most. */
  readonly bound: "minimum" | "maximum";
  /**
   * Calls that a limit of a class or an effect counts because theirs is not known; absent where
   * there are none.
   */
  readonly unknown?: number;
  /** Who set the limit: `agentz.yaml`, `--gate`, `--fail-on`, or `agentz ci` itself. */
  readonly from: string;
  readonly replaces?: ReplacedLimit;
}

/** A change that somebody answers for, and whether it still counts as accepted. */
export interface AcceptedGroup {
  readonly group: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly state: "accepted" | "expired" | "changed" | "unused";
  /** Calls of the group; 0: there is no such group. */
  readonly calls: number;
  /** Calls that the group had when it was accepted; null: the entry does not say. */
  readonly acceptedCalls: number | null;
}

export interface GateResult {
  readonly passed: boolean;
  readonly checks: readonly GateCheck[];
  readonly accepted: readonly AcceptedGroup[];
  /** What expiry is judged by (design 11.6); null where nothing is accepted. */
  readonly now: string | null;
  /** Who named that time: `--now`, or the clock. */
  readonly nowFrom?: "flag" | "clock";
}

/** What was asked to be looked at alone, and how much that left out. */
export interface Filters {
  readonly since?: string;
  readonly until?: string;
  readonly agents?: readonly string[];
  readonly sessions?: readonly string[];
  readonly sample?: number;
  /** Calls that are not counted in any number here. */
  readonly leftOut: number;
}

/** How often each version forgot what a session had left. */
export interface ForgottenSessions {
  readonly baseline: number;
  readonly candidate: number;
}

/**
 * Numbers of what a reader should know before trusting the rest: counted, never dropped (design
 * 7.7).
 */
export interface ReplayNotes {
  readonly unknownTools: readonly { readonly tool: string; readonly calls: number }[];
  readonly lookalikes: readonly { readonly tool: string; readonly calls: number }[];
  readonly contradictions: readonly { readonly attribute: string; readonly calls: number }[];
  readonly shadow: readonly {
    readonly rule: string;
    readonly effect: string;
    readonly calls: number;
  }[];
  readonly exceptions: readonly { readonly rule: string; readonly calls: number }[];
  readonly errors: readonly {
    readonly rule: string;
    readonly message: string;
    readonly calls: number;
  }[];
  readonly keylessWrites: number;
  /**
   * Sessions that went on after `--idle` had made the replay forget their state: what reads it is
   * indeterminate.
   */
  readonly forgottenSessions: ForgottenSessions;
}

/** Which way a replay went: both give the same document (design 7.8), at another price. */
export interface ReplayStats {
  /**
   * `columns`: calls were read off files as columns; `events`: each event was read by itself, and
   * columns were made of them.
   */
  readonly walk: "columns" | "events";
  /** Why events were read one by one; null: they were not. */
  readonly why: string | null;
  /** Calls that were decided. */
  readonly calls: number;
  /**
   * How many kinds of calls there were, each decided once for all its calls; each thread decides
   * those that it meets.
   */
  readonly kinds: number;
  /** The calls that the engine decided one by one, on their events, and why. */
  readonly handed: readonly { readonly why: string; readonly calls: number }[];
  readonly index: IndexStats;
}

/** What the index of a trace was good for. */
export interface IndexStats {
  /** `columns`: the trace was read off it. */
  readonly used: "none" | "columns";
  /** Whether one was written for the next replay. */
  readonly written: boolean;
  /** Why it was not used for all, or none was written; null where it was. */
  readonly why: string | null;
}

export interface ReplayResult {
  readonly schemaVersion: 1;
  readonly command: "replay";
  readonly tool: { readonly version: string };
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  readonly trace: TraceInfo;
  readonly history: "counterfactual" | "recorded";
  readonly approvalsMode: "recorded" | "granted" | "refused";
  readonly filters: Filters;
  readonly partial: boolean;
  readonly decisions: { readonly baseline: DecisionCounts; readonly candidate: DecisionCounts };
  readonly changes: Changes;
  readonly groups: readonly ChangeGroup[];
  readonly missing: readonly MissingAttribute[];
  readonly approvals: { readonly baseline: ApprovalBurden; readonly candidate: ApprovalBurden };
  readonly contained: ContainedInfo;
  readonly labels: LabelScores;
  readonly coverage: { readonly baseline: CoverageSummary; readonly candidate: CoverageSummary };
  readonly notes: ReplayNotes;
  /**
   * Rules that changed between the versions and that no recorded call reaches, so that the replay
   * says nothing about them.
   */
  readonly unexercised: readonly string[];
  readonly gate: GateResult;
  /** What further candidates (`--candidate-2` to `--candidate-9`) would do; only if there are any. */
  readonly candidates?: readonly CandidateResult[];
  /** Which way it went; only where that was asked for. */
  readonly stats?: ReplayStats;
  /** Set where the replay proves nothing (design 7.7). */
  readonly error?: ReplayProblem;
}

/** Why a replay proves nothing. */
export interface ReplayProblem {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** What another candidate would do with the same trace, against the same baseline. */
export interface CandidateResult {
  /** The flag that names it: `candidate-2`. */
  readonly name: string;
  readonly candidate: VersionInfo;
  readonly decisions: DecisionCounts;
  readonly changes: Changes;
  readonly groups: readonly ChangeGroup[];
  readonly missing: readonly MissingAttribute[];
  readonly approvals: ApprovalBurden;
  /** Calls that it would contain. */
  readonly contained: number;
  readonly labels: LabelScores;
  readonly coverage: CoverageSummary;
  readonly unexercised: readonly string[];
  readonly gate: GateResult;
  /** Set where its replay proves nothing (design 7.7). */
  readonly error?: ReplayProblem;
}

/** One line of `--decisions` (design 12). */
export interface DecisionLine {
  readonly id: string;
  readonly class: string;
  readonly direct?: boolean;
  readonly baseline: DecisionLineSide;
  readonly candidate: DecisionLineSide;
  readonly missing: readonly string[];
}
export interface DecisionLineSide {
  readonly effect: string;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly rules: readonly string[];
}
