import type { Effect } from "../policy/model.ts";

/** Why one approval requirement stands where it stands. `refused` denies the call (design 6.2). */
export type ApprovalState = "open" | "satisfied" | "refused" | "unknown";

/**
 * One matched (or undecided) require_approval rule, against the approvals recorded for the call
 * (design 6.1).
 */
export interface Requirement {
  readonly rule: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  /** Milliseconds; null: approvals do not age. */
  readonly within: number | null;
  /** Who has approved so far, as `type:id`, sorted. */
  readonly have: readonly string[];
  readonly state: ApprovalState;
}

export interface ApprovalSummary {
  readonly state: ApprovalState | "none";
  readonly requirements: readonly Requirement[];
}

/** One duty that comes with a permission (design 6.4); `rules` name where it comes from. */
export type Obligation =
  | {
      readonly type: "redact";
      readonly fields: readonly string[];
      readonly above?: string;
      readonly rules: readonly string[];
    }
  | { readonly type: "log"; readonly rules: readonly string[] }
  | { readonly type: "notify"; readonly to: readonly string[]; readonly rules: readonly string[] };

/**
 * An attribute that was not recorded, and the rules (or `manifest/...`, `lifecycle/...`) left
 * undecided by it.
 */
export interface Missing {
  readonly attribute: string;
  readonly rules: readonly string[];
}

export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
}

/** A shadow rule that would have changed the effect, had it been enforced. */
export interface ShadowOutcome {
  readonly rule: string;
  readonly effect: Effect;
}

/**
 * The allow rule that came nearest to permitting a call that no rule permitted, and what failed of
 * it (design 4.4).
 */
export interface Nearest {
  readonly rule: string;
  /** The texts of the conjuncts that did not hold. */
  readonly failed: readonly string[];
}

/**
 * One decision (design 4.4). All lists are sorted; rules are named `<policy>/<rule>`, and
 * `default`, `manifest/<agent>`, `lifecycle/<agent>`, `containment` name what no rule decided.
 */
export interface Decision {
  readonly effect: Effect;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  /**
   * Every effect that the undecided rules leave possible, strictest first; one entry where all is
   * known.
   */
  readonly possible: readonly Effect[];
  /** The rules that decided. */
  readonly rules: readonly string[];
  readonly matched: readonly string[];
  readonly undecided: readonly string[];
  readonly shadow: readonly ShadowOutcome[];
  /** Rules that an exception put out of force for this call. */
  readonly excepted: readonly string[];
  readonly nearest: Nearest | null;
  readonly reason: string | null;
  readonly obligations: readonly Obligation[];
  readonly approval: ApprovalSummary;
  readonly missing: readonly Missing[];
  readonly errors: readonly RuleFailure[];
}
