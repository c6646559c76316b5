import type { Json } from "../request/json.ts";
import type { RequestTime, InputFinding, DecisionDocument } from "./decide-result.ts";
import type { RuleTree, DecidingDocument } from "./test-result.ts";

/** One thing that had been set in the session before the call, and the event that set it. */
export interface StateEntry {
  readonly name: string;
  readonly value: Json;
  readonly setBy: readonly string[];
  /**
   * The agent above the caller who reads it so, where that is another state than the caller's
   * (design 4.5).
   */
  readonly subject?: string;
}

/**
 * A value that the call claims and the catalog overrules (design 2.7): `catalog` is the one that
 * counts; null: there is nothing.
 */
export interface OverruledDocument {
  readonly path: string;
  readonly claimed: Json;
  readonly catalog: Json;
  readonly counted: "catalog";
  /**
   * Whether a record says so, or how the tool's resource is read off its arguments, in its form.
   */
  readonly by: "catalog" | "tool";
}

/** One edit of a call (or of the state before it) that belongs to a flip. */
export interface Edit {
  readonly path: string;
  readonly from: Json;
  readonly to: Json;
}

/** The smallest change found after which the call is decided otherwise. */
export interface FlipDocument {
  readonly edits: readonly Edit[];
  readonly effect: string;
  readonly permitted: boolean;
  readonly rules: readonly string[];
}

/** The result document of `agentz explain`. */
export interface ExplainResult {
  readonly schemaVersion: 1;
  readonly command: "explain";
  readonly tool: { readonly version: string };
  readonly source: string | null;
  readonly digest: string | null;
  readonly event: string | null;
  readonly now: RequestTime;
  /** What of a request nobody knows: warnings. */
  readonly findings: readonly InputFinding[];
  readonly call: Json;
  /** What the call claims and the catalog overrules. */
  readonly overruled: readonly OverruledDocument[];
  readonly decision: DecisionDocument;
  readonly tree: readonly RuleTree[];
  readonly deciding: readonly DecidingDocument[];
  readonly state: {
    readonly labels: readonly StateEntry[];
    readonly counters: readonly StateEntry[];
    readonly values: readonly StateEntry[];
  };
  readonly flip: FlipDocument | null;
  readonly argumentsShown: boolean;
}
