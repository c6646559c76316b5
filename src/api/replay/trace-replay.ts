import { mergeParts, type Tallies } from "../../coverage/trace-part.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { keepsState } from "../../engine/compile-set.ts";
import type { CallKinds } from "../../batch/kept-kinds.ts";
import { SegmentRows, type RowContext } from "../../batch/values/segment-rows.ts";
import { StateParts } from "../../batch/values/state-parts.ts";
import type { IndexStats } from "../../documents/replay-result.ts";
import { ReplayTally } from "../../replay/tally.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { FileOrder, type Stretch, type TimedRows } from "../../trace/order.ts";
import type { ReadReport } from "../../trace/read-report.ts";
import type { RepeatedIdList } from "../../documents/trace-read.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import { KeptCalls } from "./kept-calls.ts";
import type { FedPiece } from "./fed-piece.ts";
import { Feed } from "./feed.ts";
import { LineReader } from "./line-reader.ts";
import { OtherPlan, type OtherWay } from "./other-plan.ts";
import {
  numbersOf,
  OrderCheck,
  rowsInOrder,
  WalkedPieces,
  type OrderedPiece,
} from "./ordered-pieces.ts";
import { PieceLog, type LoggedPiece } from "./piece-log.ts";
import { PieceWalk } from "./piece-walk.ts";
import type { ReadPlan } from "./read-plan.ts";
import { INDEX_DAMAGED, planFeed } from "./plan-feed.ts";
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
 * Replays a job by columns (design 7.8: the same document). A text: why every event is needed as it
 * is; then nothing was read.
 */
export async function replayByColumns(job: ReplayJob): Promise<ColumnsDone | string> {
  const plan = await planOf(job);
  if (typeof plan === "string") return plan;
  const calls = KeptCalls.of(plan, job);
  // hardly anything is left to be shared of calls that are counted as before
  const asOne = job.columns?.kept?.asOne === true || plan.linked || calls?.isKnown === true;
  return replayPlanned(plan, job, { sharing: asOne ? "read" : sharingOf(plan, job), calls });
}

async function replayPlanned(
  plan: ReadPlan,
  job: ReplayJob,
  way: Way,
): Promise<ColumnsDone | string> {
  try {
    return await new ColumnsReplay(plan, job, way).run();
  } catch (error) {
    if (!(error instanceof OtherPlan) || (error.way === "one" && way.sharing === "read"))
      throw error;
    job.decisions?.rewind?.();
    if (error.way !== "one") return otherwise(job, error.way);
    if (job.columns?.kept !== undefined) job.columns.kept.asOne = true;
    // what calls are below, or a damaged index, may be found only now
    return replayPlanned(plan, job, { ...way, sharing: "read" });
  }
}

