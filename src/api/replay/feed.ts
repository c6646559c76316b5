import type { IndexStats } from "../../documents/replay-result.ts";
import type { Progress } from "../../node/progress.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import type { FedPiece } from "./fed-piece.ts";
import { Indexing } from "./indexing.ts";
import type { KeptTrace } from "./kept-trace.ts";
import type { ReadPlan } from "./read-plan.ts";
import { hasThreads, Pool, type PieceRead, type Sharing, type WorkerStart } from "./pool.ts";
import { TaskReader, type Task } from "./tasks.ts";
import type { Segment } from "../../trace/columns/segment.ts";

/** How threads share the work, and whether they tell which calls are of one kind. */
export interface FeedOptions {
  readonly sharing: Sharing;
  /** Whether there is so little to do that threads would take longer to start. */
  readonly isSmall: boolean;
  readonly keepsKinds: boolean;
}

/**
 * What the threads of a job start with; undefined where it asks for none, or where there is no
 * script for them.
 */
function startOf(
  plan: ReadPlan,
  job: ReplayJob,
  { sharing, isSmall, keepsKinds }: FeedOptions,
): WorkerStart | undefined {
  if (
    isSmall ||
    (job.columns?.workers ?? 0) === 0 ||
    plan.tasks.length < 2 ||
    (job.baseline.set !== undefined && job.baseline.sources === undefined) ||
    !hasThreads()
  )
    return undefined;
  const { history, approvals, idle } = job;
  return {
    sharing,
    keep: keepsKinds ? "kinds" : job.columns?.kept === undefined ? undefined : "columns",
    baseline: job.baseline.sources,
    candidate: job.candidate.sources,
    layout: plan.versions.layout,
    filter: job.filter,
    linked: plan.linked,
    files: plan.files.map(({ name, path }) => ({ name, path })),
    options: { history, approvals, idle },
  };
}

/** What tells whether the files are still those that were read before. */
function stampsOf({ files }: ReadPlan): string {
  return JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]));
}

/** Pieces that are asked for ahead of who takes them. */
class PieceQueue {
  /** How many are asked for at once. */
  ahead = 1;
  readonly #tasks: readonly Task[];
  readonly #read: (task: Task) => Promise<PieceRead>;
  #asked = 0;
  readonly #waiting: { readonly task: Task; readonly read: Promise<PieceRead> }[] = [];

  constructor(tasks: readonly Task[], read: (task: Task) => Promise<PieceRead>) {
    this.#tasks = tasks;
    this.#read = read;
  }

  ask(): void {
    for (; this.#waiting.length < this.ahead; this.#asked++) {
      const task = this.#tasks[this.#asked];
      if (task === undefined) return;
      const read = this.#read(task);
      // a thread that fails rejects all that it was asked; the first one that is waited for tells
      read.catch(() => undefined);
      this.#waiting.push({ task, read });
    }
  }

  /** The next piece; undefined: there is none. */
  async next(): Promise<{ readonly task: Task; readonly read: PieceRead } | undefined> {
    this.ask();
    const next = this.#waiting.shift();
    return next === undefined ? undefined : { task: next.task, read: await next.read };
  }
}

/** The pieces of a plan, read in order by as many threads as a job asks for. */
export class Feed {
  /** Undefined: no threads, so pieces are read here. */
  readonly pool: Pool | undefined;
  readonly #plan: ReadPlan;
  readonly #kept: KeptTrace | undefined;
  readonly #reader: TaskReader;
  readonly #indexing: Indexing | undefined;
  readonly #progress: Progress | undefined;
  #begun = false;
  #index: IndexStats;

  private constructor(plan: ReadPlan, job: ReplayJob, pool: Pool | undefined) {
    const { versions, files, build } = plan;
    this.#plan = plan;
    this.#kept = job.columns?.kept;
    this.#progress = job.progress;
    this.#index = { ...plan.index, written: false };
    this.pool = pool;
    this.#reader = new TaskReader(versions.layout, files, { kept: this.#kept?.segments });
    this.#indexing = build === undefined ? undefined : new Indexing(plan, build);
  }

  static async open(plan: ReadPlan, job: ReplayJob, options: FeedOptions): Promise<Feed> {
    const start = startOf(plan, job, options);
    const count = Math.min(job.columns?.workers ?? 0, plan.tasks.length);
    const kept = job.columns?.kept;
    kept?.begin(stampsOf(plan));
    return new Feed(
      plan,
      job,
      start === undefined ? undefined : await (kept?.pool(start, count) ?? new Pool(start, count)),
    );
  }

  async close(): Promise<void> {
    this.#indexing?.discard();
    this.#reader.close();
    if (this.#kept === undefined) await this.pool?.close();
  }

  /** All pieces were taken; what the indexes did. */
  finish(): IndexStats {
    if (this.#indexing !== undefined) this.#index = this.#indexing.finish();
    return this.#index;
  }

  /** The pieces of all files, one file after the other. */
  pieces(): AsyncGenerator<FedPiece> {
    const queue = this.#queueOf(this.#plan.tasks);
    return this.#taken(queue, [queue]);
  }

  /** The pieces of each file, to be taken side by side. */
  filePieces(): readonly AsyncGenerator<FedPiece>[] {
    const { files, tasks } = this.#plan;
    const queues = files.map((_, at) =>
      this.#queueOf(tasks.filter(({ piece }) => piece.file === at)),
    );
    return queues.map((queue) => this.#taken(queue, queues));
  }

  #queueOf(tasks: readonly Task[]): PieceQueue {
    const { pool } = this;
    return new PieceQueue(tasks, async (task) =>
      pool === undefined
        ? { ...this.#reader.run(task), calls: 0, counted: false }
        : await pool.read(task),
    );
  }

  async *#taken(queue: PieceQueue, all: readonly PieceQueue[]): AsyncGenerator<FedPiece> {
    for (let next = await queue.next(); next !== undefined; next = await queue.next()) {
      this.#askAhead(all);
      const { task, read } = next;
      const { facts, calls } = read;
      const { file, from, to } = task.piece;
      const segment = this.#segmentOf(task, read);
      this.#indexing?.add(task, read);
      this.#progress?.read(to - from);
      yield { index: task.index, file, begins: from === 0, facts, calls, segment };
    }
  }

  /**
   * WHY not from the beginning: the first piece mostly tells whether the trace has to be read
   * otherwise, and no thread reads on in vain until then.
   */
  #askAhead(all: readonly PieceQueue[]): void {
    if (this.#begun || this.pool === undefined) return;
    this.#begun = true;
    for (const queue of all) {
      queue.ahead = all.length > 1 ? 2 : 2 * this.pool.count;
      queue.ask();
    }
  }

  /** The segment of a piece: what a thread did not send again is what it sent before. */
  #segmentOf({ index }: Task, { segment: sent, facts, counted }: PieceRead): Segment | undefined {
    if (counted) return undefined;
    const kept = this.#kept?.segments;
    const segment = sent ?? kept?.get(index, this.#plan.versions.layout)?.segment;
    if (segment === undefined) throw new Error("a piece was read by nobody");
    kept?.set(index, segment, facts);
    return segment;
  }
}
