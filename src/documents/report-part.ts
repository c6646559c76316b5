import type { Step } from "./report-result.ts";
import type { Count, CountsPart, Numbers } from "./trace-part.ts";

/** Where a call stands in a trace that is split: by its time, then by its id. */
export interface CallPlace {
  /** Milliseconds since 1970; null: it has no time, and comes after those that have one. */
  readonly time: number | null;
  readonly id: string;
}

/** Consequential calls that are alike in every dimension and every verdict. */
export interface CoverageRowPart {
  /** Agent, surface, server, action, kind, day and class. */
  readonly at: readonly string[];
  readonly resourceClass: string | null;
  /** Numbers of verdicts, in the order of the metrics. */
  readonly verdicts: Numbers;
  /** Bits: irreversible, paying, open to the world. */
  readonly gravity: Count;
  readonly example: CallPlace;
  readonly calls: Count;
  /** Numbers of credentials, each followed by how many of the calls it covers. */
  readonly credentials: Numbers;
}

/** What was seen of a decision point. */
export interface SeenPointPart {
  readonly decisions: Count;
  readonly denied: Count;
  readonly surfaces: readonly string[];
}

/** What was seen on a surface. */
export interface SeenSurfacePart {
  readonly calls: Count;
  readonly consequential: Count;
  readonly covered: Count;
  readonly points: readonly string[];
}

/** How often and how fast decision points decided. */
export interface RatePart {
  readonly decisions: Count;
  readonly denied: Count;
  readonly timed: Count;
  /** Milliseconds since 1970; null: no decision has a time. */
  readonly first: number | null;
  readonly last: number | null;
  /** Minutes, each as how many come after the one before, followed by its decisions. */
  readonly minutes: readonly number[];
  /** Minutes from this one on are not listed; null: all are. */
  readonly below: number | null;
  readonly latency: {
    readonly recorded: Count;
    /** Milliseconds; empty where there are too many. */
    readonly values: readonly number[];
    readonly buckets: readonly (readonly [bucket: Count, values: Count])[];
  };
}

/** How many sessions have a whole record, in each respect. */
export interface AuditCounts {
  readonly sessions: Count;
  readonly prompts: Count;
  readonly responses: Count;
  readonly calls: Count;
  readonly results: Count;
  readonly models: Count;
  readonly complete: Count;
}

/** Whose record is whole. */
export interface AuditPart {
  readonly outside: Count;
  /** Sessions that no other part has. */
  readonly own: AuditCounts;
  /** Two hashes of each other session, and what it has, as bits. */
  readonly listed: Numbers;
  readonly marks: Numbers;
  /** Listed are only sessions whose first hash is below this one; null: all are. */
  readonly below: Count | null;
}

/** How one call was decided on one surface. */
export interface CallVariantPart {
  readonly surface: string;
  /** Effects: 0 none, 1 allow, 2 require_approval, 3 deny. */
  readonly recorded: Count;
  readonly candidate: Count;
  readonly subject: string;
  readonly action: string;
  readonly calls: Count;
  readonly first: CallPlace;
}

/** Calls that are the same wherever they come from, and how each was decided. */
export interface DisagreementPart {
  readonly calls: readonly (readonly [hash: string, variants: readonly CallVariantPart[]])[];
  /** Listed are only calls whose hash is below this one; null: all are. */
  readonly below: string | null;
}

/** What `agentz coverage` says besides the six numbers. */
export interface DeploymentPart {
  readonly rows: readonly CoverageRowPart[];
  readonly inconsequential: Count;
  readonly marked: CountsPart;
  readonly unlisted: CountsPart;
  readonly points: readonly (readonly [id: string, seen: SeenPointPart])[];
  readonly surfaces: readonly (readonly [name: string, seen: SeenSurfacePart])[];
  readonly rate: RatePart;
  readonly audit: AuditPart;
  readonly disagreements: DisagreementPart;
}

/** One identity that acted. */
export interface SeenIdentityPart {
  readonly subject: string;
  readonly calls: Count;
  readonly first: number | null;
  readonly last: number | null;
  readonly personal: boolean;
  readonly named: boolean;
  readonly credentials: Numbers;
  readonly kinds: readonly string[];
}

/** What calls say for or against the controls. */
export interface EvidencePart {
  readonly agents: readonly string[];
  readonly counts: CountsPart;
  /** Two hashes of each task, in the order of its number. */
  readonly tasks: Numbers;
  /** By the numbers of credentials. */
  readonly calls: Numbers;
  readonly own: Numbers;
  readonly timely: Numbers;
  /** The number of the first task, plus one; 0: none. */
  readonly task: Numbers;
  /** Which credentials served several tasks, as bits. */
  readonly several: Numbers;
}

/** A session with calls that are labelled as an incident. */
export interface SeenIncidentPart {
  readonly session: string | null;
  readonly subject: string;
  readonly first: CallPlace;
  readonly calls: Count;
  readonly stopped: Count;
  /** The calls that the baseline does not permit, those of them that it holds, those it leaves open. */
  readonly before: {
    readonly stopped: Count;
    readonly held: Count;
    readonly indeterminate: Count;
  };
  readonly actions: readonly (readonly [action: string, first: CallPlace])[];
  readonly decisions: readonly {
    readonly effect: string;
    readonly permitted: boolean;
    readonly rules: readonly string[];
    readonly failing?: true;
    readonly calls: Count;
    readonly first: CallPlace;
  }[];
}

/** The first sessions of groups of calls. */
export interface TimelineGroupsPart {
  /** Each with the first call of the session in it. */
  readonly groups: readonly (readonly [
    key: string,
    sessions: readonly (readonly [session: string, first: CallPlace])[],
  ])[];
  /** Listed are only groups of a rank below this one; null: all are. */
  readonly below: string | null;
}

/** Sessions as timelines. */
export interface TimelinesPart {
  readonly changed: TimelineGroupsPart;
  readonly open: TimelineGroupsPart;
  readonly sessions: readonly {
    readonly session: string;
    readonly steps: readonly Omit<Step, "args">[];
    readonly more: Count;
  }[];
  /** Whether some sessions could not be held until it was known that a group wants them. */
  readonly cut: boolean;
}

/** Everything that `agentz report` and `agentz coverage` say besides the replay itself. */
export interface ReportPart {
  readonly deployment: DeploymentPart;
  readonly identities: readonly SeenIdentityPart[];
  /** Calls of identities that are not listed. */
  readonly identitiesBeyond: Count;
  readonly evidence: EvidencePart;
  readonly matched: CountsPart;
  readonly decided: CountsPart;
  readonly incidents: readonly SeenIncidentPart[];
  /** Listed are only incidents of sessions with a hash below this one; null: all are. */
  readonly incidentsBelow: string | null;
  /** Null: sessions may be in several parts, so no part has the steps of one. */
  readonly timelines: TimelinesPart | null;
}
