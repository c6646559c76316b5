import type { Malformed, RepeatedIdList, UndecidedEvent } from "./trace-read.ts";

/** The number of calls by effect, and of indeterminate decisions. */
export interface DecisionCounts {
  readonly allow: number;
  readonly require_approval: number;
  readonly deny: number;
  readonly indeterminate: number;
}

export interface VersionInfo {
  /** The digest of the files' bytes; null for recorded decisions. */
  readonly source: string | null;
  /** The version as the command line names it: a path, `git:<ref>` or `recorded`. */
  readonly ref: string;
  /** The digest of the meaning (design 10.1); null for recorded decisions. */
  readonly digest: string | null;
  /**
   * Only of the candidate: files of the working copy that the baseline was read from, too, by name. A
   * change of them changes both versions, so it is not compared. Absent: there is none.
   */
  readonly sharedFiles?: readonly string[];
}

export interface TraceInfo {
  /** Null for merged parts. */
  readonly files: number | null;
  readonly events: number;
  readonly calls: number;
  readonly sessions: number;
  readonly malformed: number;
  readonly malformedLines: readonly Malformed[];
  /** Events that have an action and an unknown type. They are not decided (design 7.1). */
  readonly undecided_events: number;
  /** The first undecided events. */
  readonly undecidedEvents: readonly UndecidedEvent[];
  /** Calls that a gateway denied by itself, without asking a policy: they are not compared. */
  readonly gateway_denials: number;
  /**
   * Ids that occur more than once; null if agentz did not search for all of them: in merged parts, and
   * in a trace of 4 MiB or more, unpacked (tables aside), use `agentz trace validate`.
   */
  readonly repeatedIds: RepeatedIdList | null;
  /** Null for merged parts. */
  readonly reordered: number | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Null for merged parts, and if the trace was not read to its end. */
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
  /**
   * Of the indeterminate calls, those that are surely not permitted more: the baseline allows them
   * for certain and demands nothing, or the candidate denies them for certain. Absent: none.
   */
  readonly notWidened?: number;
  readonly unreachable: number;
  readonly transitions: { readonly [fromTo: string]: number };
}

/** How obligations or approvals differ where the effect is the same, and for how many calls. */
export interface DemandChange {
  /** For example `no longer redacts ssn; now notifies sec@shop.example`. */
  readonly sentence: string;
  readonly calls: number;
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
  /**
   * Calls of the group labelled as incidents that the baseline stops and the candidate does not;
   * absent if there are none.
   */
  readonly incidents?: number;
  /**
   * How obligations or approvals differ, most calls first, at most ten; absent if the effect
   * changes, and if no decision says it.
   */
  readonly demands?: readonly DemandChange[];
  /** The calls that are labelled benign; absent: none. */
  readonly benignCalls?: number;
  /** The calls that are labelled as incidents; absent: none. */
  readonly incidentCalls?: number;
  /** The calls that are labelled benign and denied by the candidate; absent: none. */
  readonly benignDenied?: number;
  /** Of these, the calls that are denied only because conditions of rules fail on them; absent: none. */
  readonly benignFailing?: number;
  /** The calls that the candidate denies only because conditions of rules fail on them; absent: none. */
  readonly failing?: number;
  /**
   * The rules that fail on these calls, most calls first, at most ten. Where only the default denies,
   * these are the rules that might have permitted the call. Absent if there are no such calls.
   */
  readonly failingRules?: readonly string[];
  /**
   * The calls that the baseline permits, with the approvals that they have, and that would wait for an
   * approval in the candidate, whatever the class of the group, but for incidents; absent: none.
   */
  readonly newlyHeld?: number;
  /** Of these, the calls that are labelled benign; absent: none. */
  readonly benignNewlyHeld?: number;
  /** Whose approval these calls would wait for, most calls first, at most ten; absent: no such calls. */
  readonly heldFor?: readonly string[];
  /**
   * The widened calls with the same effect of which other approvals are asked, for example by other
   * approvers, neither fewer nor more (design 7.4); absent: none.
   */
  readonly otherApprovals?: number;
  /**
   * The approvers that rules of the candidate ask for the calls, and whom nobody in its catalogs is: nobody
   * can approve the calls, so they can never run. Absent: somebody can, or no approval is asked.
   */
  readonly nobodyIs?: readonly string[];
  /**
   * The widened or narrowed calls that change only because earlier calls do (design 7.5); absent: none.
   */
  readonly downstream?: number;
  /** The id of the first call of the group. */
  readonly example: string;
  /**
   * The digest to which an accepted change is bound. It covers the meaning of the rules that
   * decided in both versions, of these rules in the candidate, of every changed rule that may apply
   * to the action, and of catalogs and session state if they changed.
   */
  readonly rulesDigest: string;
  /**
   * The place of the first rule of the candidate that decided. If `default` decides, the place of a
   * rule that decided before, or the top of that file.
   */
  readonly place: RulePlace | null;
}

