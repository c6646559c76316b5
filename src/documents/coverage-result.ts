import type { CoverageMetrics, CoverageSummary, TraceInfo, VersionInfo } from "./replay-result.ts";

/**
 * Calls that a coverage leaves open, alike in subject, action and resource class (design 9.7, 12).
 */
export interface UncoveredGroup {
  readonly subject: string;
  readonly action: string;
  readonly resourceClass: string | null;
  /** Calls that at least one metric does not cover. */
  readonly calls: number;
  /** In words, the most frequent cause first. */
  readonly why: string;
  /** Calls left open by each metric; metrics without any are left out. */
  readonly metrics: { readonly [metric in keyof CoverageMetrics]?: number };
  readonly irreversible: boolean;
  readonly paying: boolean;
  readonly openWorld: boolean;
  readonly example: string;
}

/** One coverage for each value of a dimension, most calls first; what is not recorded is `?`. */
export type Breakdown = { readonly [value: string]: CoverageSummary };

/**
 * The dimensions of design 9.7; `action` is the tool as `server/name`, `class` is `none` where a
 * tool has no resource.
 */
export interface Breakdowns {
  readonly agent: Breakdown;
  readonly surface: Breakdown;
  readonly server: Breakdown;
  readonly action: Breakdown;
  readonly class: Breakdown;
  readonly kind: Breakdown;
  /** In the order of time, UTC. */
  readonly day: Breakdown;
}

export interface PointInfo {
  readonly id: string;
  /** Null: seen in the trace and unknown to the catalog. */
  readonly external: boolean | null;
  readonly surfaces: readonly string[];
  readonly decisions: number;
  readonly denied: number;
  /** Surfaces on which it decided though the catalog does not put it there. */
  readonly elsewhere: readonly string[];
}

export interface SurfaceInfo {
  readonly surface: string;
  readonly calls: number;
  readonly consequential: number;
  /** Consequential calls that an external point decided. */
  readonly covered: number;
  /** Points that the catalog puts there, and those that were seen deciding. */
  readonly known: readonly string[];
  readonly seen: readonly string[];
}

/** What the decision points recorded of themselves; null where nothing tells. */
export interface DecisionRate {
  readonly decisions: number;
  /** Over the time from the first recorded decision to the last, at least a minute. */
  readonly perMinute: number | null;
  readonly peakMinute: number | null;
  readonly denied: number;
  /** Milliseconds; `exact` is false where many values were gathered into steps of two percent. */
  readonly latency: {
    readonly recorded: number;
    readonly p50: number | null;
    readonly p99: number | null;
    readonly exact: boolean;
  };
}

/**
 * Sessions whose record is whole, in each respect and in all (issue: completeness of the audit
 * trail).
 */
export interface AuditTrail {
  readonly sessions: number;
  readonly prompts: number;
  readonly responses: number;
  readonly calls: number;
  /** Every call that was let through has its outcome. */
  readonly results: number;
  /** Every call names the model. */
  readonly models: number;
  readonly complete: number;
  readonly callsOutsideSessions: number;
}

/** The same call (subject, action, resource, arguments) decided differently on two surfaces. */
export interface Disagreement {
  readonly by: "recorded" | "candidate";
  readonly subject: string;
  readonly action: string;
  readonly surfaces: readonly { readonly surface: string; readonly effect: string }[];
  readonly calls: number;
  readonly example: string;
}

export interface MetricMove {
  readonly metric: keyof CoverageMetrics;
  readonly before: { readonly covered: number; readonly total: number };
  readonly after: { readonly covered: number; readonly total: number };
  /** In words, the weightiest first. */
  readonly why: readonly string[];
}

/** What moved since an earlier result, and why. */
export interface Since {
  readonly from: string | null;
  readonly to: string | null;
  readonly policyChanged: boolean | null;
  readonly newAgents: readonly string[];
  readonly goneAgents: readonly string[];
  readonly newTools: readonly string[];
  readonly goneTools: readonly string[];
  readonly newSurfaces: readonly string[];
  readonly moved: readonly MetricMove[];
  readonly unmoved: readonly (keyof CoverageMetrics)[];
}

/** What the coverage part of a report shares with the result of `agentz coverage`. */
export interface CoverageBody {
  readonly consequential: number;
  readonly metrics: CoverageMetrics;
  readonly uncovered: readonly UncoveredGroup[];
  /** What did not fit into the list. */
  readonly uncoveredRest: { readonly groups: number; readonly calls: number };
  readonly by: Breakdowns;
  /**
   * True where the trace has more combinations than are kept apart; the rest is summed up as
   * `(others)`.
   */
  readonly coarse: boolean;
  readonly inconsequential: {
    readonly calls: number;
    readonly marked: readonly { readonly tool: string; readonly calls: number }[];
  };
  readonly unknownTools: readonly { readonly tool: string; readonly calls: number }[];
  readonly decisionPoints: {
    readonly points: readonly PointInfo[];
    readonly surfaces: readonly SurfaceInfo[];
  };
  readonly decisions: DecisionRate;
  readonly audit: AuditTrail;
  readonly disagreements: readonly Disagreement[];
  readonly credentials: { readonly seen: number; readonly shared: number };
}

/** The result document of `agentz coverage` (design 12). */
export interface CoverageResult extends CoverageBody {
  readonly schemaVersion: 1;
  readonly command: "coverage";
  readonly tool: { readonly version: string };
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  readonly trace: TraceInfo;
  readonly partial: boolean;
  readonly since?: Since;
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
}