/** The same again, read in the way that the trace needs. */
async function otherwise(
  job: ReplayJob,
  way: Exclude<OtherWay, "one">,
): Promise<ColumnsDone | string> {
  const { columns } = job;
  if (columns === undefined) throw new Error("a trace without columns was read by columns");
  await columns.kept?.close();
  if (way === "linked") return replayByColumns({ ...job, columns: { ...columns, linked: true } });
  columns.tell(`${INDEX_DAMAGED}: agentz does not use it, and reads the trace instead`);
  return replayByColumns({ ...job, columns: { ...columns, damaged: true } });
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

/** How threads share a replay, and what stays of it on disk; undefined: nothing does. */
interface Way {
  readonly sharing: Sharing;
  readonly calls: KeptCalls | undefined;
}

class ColumnsReplay {
  readonly #job: ReplayJob;
  readonly #plan: ReadPlan;
  readonly #sharing: Sharing;
  readonly #calls: KeptCalls | undefined;
  readonly #log: PieceLog;
  readonly #lines: LineReader;
  /** Whether earlier calls can matter to later ones, used-up approvals included. */
  readonly #stateful: boolean;
  #done = 0;
  /** Which calls were found to be of one kind, by whoever walked them. */
  #kinds: readonly (CallKinds | undefined)[] = [];

  constructor(plan: ReadPlan, job: ReplayJob, { sharing, calls }: Way) {
    this.#job = job;
    this.#plan = plan;
    this.#sharing = sharing;
    this.#calls = calls;
    this.#log = new PieceLog(
      plan.files.map(({ name }) => name),
      job.comparesIds,
    );
    this.#lines = new LineReader(plan.files);
    const { baseline, candidate } = plan.versions;
    this.#stateful = candidate.set.stateful || baseline?.set.stateful === true;
  }

  async run(): Promise<ColumnsDone> {
    const feed = await Feed.open(this.#plan, this.#job, {
      sharing: this.#sharing,
      isSmall: this.#calls?.isKnown === true,
      keepsKinds: this.#calls !== undefined && this.#sharing !== "read",
    });
    try {
      const tallies = await this.#counted(feed);
      this.#job.progress?.end();
      const index = feed.finish();
      this.#calls?.put(this.#kinds);
      return {
        ...tallies,
        report: this.#log.report,
        repeatedIds: this.#log.repeatedIds,
        partial: false,
        traceDigest: this.#log.digest(),
        index,
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
    const kinds = this.#calls?.keeper();
    const kept = this.#job.columns?.kept?.replay ?? kinds;
    const walk = new PieceWalk(versions, options, { lines: this.#lines, log, kept });
    for await (const rows of this.#inOrder(feed, (piece) => walk.hold(piece))) {
      walk.walk(numbersOf(rows));
      this.#tell(walk.calls - this.#done);
      decisions?.flush();
    }
    const tallies = walk.finish();
    this.#kinds = [kinds?.kinds];
    return tallies;
  }

  /**
   * Where no call hangs on another, threads count the pieces that they read. The order of events
   * only tells which of a group's calls is the first one.
   */
  async #byPieces(feed: Feed, pool: Pool): Promise<Tallies> {
    const orders = this.#plan.files.map(
      () => new FileOrder<TimedRows>(this.#job.reorder, () => new OtherPlan("one")),
    );
    const check = new OrderCheck();
    for await (const fed of feed.pieces()) {
      const { times, rows } = fed.facts;
      const { file, from } = fed.task.piece;
      this.#log.noteIds(this.#note(fed), 0, rows);
      orders[file]?.push({ times });
      check.take(times, from === 0);
      const isOrderTold = check.isInOrder || (check.isTimed && !this.#job.comparesIds);
      if (!isOrderTold) throw new OtherPlan("one");
      this.#tell(fed.calls);
    }
    for (const { reordered } of orders) this.#log.report.reordered += reordered;
    return this.#merged(pool);
  }

  #inOrder(
    feed: Feed,
    take: (piece: OrderedPiece) => void,
  ): AsyncGenerator<readonly Stretch<OrderedPiece>[]> {
    return rowsInOrder(feed.filePieces(), {
      reorder: this.#job.reorder,
      names: this.#plan.files.map(({ name }) => name),
      log: this.#log,
      lines: this.#lines,
      note: (fed) => this.#note(fed),
      take,
    });
  }

  /**
   * Where state is kept by what calls name, each thread walks the part of the trace whose state
   * nobody else reads.
   */
  async #byState(feed: Feed, pool: Pool): Promise<Tallies> {
    const parts = StateParts.of(this.#plan.versions, pool.count);
    const kept = this.#job.columns?.kept !== undefined;
    const walked = new WalkedPieces();
    const hold = (piece: OrderedPiece): void => {
      const rows = new SegmentRows(piece.segment, this.#context(piece.file), { first: 0 });
      const own = parts?.parts(rows);
      if (own === undefined) throw new OtherPlan("one");
      pool.hold(piece, own);
    };
    const walking: Promise<void>[] = [];
    for await (const stretches of this.#inOrder(feed, hold)) {
      const done = walked.doneWith(stretches);
      const walk = pool.walk(numbersOf(stretches)).then(() => {
        if (!kept) for (const [index, segment] of done) pool.release(index, segment);
      });
      walk.catch(() => undefined);
      walking.push(walk);
      if (walking.length > pool.count) await walking.shift();
      this.#tell(stretches.reduce((sum, { from, to }) => sum + to - from, 0));
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
      again: 0,
      handed: new Map<string, number>(),
    };
    const counted = await pool.finish();
    this.#kinds = counted.map(({ kinds }) => kinds);
    mergeParts(
      counted.map(({ part }) => part),
      tallies,
    );
    if (tallies.tally.groups.isFull) throw new OtherPlan("one");
    return tallies;
  }

  #context(file: number): RowContext {
    return {
      sessions: new TextNumbers(),
      credential: () => undefined,
      readEvent: (segment, row) => this.#lines.event(file, segment, row),
    };
  }

  #note({ task, facts }: FedPiece): LoggedPiece {
    // an invocation that is stopped takes along what is below it
    if (facts.parents && !this.#plan.linked) throw new OtherPlan("linked");
    // approvals may be used up by whatever call
    if (facts.approvals && this.#stateful && this.#sharing !== "read") throw new OtherPlan("one");
    this.#job.progress?.read(task.piece.to - task.piece.from);
    return this.#log.take(task.piece.file, facts);
  }

  #tell(calls: number): void {
    this.#done += calls;
    this.#job.progress?.show(this.#done);
  }
}
