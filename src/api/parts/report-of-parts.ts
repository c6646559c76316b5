import type { Earlier } from "../../coverage/earlier.ts";
import type { CoverageResult } from "../../documents/coverage-result.ts";
import type { ReplayProblem, ReplayResult } from "../../documents/replay-result.ts";
import type { ReportTally } from "../../executive-report/report-tally.ts";
import type { CommandIo } from "../../node/io.ts";
import { coverageOf } from "../coverage-document.ts";
import type { PolicySet } from "../policy-set.ts";
import { RECORDED_BASELINE, type ReplayJob } from "../replay/replay-inputs.ts";
import { reportOf, type ReportContent, type Reported } from "../report.ts";
import { emptyError } from "../vacuity.ts";
import { judgedBy, mergePaths, tellMerged, type MergeFlags } from "./merge-command.ts";
import { mergedReplay } from "./merge-documents.ts";
import { PartMerger } from "./merge-parts.ts";
import { splitVersions } from "./part-command.ts";
import { refuseOtherVersions, type VersionFlags } from "./same-versions.ts";

/** What makes a document of parts. */
export interface PartsFlags extends MergeFlags, VersionFlags {
  readonly parts: readonly string[];
}

/** Parts that were made with `--report`, added up. */
interface MergedReport {
  readonly result: ReplayResult;
  readonly tally: ReportTally;
  readonly error: ReplayProblem | undefined;
  readonly baseline: ReplayJob["baseline"];
  readonly candidate: PolicySet;
}

async function mergedReport(flags: PartsFlags, io: CommandIo): Promise<MergedReport> {
  const versions = await splitVersions(flags, io);
  const { candidate, baseline = RECORDED_BASELINE } = versions;
  const merged = await mergePaths(flags.parts, {
    calls: flags.calls,
    merger: new PartMerger(candidate.set),
    check: (head) => refuseOtherVersions(head, versions),
  });
  const { report, head, tallies } = merged;
  if (report === undefined) throw new Error("parts were merged without their reports");
  const document = mergedReplay(merged, await judgedBy(merged, flags, io));
  tellMerged(merged, io);
  const { namedCalls } = tallies.tally.notes;
  const error = emptyError({ result: document, namedCalls }, head.namesTools);
  const { parts } = document;
  const estimated = [...(parts?.estimated ?? []), ...report.estimated()];
  return {
    result: { ...document, ...(parts && { parts: { ...parts, estimated } }) },
    tally: report,
    error,
    baseline,
    candidate,
  };
}

/** What `agentz report` says of a whole trace, merged from its parts. */
export async function reportOfParts(
  flags: PartsFlags,
  content: ReportContent,
  io: CommandIo,
): Promise<Reported> {
  const merged = await mergedReport(flags, io);
  return reportOf({ ...merged, now: flags.now, clock: io.clock }, content);
}

/** What `agentz coverage` says of a whole trace, merged from its parts. */
export async function coverageOfParts(
  flags: PartsFlags,
  earlier: Earlier | undefined,
  io: CommandIo,
): Promise<CoverageResult> {
  const { result, tally, error } = await mergedReport(flags, io);
  return coverageOf({ result, body: tally.coverage(), error }, earlier);
}
