import { boundPart, sampledCredentials, type PartBounds } from "../../coverage/bound-part.ts";
import { partOf } from "../../coverage/trace-part.ts";
import type { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { GroupPart, TracePart } from "../../documents/trace-part.ts";
import type { PartResult } from "../../documents/part-result.ts";
import { boundReport } from "../../executive-report/bound-report.ts";
import { ReportTally } from "../../executive-report/report-tally.ts";
import { sha256 } from "../../node/hash.ts";
import { VERSION } from "../../node/version.ts";
import { describeFilters } from "../../replay/filter.ts";
import { settledApprovals } from "../../replay/approval-tally.ts";
import type { GroupView } from "../../replay/group-tally.ts";
import { shownGroup } from "../../replay/group-tally.ts";
import { groupView } from "../replay/replay-job.ts";
import { comparedInfo } from "../shared-files.ts";
import { PART_FORMAT } from "./part-form.ts";
import { countPart, type PartCounted, type PartMemory } from "./part-rows.ts";
import type { ReplayJob } from "../replay/replay-inputs.ts";
import { namesTools, noRuleError } from "../vacuity.ts";
import type { Split } from "./split-key.ts";
import { TieCollector } from "./tie-collector.ts";

/** How many distinct values parts keep. */
export type KeptValues = Omit<PartBounds, "ownSessions">;

const KEPT: KeptValues = { sessions: 16_384, credentials: 16_384, names: 1_000 };

/** What parts that are split by a key keep of distinct values. */
export function boundsOf(
  { key, whole }: Pick<PartResult, "key" | "whole">,
  kept: KeptValues = KEPT,
): PartBounds {
  return { ownSessions: key === "session" || whole.includes("session"), ...kept };
}

function settledGroup(group: GroupPart, view: GroupView): GroupPart {
  return { ...group, rules: "", shown: shownGroup(group, sha256, view) };
}

function countsOf({ tallies }: PartCounted, view: GroupView, areOwn: boolean): TracePart {
  const whole = partOf(tallies, areOwn);
  const groups = whole.replay.groups.map((group) => settledGroup(group, view));
  const { baseline, candidate } = whole.replay.approvals;
  const approvals = {
    baseline: settledApprovals(baseline, view.unapprovable.baseline),
    candidate: settledApprovals(candidate, view.unapprovable.candidate),
  };
  return { ...whole, replay: { ...whole.replay, groups, approvals } };
}

/** A part before it is written: its digest is that of what is written. */
export type PartContent = Omit<PartResult, "digest">;

/** What a part of a trace came to. `labels`: the digest of those that are joined to it. */
export interface PartOptions {
  readonly split: Split;
  readonly labels: string | null;
  readonly kept?: KeptValues;
  readonly memory?: PartMemory;
  /** Whether it also has what `agentz report` and `agentz coverage` say. */
  readonly report?: boolean;
  /** Whether lines with one time are in the order in which the calls were made. */
  readonly inOrder?: boolean;
}

/**
 * Replays a part of a trace, and gives the document that `mergeResults` takes. A `UserError` where
 * the part cannot be right alone.
 */
export async function makePart(
  job: ReplayJob,
  { split, labels, kept, memory, report: hasReport = false, inOrder = false }: PartOptions,
): Promise<PartContent> {
  const { baseline, candidate, history, approvals } = job;
  const versions = [...(baseline.set === undefined ? [] : [baseline.set]), candidate.set];
  const ties = new TieCollector({
    versions,
    split,
    inOrder,
    usesApprovals: approvals === "recorded" && versions.some(requiresApprovals),
  });
  let told: ReportTally | undefined;
  const watch = (coverage: CoverageTally): ReportTally =>
    (told = new ReportTally(coverage, candidate.set, { arguments: false, examples: "id" }));
  const counted = await countPart(job, {
    rows: (rows) => ties.add(rows),
    decided: (ids) => ties.bound(ids),
    placeOf: (line) => `sha256:${sha256(line)}`,
    ...(hasReport && { watch }),
    memory,
  });
  const { report, tallies, ids } = counted;
  const whole = split.whole.map(({ by }) => by);
  const bounds = boundsOf({ key: split.key, whole }, kept);
  return {
    schemaVersion: 1,
    command: "part",
    tool: { version: VERSION },
    format: PART_FORMAT,
    baseline: baseline.info,
    candidate: comparedInfo(baseline, candidate),
    key: split.key,
    whole,
    history,
    approvalsMode: approvals,
    filters: describeFilters(job.filter),
    labels,
    problem: noRuleError(candidate.set) ?? null,
    namesTools: namesTools(candidate.set),
    ruleLabels: [...new Set(versions.flatMap(labelsOf))].sort(),
    read: {
      malformed: report.malformed,
      malformedLines: report.malformedList,
      undecided_events: report.undecided,
      undecidedEvents: report.undecidedList,
      gateway_denials: report.gatewayDenials,
    },
    ties: ties.finish(ids),
    unexercised: tallies.tally.reach.unexercised({
      baseline: baseline.set,
      candidate: candidate.set,
    }),
    neverMatched: tallies.tally.reach.neverMatched(candidate.set),
    ...boundedCounts(countsOf(counted, groupView(job), bounds.ownSessions), told, bounds),
  };
}

/** What a part counted, in a bounded size. */
export function boundedCounts(
  counts: TracePart,
  report: ReportTally | undefined,
  bounds: PartBounds,
): Pick<PartResult, "counts" | "report"> {
  const credentials = sampledCredentials(counts.coverage, bounds.credentials);
  return {
    counts: boundPart(counts, bounds),
    report:
      report === undefined
        ? null
        : boundReport(report.part(bounds.ownSessions), bounds, credentials),
  };
}

function labelsOf({ rules }: CompiledSet): readonly string[] {
  return rules.flatMap(({ rule }) => rule.labels);
}

function requiresApprovals({ rules }: CompiledSet): boolean {
  return rules.some(({ approval }) => approval !== undefined);
}
