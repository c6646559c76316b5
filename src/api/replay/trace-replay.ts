import { mergeParts, type Tallies } from "../../coverage/trace-part.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { keepsState } from "../../engine/compile-set.ts";
import type { CallKinds } from "../../batch/kept-kinds.ts";
import type { KeptReplay } from "../../batch/kept-replay.ts";
import { SegmentRows, type RowContext } from "../../batch/values/segment-rows.ts";
import { StateParts } from "../../batch/values/state-parts.ts";
import type { IndexStats } from "../../documents/replay-result.ts";
import { ReplayTally } from "../../replay/tally.ts";
import { JoinedLabels } from "../../trace/columns/joined-labels.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { FileOrder, type Stretch } from "../../trace/order.ts";
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
  PassedPieces,
  type OrderedPiece,
  type TimedPiece,
} from "./ordered-pieces.ts";
import { unpackedPart } from "./packed-part.ts";
import { PieceLog, type LoggedPiece } from "./piece-log.ts";
import { joinLabels, PieceWalk, type PieceWork } from "./piece-walk.ts";
import type { ReadPlan } from "./read-plan.ts";
import { INDEX_DAMAGED, planFeed, planStreams } from "./plan-feed.ts";
import { areFiles, parquetFiles, plainFiles } from "./plain-files.ts";
import type { Pool, Sharing } from "./pool.ts";
import { StreamFeed } from "./stream-feed.ts";
import type { Watch } from "./watch.ts";

/** What a replay by columns gathered: the same that one over whole events gathers. */
export interface ColumnsDone extends Tallies {
  readonly report: ReadReport;
  /** Null: not looked for. */
  readonly repeatedIds: RepeatedIdList | null;
  readonly partial: boolean;
  /** Null: the trace was not read to its end. */
  readonly traceDigest: string | null;
  readonly index: IndexStats;
  /** Why the trace was read from its beginning by one thread; null: it was not. */
  readonly why: string | null;
}

