import { LINKED } from "../../batch/batch-walk.ts";
import { mergeParts, type Tallies } from "../../coverage/trace-part.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { keepsState } from "../../engine/compile-set.ts";
import { SegmentRows, type RowContext } from "../../batch/values/segment-rows.ts";
import { StateParts } from "../../batch/values/state-parts.ts";
import type { IndexStats } from "../../documents/replay-result.ts";
import { ReplayTally } from "../../replay/tally.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import type { ReadReport } from "../../trace/read-report.ts";
import type { RepeatedIdList } from "../../documents/trace-read.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import type { FedPiece } from "./fed-piece.ts";
import { Feed } from "./feed.ts";
import { LineReader } from "./line-reader.ts";
import { INDEX_DAMAGED, NotByColumns, NotByParts } from "./not-by-columns.ts";
import { PieceLog } from "./piece-log.ts";
import { PieceWalk } from "./piece-walk.ts";
import type { ReadPlan } from "./read-plan.ts";
import { planFeed } from "./plan-feed.ts";
import { plainFiles } from "./plain-files.ts";
import type { Pool, Sharing } from "./pool.ts";

/** What a replay by columns gathered: the same that one over whole events gathers. */
export interface ColumnsDone extends Tallies {
  readonly report: ReadReport;
  /** Null: not looked for. */
  readonly repeatedIds: RepeatedIdList | null;
  readonly partial: false;
  readonly traceDigest: string;
  readonly index: IndexStats;
}

/** What of a job needs every event as it is; undefined: nothing does. */
function whyWhole({ columns, filter, labels, recordedPolicy }: ReplayJob): string | undefined {
  if (columns === undefined) return "the trace is imported, or decisions go to standard output";
  if (filter !== undefined) return "calls are filtered";
  if (labels !== undefined) return "labels are joined";
  return recordedPolicy === undefined
    ? undefined
    : "the baseline is compared with the policies that the trace names";
}

/** How a job is read by columns; a text: why some of it needs every event as it is. */
async function planOf(job: ReplayJob): Promise<ReadPlan | string> {
  const { columns } = job;
  const why = whyWhole(job);
  if (columns === undefined || why !== undefined) return why ?? "";
  const files = await plainFiles(columns.files);
  return files === undefined
    ? "a file is compressed, or is a stream"
    : planFeed(files, { ...job, columns });
}

/**
 * Replays a job by columns (design 7.8: the same document). A text: why that cannot be; then
 * nothing was counted.
 */
export async function replayByColumns(job: ReplayJob): Promise<ColumnsDone | string> {
  const plan = await planOf(job);
  if (typeof plan === "string") return plan;
  try {
    return await inParts(plan, job);
  } catch (error) {
    if (!(error instanceof NotByColumns)) throw error;
    await job.columns?.kept?.close();
    job.decisions?.rewind?.();
    if (error.message === LINKED) return asLinked(job);
    return error.message === INDEX_DAMAGED ? withoutIndex(job) : error.message;
  }
}

/** The same again with the ids of events, since calls are below other calls. */
function asLinked(job: ReplayJob): Promise<ColumnsDone | string> | string {
  const { columns } = job;
  return columns === undefined
    ? LINKED
    : replayByColumns({ ...job, columns: { ...columns, linked: true } });
}

/** The same again off the trace alone, whose index is written anew. */
function withoutIndex(job: ReplayJob): Promise<ColumnsDone | string> | string {
  const { columns } = job;
  if (columns === undefined) return INDEX_DAMAGED;
  columns.tell(`${INDEX_DAMAGED}: agentz does not use it, and reads the trace instead`);
  return replayByColumns({ ...job, columns: { ...columns, damaged: true } });
}

/** By parts of the trace where it falls into such, else as one. */
async function inParts(plan: ReadPlan, job: ReplayJob): Promise<ColumnsDone> {
  const kept = job.columns?.kept;
  const sharing = kept?.asOne === true || plan.linked ? "read" : sharingOf(plan, job);
  try {
    return await new ColumnsReplay(plan, job, sharing).run();
  } catch (error) {
    if (!(error instanceof NotByParts)) throw error;
    if (kept !== undefined) kept.asOne = true;
    return new ColumnsReplay(plan, job, "read").run();
  }
}

/**
 * The most that threads may do by themselves: a log of decisions is written in the order of the
 * trace.
 */
function sharingOf({ versions }: ReadPlan, job: ReplayJob): Sharing {
  const { baseline, candidate } = versions;
  // what is forgotten hangs on the events between those of a session
  if (job.logDecision !== undefined || job.idle !== undefined) return "read";
  if (!keepsState(candidate.set) && (baseline === undefined || !keepsState(baseline.set)))
    return "pieces";
  return StateParts.of(versions, 1) === undefined ? "read" : "parts";
}