/** Lines and columns count from 1; the end column is exclusive. */
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
  /** Whether nobody in the catalogs of the version is one of these approvers; absent: somebody is. */
  readonly nobody?: true;
}

export interface ApprovalBurden {
  /** The number of calls that require an approval, and of those that had it. */
  readonly required: number;
  readonly satisfied: number;
  /** The approvals that these calls require: a quorum of two counts two. */
  readonly approvals: number;
  /**
   * Approvals for each day of the trace, and in its busiest hour (a quorum of two counts two); null
   * if events have no time.
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

/**
 * Calls labelled as incidents that the baseline stops, and that the candidate permits or that are
 * indeterminate in it (`undecided` of `calls`).
 */
export interface NoLongerStopped {
  readonly calls: number;
  readonly undecided: number;
  readonly sessions: number;
  /** The first of their sessions by name, at most three. */
  readonly sessionNames: readonly string[];
}

/** Calls that the candidate denies only because conditions of the same rules fail on them. */
export interface FailingCalls {
  /** The first of them by id. */
  readonly id: string;
  /** The rules that fail on each of them. */
  readonly rules: readonly string[];
  /**
   * @asType integer
   * @minimum 1
   */
  readonly calls: number;
  /** What the first of the rules fails on in that call. */
  readonly error: string;
  /** Whether the baseline denies them only because conditions fail, too. */
  readonly before: boolean;
}

export interface LabelScores {
  readonly incident: {
    readonly calls: number;
    readonly stopped: number;
    /** Of these, the calls that wait for an approval. */
    readonly held: number;
    /** Of these, the calls that are denied only because conditions of rules fail on them. */
    readonly failing: number;
    /** By the rules that fail: first those not so before, then the most calls; at most three; absent: none. */
    readonly failingCalls?: readonly FailingCalls[];
    /** What the baseline stops. */
    readonly stoppedBefore: number;
    /** Of these, the calls that wait for an approval in the baseline. */
    readonly heldBefore: number;
    readonly noLongerStopped: NoLongerStopped;
    readonly undecided: number;
    readonly sessions: number;
    readonly sessionsStopped: number;
  };
  readonly benign: {
    readonly calls: number;
    readonly denied: number;
    /** Of these, the calls that are denied only because conditions of rules fail on them. */
    readonly failing: number;
    /** By the rules that fail: first those not so before, then the most calls; at most three; absent: none. */
    readonly failingCalls?: readonly FailingCalls[];
    readonly gated: number;
    /** What the baseline denies, and holds for an approval. */
    readonly deniedBefore: number;
    readonly gatedBefore: number;
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
   * For `identity`: calls that are not covered only because no credential is recorded (design 9.3).
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

/** The limit that was replaced, its source, and whether the new limit is looser. */
export interface ReplacedLimit {
  readonly limit: number;
  readonly from: string;
  readonly looser: boolean;
}

export interface GateCheck {
  readonly name: string;
  readonly limit: number;
  /**
   * The measured number; null if there is nothing to measure (a share of no calls), so a minimum
   * fails.
   */
  readonly actual: number | null;
  readonly passed: boolean;
  /** With `minimum`, the number has to be at least the limit; with `maximum`, at most. */
  readonly bound: "minimum" | "maximum";
  /**
   * Calls that a limit on a classification or an effect counts because their classification or
   * effects are unknown; absent if there are none.
   */
  readonly unknown?: number;
  /**
   * Of the widened or narrowed calls that the limit counts, those that nobody in the catalog can approve, so
   * that they can never run; absent if there are none.
   */
  readonly unapprovable?: number;
  /** The source of the limit: `agentz.yaml`, `--gate`, `--fail-on`, or `agentz ci` itself. */
  readonly from: string;
  readonly replaces?: ReplacedLimit;
}

/** An accepted change, and whether the acceptance still applies. */
export interface AcceptedGroup {
  readonly group: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly state: "accepted" | "expired" | "changed" | "unused";
  /** The number of calls of the group; 0 if there is no such group. */
  readonly calls: number;
  /** The number of calls when the group was accepted; null if the entry does not say. */
  readonly acceptedCalls: number | null;
}

export interface GateResult {
  readonly passed: boolean;
  readonly checks: readonly GateCheck[];
  readonly accepted: readonly AcceptedGroup[];
  /** The time by which expiry is judged (design 11.6); null if no change is accepted. */
  readonly now: string | null;
  /** The source of that time: `--now` or the clock. */
  readonly nowFrom?: "flag" | "clock";
}

/** The filters of the replay, and how many calls they left out. */
export interface Filters {
  readonly since?: string;
  readonly until?: string;
  readonly agents?: readonly string[];
  readonly sessions?: readonly string[];
  readonly sample?: number;
  /** The number of calls that no number in this document counts. */
  readonly leftOut: number;
}

/** How often each version forgot the state of a session. */
export interface ForgottenSessions {
  readonly baseline: number;
  readonly candidate: number;
}

/**
 * Numbers that a reader should know before trusting the rest. Nothing is dropped silently (design
 * 7.7).
 */
export interface ReplayNotes {
  readonly unknownTools: readonly { readonly tool: string; readonly calls: number }[];
  /** Agents that the candidate denies because its catalog does not list them, most calls first. */
  readonly unknownAgents: readonly { readonly agent: string; readonly calls: number }[];
  /**
   * Labels that are true and that nothing reads, though they seem to say whether a call is an incident:
   * misspellings of `incident`, and `benign`.
   */
  readonly unknownLabels: readonly { readonly label: string; readonly calls: number }[];
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
   * Calls without a recorded decision, which count as allowed; 0 if the baseline is not `recorded`.
   */
  readonly unrecordedDecisions: number;
  /**
   * Sessions that continued after the replay forgot their state because of `--idle`. Decisions that
   * read this state are indeterminate.
   */
  readonly forgottenSessions: ForgottenSessions;
}

/** How a replay was done. Every way gives the same document (design 7.8); some are faster. */
export interface ReplayStats {
  /** Calls are always read as columns. */
  readonly walk: "columns";
  /**
   * The reason why one thread read the trace from its beginning to its end; null if the files could
   * be read at any place.
   */
  readonly why: string | null;
  /** The number of calls that were decided. */
  readonly calls: number;
  /**
   * The number of kinds of calls. Each kind is decided once by each thread that reads a call of
   * this kind.
   */
  readonly kinds: number;
  /** The number of calls that were counted as an earlier replay of the same trace decided them. */
  readonly again: number;
  /** The calls that the engine decided one by one from their events, by reason. */
  readonly handed: readonly { readonly why: string; readonly calls: number }[];
  readonly index: IndexStats;
}

/** How the index of a trace was used. */
export interface IndexStats {
  /** `columns`: the trace was read from the index. */
  readonly used: "none" | "columns";
  /** Whether an index was written for the next replay. */
  readonly written: boolean;
  /** The reason why the index was not used for the whole trace, or not written; null if it was. */
  readonly why: string | null;
}

/** The result document of `agentz replay` (design 12). */
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
   * Rules that changed between the versions and that no recorded call reaches. The replay does not
   * test them.
   */
  readonly unexercised: readonly string[];
  /** Rules of the candidate that match no recorded call and decide none, by name. */
  readonly neverMatched: readonly string[];
  /** Those of them that match or decide a call in the baseline; absent: none. */
  readonly noLongerMatched?: readonly string[];
  readonly gate: GateResult;
  /** The results of further candidates (`--candidate-2` to `--candidate-9`), if there are any. */
  readonly candidates?: readonly CandidateResult[];
  /** How the replay was done; only with `--stats`. */
  readonly stats?: ReplayStats;
  /** Set if the document was merged from parts (design 16.1). */
  readonly parts?: MergedParts;
  /** Set if the replay proves nothing (design 7.7). */
  readonly error?: ReplayProblem;
}

/** What is particular to a document that `agentz merge` made. */
export interface MergedParts {
  /**
   * The key by which the trace was split: `session`, `subject`, `on_behalf_of`, `tenant`, or the
   * path of another member of events.
   */
  readonly key: string;
  /** Groups of changed calls that are not listed, and their calls. Gates count them all the same. */
  readonly groupsRest: { readonly groups: number; readonly calls: number };
  /**
   * What is told from a sample, since there are too many values to keep: `sessions` (of the trace,
   * groups, labels and audit trail), `credentials` (what shared credentials cover). In a coverage or
   * a report also `disagreements` (of which calls surfaces disagree), `peakMinute` (that of the first
   * minutes), `incidents` and `timelines` (some sessions are not listed).
   */
  readonly estimated: readonly (
    | "sessions"
    | "credentials"
    | "disagreements"
    | "peakMinute"
    | "incidents"
    | "timelines"
  )[];
  /**
   * Of what of the parts only a sample was compared, since there are too many: `keys` of the split,
   * `approvals`. One that is in two parts may have gone unnoticed, and is then counted as two.
   */
  readonly partlyCompared: readonly ("keys" | "approvals")[];
}

/** The reason why a replay proves nothing. */
export interface ReplayProblem {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** The result of another candidate on the same trace, against the same baseline. */
export interface CandidateResult {
  /** The name of its flag: `candidate-2`. */
  readonly name: string;
  readonly candidate: VersionInfo;
  readonly decisions: DecisionCounts;
  readonly changes: Changes;
  readonly groups: readonly ChangeGroup[];
  readonly missing: readonly MissingAttribute[];
  readonly approvals: ApprovalBurden;
  /** The number of calls that it would contain. */
  readonly contained: number;
  readonly labels: LabelScores;
  readonly coverage: CoverageSummary;
  readonly unexercised: readonly string[];
  readonly gate: GateResult;
  /** Set if its replay proves nothing (design 7.7). */
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