/** How a job is read by columns; `looks`: somebody looks at every call. */
async function planOf(job: ReplayJob, looks: boolean): Promise<ReadPlan> {
  const { columns, interrupt, live } = job;
  const plain = columns === undefined ? undefined : await plainFiles(columns.files);
  if (columns !== undefined && plain !== undefined)
    return planFeed(plain, { ...job, columns }, looks);
  const files = (interrupt?.files(job.files) ?? job.files).toSorted((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  const why =
    columns === undefined
      ? "the trace is imported, or decisions go to standard output"
      : "a file is compressed, or is a stream";
  const isAgain = columns !== undefined && (await areFiles(columns.files));
  const linked = !isAgain || columns.linked === true;
  // whoever looks at each call reads its line too
  const isByLines = columns === undefined || looks || interrupt !== undefined;
  const tables = await parquetFiles(isByLines ? [] : columns.files);
  return planStreams({ files, live, why, tables }, job, { linked, looks });
}

/** Replays a job by columns (design 7.8: the same document, whichever way). */
export async function replayByColumns(job: ReplayJob, watch?: Watch): Promise<ColumnsDone> {
  const plan = await planOf(job, watch !== undefined);
  const calls = KeptCalls.of(plan, job);
  // hardly anything is left to be shared of calls that are counted as before
  const asOne = job.columns?.kept?.asOne === true || plan.linked || calls?.isKnown === true;
  const looks = watch !== undefined || job.countDecisions !== undefined;
  const isOne = asOne || looks || job.recordedPolicy !== undefined;
  return replayPlanned(plan, job, { sharing: isOne ? "read" : sharingOf(plan, job), calls, watch });
}

async function replayPlanned(plan: ReadPlan, job: ReplayJob, way: Way): Promise<ColumnsDone> {
  try {
    return await new ColumnsReplay(plan, job, way).run();
  } catch (error) {
    if (!(error instanceof OtherPlan) || (error.way === "one" && way.sharing === "read"))
      throw error;
    job.decisions?.rewind?.();
    if (error.way !== "one") return otherwise(job, error.way, way.watch);
    if (job.columns?.kept !== undefined) job.columns.kept.asOne = true;
    // what calls are below, or a damaged index, may be found only now
    return replayPlanned(plan, job, { ...way, sharing: "read" });
  }
}

/** The same again, read in the way that the trace needs. */
async function otherwise(
  job: ReplayJob,
  way: Exclude<OtherWay, "one">,
  watch: Watch | undefined,
): Promise<ColumnsDone> {
  const { columns } = job;
  if (columns === undefined) throw new Error("a trace without columns was read by columns");
  await columns.kept?.close();
  if (way === "linked")
    return replayByColumns({ ...job, columns: { ...columns, linked: true } }, watch);
  columns.tell(`${INDEX_DAMAGED}: agentz does not use it, and reads the trace instead`);
  return replayByColumns({ ...job, columns: { ...columns, damaged: true } }, watch);
}

/**
 * The most that threads may do by themselves: a log of decisions is written in the order of the
 * trace.
 */
function sharingOf({ versions }: ReadPlan, job: ReplayJob): Sharing {
  const { baseline, candidate } = versions;
  // what is forgotten hangs on the events between those of a session
  if (job.logDecision !== undefined || job.idle !== undefined) return "read";
  // which of them an event of the trace has is told in one place
  if (job.labels !== undefined) return "read";
  if (!keepsState(candidate.set) && (baseline === undefined || !keepsState(baseline.set)))
    return "pieces";
  return StateParts.of(versions, 1) === undefined ? "read" : "parts";
}

/** How threads share a replay, and what stays of it on disk; undefined: nothing does. */
interface Way {
  readonly sharing: Sharing;
  readonly calls: KeptCalls | undefined;
  readonly watch: Watch | undefined;
}

class ColumnsReplay {
  readonly #job: ReplayJob;
  readonly #plan: ReadPlan;
  readonly #sharing: Sharing;
  readonly #calls: KeptCalls | undefined;
  readonly #watch: Watch | undefined;
  readonly #labels: JoinedLabels | undefined;
  readonly #log: PieceLog;
  readonly #lines: LineReader;
  /** Whether earlier calls can matter to later ones, used-up approvals included. */
  readonly #stateful: boolean;
  /** How many calls the progress knows of. */
  #told = 0;
  /** Which calls were found to be of one kind, by whoever walked them. */
  #kinds: readonly (CallKinds | undefined)[] = [];

  constructor(plan: ReadPlan, job: ReplayJob, { sharing, calls, watch }: Way) {
    this.#job = job;
    this.#plan = plan;
    this.#sharing = sharing;
    this.#calls = calls;
    this.#watch = watch;
    this.#labels = job.labels === undefined ? undefined : new JoinedLabels(job.labels);
    this.#log = new PieceLog(plan.names, job.comparesIds);
    this.#lines = new LineReader(plan.names, plan.files);
    const { baseline, candidate } = plan.versions;
    this.#stateful = candidate.set.stateful || baseline?.set.stateful === true;
  }

  run(): Promise<ColumnsDone> {
    const { streams, versions } = this.#plan;
    return streams === undefined
      ? this.#ofFiles()
      : this.#ofStreams(new StreamFeed(streams, versions.layout, this.#plan.late));
  }

  async #ofStreams(feed: StreamFeed): Promise<ColumnsDone> {
    try {
      const tallies = await this.#asOne(feed.filePieces(), undefined);
      const partial = this.#job.interrupt?.signal.aborted === true;
      return this.#done(tallies, feed.finish(), partial ? null : feed.digest());
    } finally {
      await feed.close();
    }
  }

  async #ofFiles(): Promise<ColumnsDone> {
    const feed = await Feed.open(this.#plan, this.#job, {
      sharing: this.#sharing,
      isSmall: this.#calls?.isKnown === true,
      keepsKinds: this.#calls !== undefined && this.#sharing !== "read",
    });
    try {
      const tallies = await this.#counted(feed);
      const index = feed.finish();
      this.#calls?.put(this.#kinds);
      return this.#done(tallies, index, this.#log.digest());
    } finally {
      this.#lines.close();
      await feed.close();
    }
  }

  #done(tallies: Tallies, index: IndexStats, traceDigest: string | null): ColumnsDone {
    this.#job.progress?.end();
    const { report, repeatedIds } = this.#log;
    const why = this.#plan.streams?.why ?? null;
    return {
      ...tallies,
      report,
      repeatedIds,
      partial: traceDigest === null,
      traceDigest,
      index,
      why,
    };
  }

  #counted(feed: Feed): Promise<Tallies> {
    const { pool } = feed;
    if (pool === undefined || this.#sharing === "read")
      return this.#asOne(feed.filePieces(), this.#job.columns?.kept?.replay);
    return this.#sharing === "pieces" ? this.#byPieces(feed, pool) : this.#byState(feed, pool);
  }

  /** Whatever is read here is walked here, in the order of the trace. */
  async #asOne(
    files: readonly AsyncGenerator<FedPiece>[],
    kept: KeptReplay | undefined,
  ): Promise<Tallies> {
    const { history, approvals, idle, decisions, interrupt } = this.#job;
    const { versions, linked } = this.#plan;
    const kinds = this.#calls?.keeper();
    const walk = new PieceWalk(
      versions,
      { history, approvals, idle, linked },
      { ...this.#work(), kept: kept ?? kinds },
    );
    const take = (piece: OrderedPiece): void =>
      walk.hold(joinLabels(piece, this.#labels, this.#lines));
    for await (const rows of this.#inOrder(files, take)) {
      walk.walk(numbersOf(rows));
      this.#tell(walk.calls - this.#told);
      decisions?.flush();
      // an interrupt that is heard ends the files
      if (interrupt?.isDue() === true) await interrupt.ask();
    }
    const tallies = walk.finish();
    this.#kinds = [kinds?.kinds];
    return tallies;
  }

  #work(): PieceWork {
    const { logDecision: log, filter, labels, recordedPolicy, countDecisions } = this.#job;
    recordedPolicy?.begin();
    return {
      lines: this.#lines,
      log,
      filter,
      labels,
      watch: recordedPolicy,
      seen: this.#watch,
      counted: countDecisions?.(),
    };
  }

  /**
   * Where no call hangs on another, threads count the pieces that they read. The order of events
   * only tells which of a group's calls is the first one.
   */
  async #byPieces(feed: Feed, pool: Pool): Promise<Tallies> {
    const orders = this.#plan.files.map(
      () => new FileOrder<TimedPiece>(this.#job.reorder, () => new OtherPlan("one")),
    );
    const passed = new PassedPieces<TimedPiece>();
    const check = new OrderCheck();
    for await (const fed of feed.pieces()) {
      const { times, rows } = fed.facts;
      const { index, file, begins } = fed;
      this.#log.noteIds(this.#note(fed), 0, rows);
      check.take(times, begins);
      const ordered = orders[file]?.push({ index, times }) ?? [];
      for (const piece of passed.doneWith(ordered)) pool.release(piece.index, piece);
      const isOrderTold = check.isInOrder || (check.isTimed && !this.#job.comparesIds);
      if (!isOrderTold) throw new OtherPlan("one");
      this.#tell(fed.calls);
    }
    for (const { reordered } of orders) this.#log.report.reordered += reordered;
    return this.#merged(pool);
  }

  #inOrder(
    files: readonly AsyncGenerator<FedPiece>[],
    take: (piece: OrderedPiece) => void,
  ): AsyncGenerator<readonly Stretch<OrderedPiece>[]> {
    return rowsInOrder(files, {
      reorder: this.#job.reorder,
      names: this.#plan.names,
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
    const passed = new PassedPieces<OrderedPiece>();
    const hold = (piece: OrderedPiece): void => {
      const rows = new SegmentRows(piece.segment, this.#context(piece), { first: 0 });
      const own = parts?.parts(rows);
      if (own === undefined) throw new OtherPlan("one");
      pool.hold(piece, own);
    };
    const walking: Promise<void>[] = [];
    for await (const stretches of this.#inOrder(feed.filePieces(), hold)) {
      const done = passed.doneWith(stretches);
      const walk = pool.walk(numbersOf(stretches)).then(() => {
        if (!kept) for (const { index, segment } of done) pool.release(index, segment);
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
      leftOut: 0,
      forgotten: { baseline: 0, candidate: 0 },
      kinds: 0,
      again: 0,
      handed: new Map<string, number>(),
    };
    const all: (CallKinds | undefined)[] = [];
    for await (const { part, kinds } of pool.finish(this.#job.columns?.kept === undefined)) {
      all.push(kinds);
      mergeParts([unpackedPart(part)], tallies);
    }
    this.#kinds = all;
    return tallies;
  }

  #context(piece: OrderedPiece): RowContext {
    return {
      sessions: new TextNumbers(),
      credential: () => undefined,
      readEvent: (row) => this.#lines.event(piece, row),
    };
  }

  #note({ file, facts }: FedPiece): LoggedPiece {
    // an invocation that is stopped takes along what is below it
    if (facts.parents && !this.#plan.linked) throw new OtherPlan("linked");
    // approvals may be used up by whatever call
    if (facts.approvals && this.#stateful && this.#sharing !== "read") throw new OtherPlan("one");
    return this.#log.take(file, facts);
  }

  #tell(calls: number): void {
    this.#told += calls;
    this.#job.progress?.show(this.#told);
  }
}
