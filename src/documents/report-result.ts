import type { CoverageBody, Since } from "./coverage-result.ts";
import type { ProvedInvariants } from "./analyze-result.ts";
import type {
  ChangeGroup,
  CoverageSummary,
  ReplayResult,
  TraceInfo,
  VersionInfo,
} from "./replay-result.ts";

/** What is wrong with an identity; the words for people are the reporters'. */
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

/** One agent, registered or seen. Times are text in UTC; null where not given or not seen. */
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

/** One of the twelve controls of an agent maturity check. */
export interface Control {
  readonly id: string;
  readonly area: "identity" | "authorization" | "monitoring" | "lifecycle";
  readonly title: string;
  readonly status: ControlStatus;
  /** In words; what speaks against it comes first. */
  readonly evidence: readonly string[];
  /** The fields of catalog, policies and trace that are its evidence. */
  readonly fields: readonly string[];
}

/** A rule and what it did in the replay. */
export interface RuleUse {
  readonly rule: string;
  readonly effect: string;
  readonly mode: string;
  /** Calls that it matched, and those of them that it decided. */
  readonly matched: number;
  readonly decided: number;
}

/** The rules that carry one label of a published risk list. */
export interface Risk {
  readonly id: string;
  readonly name: string;
  /** The list and its year, or null where the label names none that is known. */
  readonly list: string | null;
  readonly rules: readonly RuleUse[];
}

/** One event of a session as a timeline shows it. */
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
  /** JSON text of the arguments; only with `--show-arguments`. */
  readonly args?: string;
}

export interface Timeline {
  readonly session: string;
  readonly steps: readonly Step[];
  /** Steps that did not fit. */
  readonly more: number;
}

/** Sessions (by their place in `timelines`) in which calls of a group were seen: the first ones. */
export interface ReportGroup extends ChangeGroup {
  readonly timelines: readonly number[];
}

/** The result document of `agentz report`: what every format of it shows. */
export interface ReportResult {
  readonly schemaVersion: 1;
  readonly command: "report";
  readonly tool: { readonly version: string };
  readonly title: string;
  /** What expiry and reviews are judged by, and where it is from (design 11.6). */
  readonly now: { readonly time: string; readonly from: "flag" | "newest event" | "clock" };
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  readonly trace: TraceInfo;
  readonly partial: boolean;
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
  /** Sessions of the uncovered groups, in the order of `coverage.uncovered`. */
  readonly uncoveredTimelines: readonly (readonly number[])[];
  readonly since?: Since;
  readonly identities: readonly IdentityInfo[];
  readonly identitiesRest: number;
  readonly controls: readonly Control[];
  readonly risks: readonly Risk[];
  readonly rules: {
    readonly total: number;
    readonly labelled: number;
    readonly neverMatched: readonly string[];
  };
  /** What is proved of the candidate's agents; null where it holds no invariant. */
  readonly invariants: ProvedInvariants | null;
  readonly timelines: readonly Timeline[];
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
}
