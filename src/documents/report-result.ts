import type { CiStep } from "./ci-result.ts";
import type { DiffChange } from "./diff-result.ts";
import type { CoverageBody, Since } from "./coverage-result.ts";
import type { ProvedInvariants } from "./analyze-result.ts";
import type {
  CandidateResult,
  ChangeGroup,
  CoverageMetrics,
  CoverageSummary,
  MergedParts,
  ReplayResult,
  TraceInfo,
  VersionInfo,
} from "./replay-result.ts";

/** A problem of an identity. Reporters translate it into words. */
export type IdentityProblem =
  | "unregistered"
  | "expired"
  | "suspended"
  | "decommissioned"
  | "no-owner"
  | "never-reviewed"
  | "review-overdue"
  | "shared-credential"
  | "user-credential"
  | "user-name";

/** One agent that is registered or that acted. Times are text in UTC; null if unknown. */
export interface IdentityInfo {
  readonly subject: string;
  readonly registered: boolean;
  readonly status: string | null;
  readonly owner: string | null;
  readonly purpose: string | null;
  readonly expires: string | null;
  readonly reviewed: string | null;
  readonly reviewDue: string | null;
  readonly calls: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly credentials: number;
  readonly credentialKinds: readonly string[];
  readonly problems: readonly IdentityProblem[];
}

export type ControlStatus = "met" | "not met" | "no evidence";

/** How many of the calls, sessions or agents that a control is about meet it. */
export interface ControlMeasure {
  readonly met: number;
  readonly total: number;
  readonly unit: "calls" | "sessions" | "agents";
}

/** The published controls for which a control is evidence, by their numbers. */
export interface ControlReferences {
  readonly nistAiRmf: readonly string[];
  readonly iso42001: readonly string[];
  readonly csaAicm: readonly string[];
}

/** One of the twelve controls of an agent maturity check. */
export interface Control {
  readonly id: string;
  readonly area: "identity" | "authorization" | "monitoring" | "lifecycle";
  readonly title: string;
  readonly status: ControlStatus;
  /** The evidence in words, violations first. */
  readonly evidence: readonly string[];
  /** The fields of catalog, policies and trace that serve as evidence. */
  readonly fields: readonly string[];
  readonly measure: ControlMeasure;
  readonly references: ControlReferences;
}

/**
 * The bands of a coverage metric, as shares: good from `target`, an alarm below `alarm`, between
 * them a warning.
 */
export interface MetricTarget {
  readonly target: number;
  readonly alarm: number;
  /** Who set them: `report.targets` of agentz.yaml, or nobody. */
  readonly from: "agentz.yaml" | "default";
}

/**
 * Whether to ship the candidate, by the gate, the checks and the risks of the report: never
 * friendlier than `agentz ci`.
 */
export interface ShipVerdict {
  /** `not decided`: the run was interrupted, or nobody has set a limit. */
  readonly answer: "ship" | "ship after" | "do not ship yet" | "not decided";
  /** Why, one sentence each, the gravest first. */
  readonly reasons: readonly string[];
  /** What has to be done before, in that order; empty if nothing has to be. */
  readonly before: readonly string[];
  /** The recorded calls and the checks that the answer rests on, in one sentence. */
  readonly restsOn: string;
  /** Each limit of the gate in words, in the order of `gate.checks`. */
  readonly limits: readonly { readonly passed: boolean; readonly text: string }[];
}

/**
 * What it takes to reach the target of oversight: so many calls more have to be denied, or held
 * until a person approves.
 */
export interface OversightCost {
  readonly calls: number;
  /** All calls that oversight does not cover; `calls` of them are enough. */
  readonly open: number;
  /**
   * Approvals more a day if people approve them all, one approval for each call; a rule can ask for
   * more. Null if calls have no time.
   */
  readonly perDay: number | null;
  /** Whether the trace is shorter than a day, so that `perDay` is all that it tells. */
  readonly isUnderADay: boolean;
  /**
   * Whom rules of the candidate already ask for other calls of the same tools by the same agents,
   * and how many of the open calls are of these tools; most calls first. `nobody`: nobody in the
   * catalogs is one of these approvers; absent: somebody is.
   */
  readonly named: readonly {
    readonly approvers: string;
    readonly calls: number;
    readonly nobody?: true;
  }[];
  /** The open calls for which no rule names anybody. */
  readonly unnamed: number;
  /** The open calls of groups that the report does not list, of which this is not known. */
  readonly unlisted: number;
}

/** A risk that somebody should act on, with what to do next. */
export interface GravestRisk {
  readonly kind: "incident" | "benign" | "invariant" | "coverage";
  /** One sentence. */
  readonly title: string;
  /**
   * The owners of the agents concerned, of the rules that deny benign work, or of the invariants;
   * empty if neither the catalog nor these documents name one.
   */
  readonly owners: readonly string[];
  /**
   * The calls of each owner's agents, most first; `owner` is null for agents without one. Invariants
   * have owners and no calls.
   */
  readonly byOwner: readonly { readonly owner: string | null; readonly calls: number }[];
  readonly calls: number;
  readonly nextStep: string;
}

/** How the candidate decides the incident calls of a session, by effect and rules. */
export interface IncidentDecision {
  readonly effect: string;
  readonly permitted: boolean;
  readonly rules: readonly string[];
  /**
   * Set if the conditions of all these rules are errors on these calls: nothing certain stops them.
   */
  readonly failing?: true;
  readonly calls: number;
}

