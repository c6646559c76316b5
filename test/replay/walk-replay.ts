import { decisionLines } from "../../src/api/decision-log.ts";
import { aboutJob, documentOf, type ReplayJob } from "../../src/api/replay/replay-job.ts";
import { CoverageTally } from "../../src/coverage/coverage-tally.ts";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import { createHash } from "../../src/node/files.ts";
import { seeing } from "../coverage/deployment.ts";
import { ReportTally } from "../../src/executive-report/report-tally.ts";
import { EventFilter } from "./event-filter.ts";
import { actionName, subjectName } from "../../src/replay/call-name.ts";
import { type ListedCall, ReplayTally } from "../../src/replay/tally.ts";
import { RuleCounts, type RuleCount } from "../../src/replay/rule-counts.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { TraceDigest } from "../../src/trace/digest.ts";
import { readTrace } from "../../src/trace/read-events.ts";
import { LISTED, ReadReport } from "../../src/trace/read-report.ts";
import type { RepeatedId, RepeatedIdList } from "../../src/documents/trace-read.ts";

/** The document of a job and its decision lines. */
export interface Walked {
  readonly document: ReplayResult;
  readonly decisions: readonly string[];
}

/** The same, and what a report says. */
export interface WalkedReport extends Walked {
  readonly report: ReportParts;
  /** What becomes of the calls that each rule matches. */
  readonly ruleCounts: readonly RuleCount[];
}

/** What a report says besides the replay. */
export type ReportParts = ReturnType<ReportTally["parts"]>;

function listed({ id, time, session, request }: TraceEvent): ListedCall {
  const names = { session, subject: subjectName(request), action: actionName(request) };
  return { id: () => id, time, names: () => names };
}

/** The events that have the id of an earlier one, by the ids themselves. */
class WalkedIds {
  readonly #ids = new Set<string>();
  readonly #first: RepeatedId[] = [];
  #count = 0;

  add({ id, file, line }: RepeatedId): void {
    if (id === `${file}:${line}`) return;
    if (this.#ids.has(id) && ++this.#count <= LISTED) this.#first.push({ id, file, line });
    this.#ids.add(id);
  }

  found(): RepeatedIdList {
    return { count: this.#count, first: this.#first };
  }
}

/** A replay in the plainest way: each call is decided by itself, one after the other. */
export async function reportByWalk(job: ReplayJob): Promise<WalkedReport> {
  const versions = { baseline: job.baseline.set, candidate: job.candidate.set };
  const [tally, coverage] = [new ReplayTally(), new CoverageTally(versions)];
  const decisions: string[] = [];
  const rules = new RuleCounts();
  const lineOf = decisionLines(true);
  const { history, approvals, idle, labels, reorder } = job;
  const report = new ReportTally(coverage, job.candidate.set, {
    arguments: true,
    examples: "place",
  });
  const walk = new ReplayWalk(versions, { history, approvals, idle }, [
    tally,
    coverage,
    seeing(report, coverage),
    {
      call: (result) => {
        decisions.push(lineOf(result, listed(result.event)));
        rules.add(result, 1);
      },
    },
  ]);
  const filter = job.filter === undefined ? undefined : new EventFilter(job.filter);
  const [read, digest] = [new ReadReport(), new TraceDigest(createHash)];
  const repeated = new WalkedIds();
  for await (const batch of readTrace(job.files, { reorder, report: read, digest }))
    for (const event of labels === undefined ? batch : labels.join(batch)) {
      repeated.add(event);
      if (filter?.walks(event) !== false) walk.take(event, filter?.counts(event) !== false);
    }
  const { runs } = walk;
  const document = documentOf(aboutJob(job, tally), {
    tally,
    coverage,
    report: read,
    repeatedIds: job.comparesIds ? repeated.found() : null,
    keylessWrites: runs.candidate.keyless.writes,
    forgotten: {
      baseline: runs.baseline?.forgotten ?? 0,
      candidate: runs.candidate.forgotten,
    },
    leftOut: filter?.leftOut ?? 0,
    partial: false,
    traceDigest: digest.finish(job.files.length),
  });
  return { document, decisions, report: report.parts(document, 0), ruleCounts: rules.counts() };
}
