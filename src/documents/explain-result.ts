import type { Json } from "../request/json.ts";
import type {
  RequestTime,
  InputFinding,
  DecisionDocument,
  UncountedApproval,
} from "./decide-result.ts";
import type { ChangeGroup, VersionInfo } from "./replay-result.ts";
import type { RuleTree, DecidingDocument } from "./test-result.ts";

/** One entry of the session state before the call, and the event that set it. */
export interface StateEntry {
  readonly name: string;
  readonly value: Json;
  readonly setBy: readonly string[];
  /**
   * Where the value is unknown: the events that set it and do not record arguments that its
   * declaration reads; absent if there are none.
   */
  readonly lacks?: readonly { readonly event: string; readonly arguments: readonly string[] }[];
  /**
   * The agent above the caller whose state this is, if it differs from the caller's (design 4.5).
   */
  readonly subject?: string;
}

/**
 * A value of the call that the catalog overrides (design 2.7). `catalog` is the value that counts;
 * null if there is none.
 */
export interface OverruledDocument {
  readonly path: string;
  readonly claimed: Json;
  readonly catalog: Json;
  readonly counted: "catalog";
  /**
   * Why the catalog overrides it: an entry has the attribute, or the resource is read from the
   * arguments of the tool, in its form.
   */
  readonly by: "catalog" | "tool";
}

/** One change of the call, or of the state before it, that is part of a flip. */
export interface Edit {
  readonly path: string;
  readonly from: Json;
  readonly to: Json;
}

/** A small change that changes the decision on the call; agentz found none that changes less. */
export interface FlipDocument {
  readonly edits: readonly Edit[];
  readonly effect: string;
  readonly permitted: boolean;
  readonly rules: readonly string[];
  /** Why the call is decided so then; null: no rule gives a reason. */
  readonly reason: string | null;
  /** What a made-up value of the change stands for; null: none of them is made up. */
  readonly note: string | null;
}

/** The session state that a call read before it was made. */
export interface StateRead {
  readonly labels: readonly StateEntry[];
  readonly counters: readonly StateEntry[];
  readonly values: readonly StateEntry[];
}

/** What the version before decides of the same call, and how the candidate differs from it. */
export interface ExplainedBaseline extends VersionInfo {
  /** What becomes of the call from the baseline to the candidate (design 7.4, 7.5). */
  readonly class: ChangeGroup["class"] | "unchanged";
  /**
   * Whether the candidate also differs on the history of the baseline (design 7.5); absent unless
   * the call is widened or narrowed. False: it differs only because earlier calls changed.
   */
  readonly direct?: boolean;
  /** How obligations or approvals differ under the same effect; null if they do not. */
  readonly demands: string | null;
  readonly effect: string;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly rules: readonly string[];
  /**
   * Null for a recorded decision; then `uncounted`, `tree` and `deciding` are empty, and `state` has
   * nothing.
   */
  readonly decision: DecisionDocument | null;
  readonly uncounted: readonly UncountedApproval[];
  readonly tree: readonly RuleTree[];
  readonly deciding: readonly DecidingDocument[];
  readonly state: StateRead;
}

/** The result document of `agentz explain`. */
export interface ExplainResult {
  readonly schemaVersion: 1;
  readonly command: "explain";
  readonly tool: { readonly version: string };
  /** The policies as the command line names them. */
  readonly ref: string;
  readonly source: string | null;
  readonly digest: string | null;
  /** As of the candidate of a replay. */
  readonly sharedFiles?: readonly string[];
  /** The version before; null if none is known. */
  readonly baseline: ExplainedBaseline | null;
  readonly event: string | null;
  readonly now: RequestTime;
  /** Warnings about names in a request that no policy and no catalog knows. */
  readonly findings: readonly InputFinding[];
  readonly call: Json;
  /** Values of the call that the catalog overrides. */
  readonly overruled: readonly OverruledDocument[];
  readonly decision: DecisionDocument;
  /** What was given and does not count, for each approval that is not satisfied. */
  readonly uncounted: readonly UncountedApproval[];
  readonly tree: readonly RuleTree[];
  readonly deciding: readonly DecidingDocument[];
  readonly state: StateRead;
  readonly flip: FlipDocument | null;
  readonly argumentsShown: boolean;
}
