import type {
  ChangeGroup,
  DecisionCounts,
  FailingCalls,
  ForgottenSessions,
  Ratio,
} from "./replay-result.ts";

/**
 * A whole number from 0 on.
 *
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/** Whole numbers below 2^32, in the form of whoever wrote them: hashes, or sets as bits. */
export type Numbers = readonly Count[];

/** How often each key came. */
export type CountsPart = readonly (readonly [key: string, count: Count])[];

/** What a version counts on both sides of a replay. */
export interface BothVersions<T> {
  readonly baseline: T;
  readonly candidate: T;
}

/** How many events a part of a trace has, and when they were: null where none has a time. */
export interface EventCounts {
  readonly events: Count;
  readonly calls: Count;
  /** Milliseconds since 1970. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Approvals asked for, and in which hours since 1970. */
export interface BurdenPart {
  readonly approvals: Count;
  readonly hours: readonly (readonly [hour: number, approvals: Count])[];
  /** Whether nobody in the catalogs is one of the approvers; absent: somebody is. */
  readonly nobody?: true;
}

/** The approvals that a version asks of people. */
export interface ApprovalPart {
  readonly required: Count;
  readonly satisfied: Count;
  readonly all: BurdenPart;
  readonly groups: readonly (readonly [approvers: string, burden: BurdenPart])[];
}

/** Sessions that are counted: so many that no other part has, and those of {@link SessionsPart}. */
export interface SeenSessions {
  readonly own: Count;
  /** Bits by the numbers of the part's sessions. */
  readonly listed: Numbers;
}

/** The sessions of a part of a trace. */
export interface SessionsPart {
  /** Sessions that no other part has: they are counted, and nothing is kept of them. */
  readonly own: Count;
  /** Two hashes of each session that other parts may have too, in the order of their numbers. */
  readonly listed: Numbers;
  /**
   * Listed are only those whose first hash is below this one, as a sample of all; null: all are.
   */
  readonly below: Count | null;
}

/** A call that stands for others: the first of them. */
export interface ExamplePart {
  readonly id: string;
  /** Where it stands in the trace; later ones have greater numbers. */
  readonly at: number;
  /** Milliseconds since 1970; null: it has no time. */
  readonly time: number | null;
}

/** What calls of one group have in common. */
export type DescribedGroup = Pick<
  ChangeGroup,
  "class" | "from" | "to" | "fromRules" | "toRules" | "subject" | "action" | "resourceClass"
>;

/** What is shown of a group, where that is settled already. */
export type ShownGroup = Pick<ChangeGroup, "rulesDigest" | "place" | "nobodyIs">;

/** What of a group one part of a trace counted. */
export interface GroupPart {
  readonly described: DescribedGroup;
  /** The meaning of the rules that decided; empty where `shown` says what there is to say. */
  readonly rules: string;
  readonly shown: ShownGroup | null;
  readonly sessions: SeenSessions;
  readonly traits: CountsPart;
  readonly calls: Count;
  readonly example: ExamplePart | null;
}

/** Calls with labels, and their sessions. */
export interface LabelPart {
  readonly incident: {
    readonly calls: Count;
    readonly stopped: Count;
    readonly held: Count;
    readonly failing: Count;
    readonly stoppedBefore: Count;
    readonly heldBefore: Count;
    readonly undecided: Count;
  };
  /** Incidents that the baseline stops and the candidate does not, and the first sessions by name. */
  readonly noLongerStopped: {
    readonly calls: Count;
    readonly undecided: Count;
    readonly sessionNames: readonly string[];
  };
  readonly benign: {
    readonly calls: Count;
    readonly denied: Count;
    readonly failing: Count;
    readonly gated: Count;
    readonly deniedBefore: Count;
    readonly gatedBefore: Count;
    readonly undecided: Count;
  };
  /** The calls that are denied only because conditions fail, of both kinds, by the rules that fail. */
  readonly failing: {
    readonly incident: readonly FailingCalls[];
    readonly benign: readonly FailingCalls[];
  };
  readonly seen: {
    readonly incident: SeenSessions;
    readonly stopped: SeenSessions;
    readonly noLongerStopped: SeenSessions;
    readonly benign: SeenSessions;
    readonly denied: SeenSessions;
    readonly gated: SeenSessions;
  };
}

/** What a reader must know besides the changes: one list of counts for each kind of note. */
export interface NotePart {
  readonly counts: readonly CountsPart[];
  readonly namedCalls: Count;
  /** Calls without a recorded decision, where the baseline is what was recorded. */
  readonly unrecordedDecisions: Count;
}

/** Which rules calls reach, and which of the candidate they match or are decided by, by name. */
export interface ReachPart extends BothVersions<readonly string[]> {
  readonly matched: readonly string[];
  /** The rules of the baseline that match, or decide, a call. */
  readonly matchedBefore: readonly string[];
}

/** Everything that the result document of a replay counts of a part of a trace, but coverage. */
export interface ReplayPart {
  readonly sessions: SessionsPart;
  readonly trace: EventCounts;
  readonly decisions: BothVersions<DecisionCounts>;
  readonly approvals: BothVersions<ApprovalPart>;
  readonly groups: readonly GroupPart[];
  readonly labels: LabelPart;
  readonly notes: NotePart;
  readonly reach: ReachPart;
  readonly classes: {
    readonly unchanged: Count;
    readonly indeterminate: Count;
    /** Of the indeterminate ones. */
    readonly notWidened: Count;
    readonly unreachable: Count;
  };
  readonly moved: {
    readonly widened: { readonly direct: Count; readonly downstream: Count };
    readonly narrowed: { readonly direct: Count; readonly downstream: Count };
  };
  readonly transitions: CountsPart;
  readonly missing: CountsPart;
  readonly missingRules: readonly (readonly [attribute: string, rules: readonly string[]])[];
  readonly contained: BothVersions<CountsPart>;
}

/** Which credentials were used by whom; hashes stand for both. */
export interface CredentialsPart {
  /** Two hashes of each credential, in the order of its number. */
  readonly ids: Numbers;
  /** Listed are only those whose first hash is below this one; null: all are. */
  readonly below: Count | null;
  /** Two hashes of each subject, in the order of its number. */
  readonly subjects: Numbers;
  /** The number of the first subject of each credential. */
  readonly owners: Numbers;
  /** Which credentials several subjects used, as bits. */
  readonly shared: Numbers;
}

/** What a version covers. */
export interface MetricPart {
  /** Calls without a recorded credential whose identity is sound otherwise. */
  readonly unrecorded: Count;
  readonly ratios: {
    readonly enforcement: Ratio;
    readonly policy: Ratio;
    readonly identity: Ratio;
    readonly classification: Ratio;
    readonly oversight: Ratio;
    readonly attribution: Ratio;
  };
  /** Calls with a sound identity otherwise, by the number of their credential. */
  readonly byCredential: Numbers;
}

/** The six coverages of a part of a trace. */
export interface CoveragePart {
  readonly consequential: Count;
  readonly credentials: CredentialsPart;
  readonly baseline: MetricPart;
  readonly candidate: MetricPart;
}

/**
 * Everything that a replay counted of a part of a trace, as plain data: it crosses threads and
 * machines.
 */
export interface TracePart {
  readonly replay: ReplayPart;
  readonly coverage: CoveragePart;
  /** What the candidate would have written without a key (design 5.2). */
  readonly keylessWrites: Count;
  readonly forgotten: ForgottenSessions;
  /** How many calls filters left out. */
  readonly leftOut: Count;
  readonly kinds: Count;
  /** How many calls were counted as an earlier replay decided them. */
  readonly again: Count;
  /** How many calls the engine decided one by one, by why. */
  readonly handed: CountsPart;
}
