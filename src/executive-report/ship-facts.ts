import type { Ratio, ReplayResult } from "../documents/replay-result.ts";
import type { ReportResult } from "../documents/report-result.ts";

/** What an answer follows from: the replay with its gate, what `ci` checks besides, the findings. */
export type ShipFacts = Pick<
  ReportResult,
  "trace" | "partial" | "error" | "gravest" | "checks" | "targets" | "incidents"
> & {
  /** The coverage of oversight under the baseline, and under the candidate. */
  readonly oversight: { readonly before: Ratio; readonly after: Ratio };
  /** The owners of the candidate's policies, by the names of the policies. */
  readonly owners: ReadonlyMap<string, string>;
  readonly replay: Pick<ReplayResult, "gate" | "changes" | "labels" | "groups">;
};

/** Something that stands against shipping, and what to do about it. */
export interface Objection {
  readonly reason: string;
  readonly before: string;
}