/** How many calls of an incident a version of the policies stops, holds of these, and leaves open. */
export interface IncidentBefore {
  /** The calls that it does not permit, those that wait for an approval among them. */
  readonly stopped: number;
  readonly held: number;
  readonly indeterminate: number;
}

/** A session with calls that are labelled as an incident. */
export interface IncidentInfo {
  readonly session: string | null;
  readonly subject: string;
  readonly actions: readonly string[];
  readonly first: string | null;
  readonly calls: number;
  /** The calls that the candidate does not permit. */
  readonly stopped: number;
  /** The same calls under the baseline. */
  readonly before: IncidentBefore;
  readonly decisions: readonly IncidentDecision[];
}

/** A rule and its results in the replay. */
export interface RuleUse {
  readonly rule: string;
  readonly effect: string;
  readonly mode: string;
  /** The number of calls that it matched, and of those that it decided. */
  readonly matched: number;
  readonly decided: number;
}

/** The rules that carry one label of a published risk list. */
export interface Risk {
  readonly id: string;
  readonly name: string;
  /** The list and its year; null if the label belongs to no known list. */
  readonly list: string | null;
  readonly rules: readonly RuleUse[];
}

/** One event of a session in a timeline. */
export interface Step {
  readonly id: string;
  readonly time: string | null;
  readonly type: string;
  readonly action: string | null;
  readonly resourceClass: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly permitted: boolean | null;
  readonly rules: readonly string[];
  readonly class: string | null;
  readonly incident: boolean | null;
  /** The arguments as JSON text; only with `--show-arguments`. */
  readonly args?: string;
}

export interface Timeline {
  readonly session: string;
  readonly steps: readonly Step[];
  /** The number of steps that are left out. */
  readonly more: number;
}

/** A group of changed calls, as a report shows it. */
export interface ReportGroup extends ChangeGroup {
  /** The first sessions with calls of the group, as indices of `timelines`. */
  readonly timelines: readonly number[];
  /**
   * The owners of the rules that decide its calls: of the candidate's, or of the baseline's where
   * those have none; of the agent where no rule of a policy decides. Absent: nobody is named.
   */
  readonly owners?: readonly string[];
}

/** What a further candidate is compared by. */
export type ComparedCandidate = Pick<
  CandidateResult,
  "name" | "candidate" | "decisions" | "changes" | "labels" | "approvals" | "gate" | "error"
>;

/** The result document of `agentz report`: what every format of it shows. */
export interface ReportResult {
  readonly schemaVersion: 1;
  readonly command: "report";
  readonly tool: { readonly version: string };
  readonly title: string;
  /** The time by which expiry and reviews are judged, and its source (design 11.6). */
  readonly now: { readonly time: string; readonly from: "flag" | "newest event" | "clock" };
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  readonly trace: TraceInfo;
  readonly partial: boolean;
  /** Set if the document was merged from parts (design 16.1). */
  readonly parts?: MergedParts;
  readonly showsArguments: boolean;
  readonly replay: Pick<
    ReplayResult,
    | "history"
    | "approvalsMode"
    | "filters"
    | "decisions"
    | "changes"
    | "missing"
    | "approvals"
    | "contained"
    | "labels"
    | "notes"
    | "unexercised"
    | "gate"
  > & {
    readonly groups: readonly ReportGroup[];
  };
  readonly coverage: CoverageBody;
  readonly coverageBefore: CoverageSummary;
  /** The sessions of the uncovered groups, in the order of `coverage.uncovered`. */
  readonly uncoveredTimelines: readonly (readonly number[])[];
  readonly since?: Since;
  readonly identities: readonly IdentityInfo[];
  readonly identitiesRest: number;
  readonly controls: readonly Control[];
  /** The bands by which each metric is judged: from `report.targets` of agentz.yaml, or the default. */
  readonly targets: { readonly [metric in keyof CoverageMetrics]: MetricTarget };
  /** The three gravest risks, the gravest first. */
  readonly gravest: readonly GravestRisk[];
  /** What the target of oversight costs; null if it is reached, or nothing is measured. */
  readonly oversightCost: OversightCost | null;
  /** What to do with the candidate; of several, with the first. */
  readonly verdict: ShipVerdict;
  /** Lint, tests, proofs and version check of the candidate, as `agentz ci` runs them; absent if they did not run. */
  readonly checks?: readonly CiStep[];
  /**
   * The changes of `agentz diff` that let more through, or may, whatever was recorded: those that do for
   * certain first, each the gravest and the broadest first; absent: nothing compared the policies.
   */
  readonly widenings?: readonly DiffChange[];
  readonly incidents: readonly IncidentInfo[];
  /** The number of sessions with an incident that are not listed. */
  readonly incidentsRest: number;
  readonly risks: readonly Risk[];
  readonly rules: {
    readonly total: number;
    readonly labelled: number;
    readonly neverMatched: readonly string[];
    /** Those of them that match or decide a call in the baseline; absent: none. */
    readonly noLongerMatched?: readonly string[];
  };
  /** The answers to the candidate's invariants; null if it has none. */
  readonly invariants: ProvedInvariants | null;
  readonly timelines: readonly Timeline[];
  /** Further candidates (`--candidate-2` to `--candidate-9`), if there are any: the rest is of the first. */
  readonly candidates?: readonly ComparedCandidate[];
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
}
