import type { DiffResult } from "../documents/diff-result.ts";
import type { CoverageMetrics, ReplayResult } from "../documents/replay-result.ts";
import type { ReportResult } from "../documents/report-result.ts";

/** What an answer follows from: the replay with its gate, what `ci` checks besides, the findings. */
export type ShipFacts = Pick<
  ReportResult,
  "trace" | "partial" | "error" | "gravest" | "checks" | "targets" | "incidents"
> & {
  /** What is covered under the baseline, and under the candidate. */
  readonly coverage: { readonly before: CoverageMetrics; readonly after: CoverageMetrics };
  /** The owners of the policies of both versions, by the names of the policies. */
  readonly owners: ReadonlyMap<string, string>;
  /** The owners of the agents, by their subjects; undefined: no catalog names one. */
  readonly agents?: ReadonlyMap<string, string>;
  /** What changed in the policies; undefined: nothing compared them. */
  readonly diff?: Pick<DiffResult, "changed" | "required" | "changes" | "owners">;
  readonly replay: Pick<ReplayResult, "gate" | "changes" | "labels" | "groups">;
};

/** Something that stands against shipping, and what to do about it. */
export interface Objection {
  readonly reason: string;
  /** One step or several; empty: it is to be known, no more. */
  readonly before: string | readonly string[];
}
