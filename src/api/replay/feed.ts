import type { IndexStats } from "../../documents/replay-result.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import type { FedPiece } from "./fed-piece.ts";
import { Indexing } from "./indexing.ts";
import type { KeptTrace } from "./kept-trace.ts";
import type { ReadPlan } from "./read-plan.ts";
import { hasThreads, Pool, type PieceRead, type Sharing, type WorkerStart } from "./pool.ts";
import { TaskReader, type Task } from "./tasks.ts";
import type { Segment } from "../../trace/columns/segment.ts";

/**
 * What the threads of a job start with; undefined where it asks for none, or where there is no
 * script for them.
 */
function startOf(plan: ReadPlan, job: ReplayJob, sharing: Sharing): WorkerStart | undefined {
  if (
    (job.columns?.workers ?? 0) === 0 ||
    plan.tasks.length < 2 ||
    (job.baseline.set !== undefined && job.baseline.sources === undefined) ||
    !hasThreads()
  )
    return undefined;
  const { history, approvals, idle } = job;
  return {
    sharing,
    keep: job.columns?.kept !== undefined,
    baseline: job.baseline.sources,
    candidate: job.candidate.sources,
    layout: plan.versions.layout,
    linked: plan.linked,
    files: plan.files.map(({ name, path }) => ({ name, path })),
    options: { history, approvals, idle },
  };
}

/** What tells whether the files are still those that were read before. */
function stampsOf({ files }: ReadPlan): string {
  return JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]));
}

/** The pieces of a plan, read in order by as many threads as a job asks for. */
export class Feed {
  /** Undefined: no threads, so pieces are read here. */
  readonly pool: Pool | undefined;
  readonly #plan: ReadPlan;
  readonly #kept: KeptTrace | undefined;
  #index: IndexStats;

  private constructor(plan: ReadPlan, job: ReplayJob, pool: Pool | undefined) {
    this.#plan = plan;
    this.#kept = job.columns?.kept;
    this.#index = { ...plan.index, written: false };
    this.pool = pool;
  }

  static async open(plan: ReadPlan, job: ReplayJob, sharing: Sharing): Promise<Feed> {
    const start = startOf(plan, job, sharing);
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
    if (this.#kept === undefined) await this.pool?.close();
  }

  /** What the indexes did, once all pieces were read. */
  get index(): IndexStats {
    return this.#index;
  }

  async *pieces(): AsyncGenerator<FedPiece> {
    const { build } = this.#plan;
    const index = build === undefined ? undefined : new Indexing(this.#plan, build);
    try {
      for await (const fed of this.pool === undefined
        ? this.#readHere()
        : this.#readThere(this.pool)) {
        index?.add(fed);
        yield fed;
      }
      if (index !== undefined) this.#index = index.finish();
    } finally {
      index?.discard();
    }
  }

  async *#readHere(): AsyncGenerator<FedPiece> {
    const { versions, tasks, files } = this.#plan;
    const paths = files.map(({ path }) => path);
    const reader = new TaskReader(versions.layout, paths, { kept: this.#kept?.segments });
    try {
      for (const task of tasks) yield { task, calls: 0, ...reader.run(task) };
    } finally {
      reader.close();
    }
  }

  async *#readThere(pool: Pool): AsyncGenerator<FedPiece> {
    const { tasks } = this.#plan;
    // the first piece mostly tells whether columns serve; no thread reads on in vain until then
    let ahead = 1;
    const waiting: { readonly task: Task; readonly read: Promise<PieceRead> }[] = [];
    for (let asked = 0; ; ) {
      for (; asked < tasks.length && waiting.length < ahead; asked++) {
        const task = tasks[asked];
        if (task === undefined) break;
        const read = pool.read(task);
        // a thread that fails rejects all that it was asked; the first one that is waited for tells
        read.catch(() => undefined);
        waiting.push({ task, read });
      }
      const next = waiting.shift();
      if (next === undefined) return;
      const read = await next.read;
      ahead = 2 * pool.count;
      const { facts, calls, encoded } = read;
      yield { task: next.task, facts, calls, encoded, segment: this.#segmentOf(next.task, read) };
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
