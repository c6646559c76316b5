import type { VersionInfo } from "./replay-result.ts";

/**
 * Whether a subject may do something with any arguments and state, only with an approval, only
 * under conditions, or never.
 */
export type Access = "allowed" | "approval" | "conditional" | "denied";

/** A rule on which the answer depends, with its effect and its condition. */
export interface Condition {
  readonly rule: string;
  readonly effect: string;
  /** The text of `when`; null if only the scope is undecided. */
  readonly when: string | null;
  /** The patterns in `resources` of the rule, if it has any. */
  readonly resources: readonly string[];
}

/** One thing that a subject may do: a tool on resources of one class. */
export interface Reach {
  readonly tool: string;
  readonly resourceType: string | null;
  /** Null: no class is known, or the tool has no resource. */
  readonly resourceClass: string | null;
  readonly access: Access;
  /** With `conditional`: the least strict possible effect. */
  readonly atMost: "allowed" | "approval" | "denied";
  readonly rules: readonly string[];
  readonly conditions: readonly Condition[];
  /** The attributes on which the effect depends. */
  readonly missing: readonly string[];
  readonly approvers: readonly string[];
  readonly irreversible: boolean;
  /** The number of such calls in the trace; null without a trace. */
  readonly used: number | null;
}

/** An agent that can be reached by invoking it. */
export interface Via {
  readonly agent: string;
  /** The agents that are invoked on the way. The last one invokes this agent. */
  readonly chain: readonly string[];
  readonly access: Access;
  readonly reviewed: string | null;
  readonly reviewDue: string | null;
  readonly reach: readonly Reach[];
}

/** The identities and credentials that an agent uses in its tasks, as recorded in the trace. */
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
  /**
   * What the agent may do itself, the most consequential first. Calls that are surely denied are
   * left out.
   */
  readonly reach: readonly Reach[];
  readonly via: readonly Via[];
  readonly assumed: readonly Assumed[];
  /** Tools that the agent may use and did not use in the trace; null without a trace. */
  readonly neverUsed: readonly string[] | null;
  /**
   * Tools that the patch does not deny, because the decision on a recorded call would change; each
   * with the first such call.
   */
  readonly patchKeeps: readonly { readonly tool: string; readonly event: string }[];
  /**
   * A policy that denies the other unused tools and decides every recorded call as before; null if
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
