import type {
  CoverageMetrics,
  CoverageSummary,
  MergedParts,
  TraceInfo,
  VersionInfo,
} from "./replay-result.ts";

/**
 * Calls that are not covered and have the same subject, action and resource class (design 9.7, 12).
 */
export interface UncoveredGroup {
  readonly subject: string;
  readonly action: string;
  readonly resourceClass: string | null;
  /**
   * As in `by.class`: the classification, `none` for a tool without a resource, `?` if it is
   * unknown. Absent in documents of earlier versions.
   */
  readonly class?: string;
  /** The number of calls that at least one metric does not cover. */
  readonly calls: number;
  /** The causes in words, the most frequent first. */
  readonly why: string;
  /**
   * The number of calls that each metric does not cover. A metric without such calls is left out.
   */
  readonly metrics: { readonly [metric in keyof CoverageMetrics]?: number };
  /**
   * Of the calls that the policy metric does not cover: `denied` are denied for certain, by a
   * default, a containment or a rule for everything; `wildcard` are decided only by a rule for
   * everything that does not deny them. Absent: none.
   */
  readonly policyGap?: { readonly denied?: number; readonly wildcard?: number };
  readonly irreversible: boolean;
  readonly paying: boolean;
  readonly openWorld: boolean;
  readonly example: string;
}

/**
 * The coverage of each value of a dimension, most calls first. `?` is a value that was not
 * recorded.
 */
export type Breakdown = { readonly [value: string]: CoverageSummary };

/**
 * The dimensions (design 9.7). `action` is the tool as `server/name`. `class` is `none` for a tool
 * without a resource.
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
  /** Whether the catalog lists it as external; null if it occurs only in the trace. */
  readonly external: boolean | null;
  readonly surfaces: readonly string[];
  readonly decisions: number;
  readonly denied: number;
  /** Surfaces on which it decided although the catalog does not list it there. */
  readonly elsewhere: readonly string[];
}

export interface SurfaceInfo {
  readonly surface: string;
  readonly calls: number;
  readonly consequential: number;
  /** Consequential calls that an external point decided. */
  readonly covered: number;
  /** The points that the catalog lists for the surface, and the points that decided there. */
  readonly known: readonly string[];
  readonly seen: readonly string[];
}

/** What the decision points recorded about their own decisions; null if nothing is recorded. */
export interface DecisionRate {
  readonly decisions: number;
  /** Decisions per minute, from the first recorded decision to the last (at least one minute). */
  readonly perMinute: number | null;
  readonly peakMinute: number | null;
  readonly denied: number;
  /**
   * Milliseconds. `exact` is false if there were so many values that they were rounded to two
   * percent.
   */
  readonly latency: {
    readonly recorded: number;
    readonly p50: number | null;
    readonly p99: number | null;
    readonly exact: boolean;
  };
}

/** The number of sessions with a complete record, in each respect and in all of them. */
export interface AuditTrail {
  readonly sessions: number;
  readonly prompts: number;
  readonly responses: number;
  readonly calls: number;
  /** The number of sessions in which every permitted call has its outcome. */
  readonly results: number;
  /** The number of sessions in which every call names the model. */
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
  /** The causes in words, the largest first. */
  readonly why: readonly string[];
}

/** What changed since an earlier result, and why. */
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

/** The part of a report that is also in the result of `agentz coverage`. */
export interface CoverageBody {
  readonly consequential: number;
  readonly metrics: CoverageMetrics;
  readonly uncovered: readonly UncoveredGroup[];
  /** The number of entries and calls that are not in the list. */
  readonly uncoveredRest: { readonly groups: number; readonly calls: number };
  readonly by: Breakdowns;
  /**
   * True if the trace has too many combinations of the dimensions; the rest is added up as
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
  /** Set if the document was merged from parts (design 16.1). */
  readonly parts?: MergedParts;
  readonly since?: Since;
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
}