class ColumnsReplay {
  readonly #job: ReplayJob;
  readonly #plan: ReadPlan;
  readonly #sharing: Sharing;
  readonly #log: PieceLog;
  readonly #lines: LineReader;
  /** Whether earlier calls can matter to later ones, used-up approvals included. */
  readonly #stateful: boolean;
  #calls = 0;

  constructor(plan: ReadPlan, job: ReplayJob, sharing: Sharing) {
    this.#job = job;
    this.#plan = plan;
    this.#sharing = sharing;
    this.#log = new PieceLog(
      plan.files.map(({ name }) => name),
      job.comparesIds,
    );
    this.#lines = new LineReader(plan.files);
    const { baseline, candidate } = plan.versions;
    this.#stateful = candidate.set.stateful || baseline?.set.stateful === true;
  }

  async run(): Promise<ColumnsDone> {
    const feed = await Feed.open(this.#plan, this.#job, this.#sharing);
    try {
      const tallies = await this.#counted(feed);
      this.#job.progress?.end();
      return {
        ...tallies,
        report: this.#log.report,
        repeatedIds: this.#log.repeatedIds,
        partial: false,
        traceDigest: this.#log.digest(),
        index: feed.index,
      };
    } finally {
      this.#lines.close();
      await feed.close();
    }
  }

  #counted(feed: Feed): Promise<Tallies> {
    const { pool } = feed;
    if (pool === undefined || this.#sharing === "read") return this.#asOne(feed);
    return this.#sharing === "pieces" ? this.#byPieces(feed, pool) : this.#byState(feed, pool);
  }

  /** Whatever is read here is walked here, in the order of the trace. */
  async #asOne(feed: Feed): Promise<Tallies> {
    const { logDecision: log, history, approvals, idle, decisions } = this.#job;
    const { versions, linked } = this.#plan;
    const options = { history, approvals, idle, linked };
    const walk = new PieceWalk(versions, options, { lines: this.#lines, log });
    for await (const fed of feed.pieces()) {
      this.#note(fed);
      const { task, segment } = fed;
      if (segment !== undefined) walk.take({ index: task.index, file: task.piece.file, segment });
      this.#tell(walk.calls - this.#calls);
      decisions?.flush();
    }
    return walk.finish();
  }

  /** Where no call hangs on another, threads count the pieces that they read. */
  async #byPieces(feed: Feed, pool: Pool): Promise<Tallies> {
    for await (const fed of feed.pieces()) {
      this.#note(fed);
      if (this.#isLinked(fed)) throw new NotByParts();
      this.#tell(fed.calls);
    }
    return this.#merged(pool);
  }

  /**
   * Where state is kept by what calls name, each thread walks the part of the trace whose state
   * nobody else reads.
   */
  async #byState(feed: Feed, pool: Pool): Promise<Tallies> {
    const parts = StateParts.of(this.#plan.versions, pool.count);
    const kept = this.#job.columns?.kept !== undefined;
    const walking: Promise<void>[] = [];
    for await (const fed of feed.pieces()) {
      const { task, facts, segment } = fed;
      this.#note(fed);
      if (this.#isLinked(fed)) throw new NotByParts();
      if (segment === undefined) continue;
      const rows = new SegmentRows(segment, this.#context(task.piece.file), {
        first: 0,
      });
      const own = parts?.parts(rows);
      if (own === undefined) throw new NotByParts();
      const walked = pool
        .walk({ index: task.index, file: task.piece.file, segment }, own)
        .then(() => {
          if (!kept) pool.release(task.index, segment);
        });
      walked.catch(() => undefined);
      walking.push(walked);
      if (walking.length > pool.count) await walking.shift();
      this.#tell(facts.rows);
    }
    await Promise.all(walking);
    return this.#merged(pool);
  }

  async #merged(pool: Pool): Promise<Tallies> {
    const tallies = {
      tally: new ReplayTally(),
      coverage: new CoverageTally({
        baseline: this.#job.baseline.set,
        candidate: this.#job.candidate.set,
      }),
      keylessWrites: 0,
      forgotten: { baseline: 0, candidate: 0 },
      kinds: 0,
      handed: new Map<string, number>(),
    };
    mergeParts(await pool.finish(), tallies);
    if (tallies.tally.groups.isFull) throw new NotByParts();
    return tallies;
  }

  #context(file: number): RowContext {
    return {
      sessions: new TextNumbers(),
      credential: () => undefined,
      readEvent: (segment, row) => this.#lines.event(file, segment, row),
    };
  }

  #note({ task, facts }: FedPiece): void {
    this.#log.take(task.piece.file, facts);
    this.#job.progress?.read(task.piece.to - task.piece.from);
  }

  /**
   * Whether calls hang on others besides state: an invocation that is stopped takes along what is
   * under it, an approval may be used up.
   */
  #isLinked({ facts }: FedPiece): boolean {
    return facts.parents || (facts.approvals && this.#stateful);
  }

  #tell(calls: number): void {
    this.#calls += calls;
    this.#job.progress?.show(this.#calls);
  }
}
