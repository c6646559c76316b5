import type { VersionInfo } from "./replay-result.ts";

/**
 * Whether a subject may do something whatever the arguments and the state, only with an approval,
 * only under conditions, or not.
 */
export type Access = "allowed" | "approval" | "conditional" | "denied";

/** A rule that leaves it open: its effect, and what it asks. */
export interface Condition {
  readonly rule: string;
  readonly effect: string;
  /** The text of `when`; null where only the scope is open. */
  readonly when: string | null;
  /** Patterns of resources, where the rule is bound to some. */
  readonly resources: readonly string[];
}

/** One thing that a subject may do: a tool on resources of one class. */
export interface Reach {
  readonly tool: string;
  readonly resourceType: string | null;
  /** Null: no class is known, or the tool has no resource. */
  readonly resourceClass: string | null;
  readonly access: Access;
  /** With `conditional`: the laxest that the conditions may come to. */
  readonly atMost: "allowed" | "approval" | "denied";
  readonly rules: readonly string[];
  readonly conditions: readonly Condition[];
  /** What the outcome hangs on. */
  readonly missing: readonly string[];
  readonly approvers: readonly string[];
  readonly irreversible: boolean;
  /** Calls of it in the trace; null without a trace. */
  readonly used: number | null;
}

/** An agent that can be reached by invoking it. */
export interface Via {
  readonly agent: string;
  /** The agents invoked on the way, the last one invokes it. */
  readonly chain: readonly string[];
  readonly access: Access;
  readonly reviewed: string | null;
  readonly reviewDue: string | null;
  readonly reach: readonly Reach[];
}

/** Identities and credentials that an agent takes on in its tasks, as the trace shows them. */
export interface Assumed {
  readonly kind: "credential" | "person" | "task";
  readonly name: string;
  readonly calls: number;
}

export interface BlastRadius {
  readonly agent: string;
  readonly status: string;
  readonly owner: string | null;
  readonly reviewed: string | null;
  readonly reviewDue: string | null;
  readonly maxCalls: number | null;
  readonly maxDurationMs: number | null;
  /** What it may do itself, the gravest first; what is denied for certain is left out. */
  readonly reach: readonly Reach[];
  readonly via: readonly Via[];
  readonly assumed: readonly Assumed[];
  /** Tools that it may use and never used in the trace; null without a trace. */
  readonly neverUsed: readonly string[] | null;
  /**
   * Those of them that it keeps, since a recorded call, here the first, would be decided otherwise
   * without.
   */
  readonly patchKeeps: readonly { readonly tool: string; readonly event: string }[];
  /**
   * A policy that takes the others away, and decides every recorded call as before; null where
   * there is none.
   */
  readonly patch: string | null;
}

/** The result document of `agentz blast-radius`. */
export interface BlastRadiusResult {
  readonly schemaVersion: 1;
  readonly command: "blast-radius";
  readonly tool: { readonly version: string };
  readonly candidate: VersionInfo;
  readonly now: string;
  readonly trace: {
    readonly calls: number;
    readonly from: string | null;
    readonly to: string | null;
  } | null;
  readonly agents: readonly BlastRadius[];
}
