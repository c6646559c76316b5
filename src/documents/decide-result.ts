/** The effect of a decision (design 4.3). */
export type EffectName = "allow" | "require_approval" | "deny";

/** The state of an approval (design 6.2). */
export type ApprovalStateName = "open" | "satisfied" | "refused" | "unknown";

/**
 * The `decision` of result documents (design 12): the fields of `engine/decision.ts` as plain data.
 */
export interface DecisionDocument {
  readonly effect: EffectName;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly possible: readonly EffectName[];
  readonly rules: readonly string[];
  readonly matched: readonly string[];
  readonly undecided: readonly string[];
  readonly shadow: readonly { readonly rule: string; readonly effect: EffectName }[];
  readonly excepted: readonly string[];
  readonly nearest: { readonly rule: string; readonly failed: readonly string[] } | null;
  readonly reason: string | null;
  readonly obligations: readonly ObligationDocument[];
  readonly approval: {
    readonly state: "none" | ApprovalStateName;
    readonly requirements: readonly RequirementDocument[];
  };
  readonly missing: readonly { readonly attribute: string; readonly rules: readonly string[] }[];
  readonly errors: readonly { readonly rule: string; readonly message: string }[];
}

export interface ObligationDocument {
  readonly type: "redact" | "log" | "notify";
  readonly fields?: readonly string[];
  readonly above?: string;
  readonly to?: readonly string[];
  readonly rules: readonly string[];
}

export interface RequirementDocument {
  readonly rule: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly within: number | null;
  readonly have: readonly string[];
  readonly state: ApprovalStateName;
}

/** Something that was given for a call and does not count as an approval, or may not (design 6). */
export interface UncountedApproval {
  /** The rule that requires the approval. */
  readonly rule: string;
  /** Who gave it, as `type:id`; null: the name is unrecorded or cannot be read. */
  readonly by: string | null;
  readonly why: string;
}

/** A name in a request that no policy and no catalog knows. A credential in it is masked. */
export interface InputFinding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Its YAML path in the request. */
  readonly path: string;
  readonly help: string | null;
}

/**
 * The value of `now`: the time of the request or event, of `--now`, or of the clock; null if it is
 * unknown.
 */
export interface RequestTime {
  readonly time: string | null;
  readonly from: "request" | "event" | "flag" | "clock" | "unrecorded";
}

/** The result document of `agentz decide`. */
export interface DecideResult {
  readonly schemaVersion: 1;
  readonly command: "decide";
  readonly tool: { readonly version: string };
  readonly source: string;
  readonly digest: string | null;
  readonly now: RequestTime;
  /** Warnings about names in the request that no policy and no catalog knows. */
  readonly findings: readonly InputFinding[];
  readonly decision: DecisionDocument;
  /** What was given and does not count, for each approval that is not satisfied. */
  readonly uncounted: readonly UncountedApproval[];
}
