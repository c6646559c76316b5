import { closeSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { keyedFor, keyedVersions } from "../../replay/columns/keyed-replay.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { ColumnsOptions, ReplayJob } from "../replay-inputs.ts";
import { blockDigests, covers, IndexWriter, indexPath, isFresh, readIndexHeader, type IndexHeader, type StoredSegment } from "./index-file.ts";
import { PIECE_BYTES, piecesOf } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";
import type { KeptTrace } from "./kept-trace.ts";
import type { PieceFacts } from "./piece-facts.ts";
import type { Plan } from "./plan.ts";
import { hasThreads, Pool, type PieceRead, type Sharing, type WorkerStart } from "./pool.ts";
import { TaskReader, type Task } from "./tasks.ts";

/** A piece that was read. */
export interface FedPiece {
  readonly task: Task;
  readonly facts: PieceFacts;
  /** Calls of the piece, where the thread that read it counted it too; then there is nothing to walk. */
  readonly calls: number;
  readonly keyed: { readonly segment: Segment; readonly keys: Uint32Array } | undefined;
  readonly encoded: StoredSegment | undefined;
  /** The keys that go into an index with it. */
  readonly stored: Uint32Array | undefined;
}

/** Traces smaller than this are read as fast as their index would be. */
const WORTH_INDEXING = 4 * 1024 * 1024;

/** The indexes of all files; undefined where one lacks, is stale, or differs from the others. */
function indexesOf(files: readonly PlainFile[], whole: boolean): readonly IndexHeader[] | undefined {
  const found = files.map((file) => freshIndex(file, whole));
  const headers = found.filter((header) => header !== undefined);
  const [first] = headers;
  return headers.length < files.length || headers.some((header) => JSON.stringify(header.layout) !== JSON.stringify(first?.layout)) ? undefined : headers;
}

function freshIndex(file: PlainFile, whole: boolean): IndexHeader | undefined {
  const header = readIndexHeader(indexPath(file.path));
  if (header === undefined) return undefined;
  let fd: number | undefined;
  try {
    fd = openSync(file.path, "r");
    return isFresh(header, file, { fd, whole }) ? header : undefined;
  } catch {
    // what cannot be read now is read, or told, where the trace itself is
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The layout that keeps what an index has and what is asked for besides, so that going back and forth builds nothing anew. */
function united(old: Layout | undefined, asked: Layout): Layout {
  if (old === undefined) return asked;
  return layoutFor([...old.columns, ...asked.columns].filter(({ keep }) => keep === "value").map(({ path }) => path), { ids: false }) ?? asked;
}

/** Plans how a trace is read: off its index where that is fresh and keeps what the versions read. A text: why not by columns. */
export function planFeed(files: readonly PlainFile[], job: ReplayJob & { readonly columns: ColumnsOptions }): Plan | string {
  const ids = job.decisions !== undefined;
  const versions = keyedVersions({ baseline: job.baseline.set, candidate: job.candidate.set }, { ids });
  const { columns } = job;
  if (typeof versions === "string") return versions;
  const indexes = columns.index ? indexesOf(files, columns.checkIndex) : undefined;
  const [first] = indexes ?? [];
  if (indexes !== undefined && first !== undefined && covers(first, versions.layout)) {
    // keys that do not serve are written anew, off the columns; who watches asks for others each time
    const own = keyedFor(versions);
    const keyed = columns.kept === undefined && indexes.every((header) => header.keyedFor === own);
    const build = columns.kept === undefined && !keyed;
    const tasks = indexedTasks(indexes, files).map((task) => ({ ...task, encode: build }));
    return { versions: { ...versions, layout: first.layout }, files, build, keyed, tasks: numbered(tasks) };
  }
  const build = columns.index && (columns.forceIndex || files.reduce((sum, { size }) => sum + size, 0) >= WORTH_INDEXING);
  const layout = build ? united(first?.layout, versions.layout) : versions.layout;
  const tasks = numbered(files.flatMap(({ size }, file) => piecesOf(file, size).map((piece) => ({ piece, indexed: undefined, keys: { from: 0, to: 0 }, encode: build, blocks: NONE }))));
  return { versions: { ...versions, layout }, files, build, keyed: false, tasks };
}

const NONE = new Uint8Array(0);
type Unnumbered = Omit<Task, "index">;

function numbered(tasks: readonly Unnumbered[]): readonly Task[] {
  return tasks.map((task, index) => ({ index, ...task }));
}

function indexedTasks(headers: readonly IndexHeader[], files: readonly PlainFile[]): readonly Unnumbered[] {
  const stride = 32 * (PIECE_BYTES / BLOCK_BYTES);
  let last = 0;
  return headers.flatMap((header, file) => {
    const digests = blockDigests(header);
    const { size } = files[file] ?? header;
    const own = { from: last, to: last + header.keys };
    last = own.to;
    return header.segments.map((indexed, i) => {
      const piece = { file, from: i * PIECE_BYTES, to: Math.min(size, (i + 1) * PIECE_BYTES), size };
      return { piece, indexed, keys: own, encode: false, blocks: digests.slice(i * stride, (i + 1) * stride) };
    });
  });
}

/** Fewer pieces whose rows have their keys are walked before threads have started: three million calls or so. */
const MANY = 128;

/** What the threads of a job start with; undefined where it asks for none, or where there is no script for them. */
function startOf(plan: Plan, job: ReplayJob, sharing: Sharing): WorkerStart | undefined {
  if (plan.keyed && sharing === "pieces" && job.columns?.kept === undefined && plan.tasks.length < MANY) return undefined;
  if ((job.columns?.workers ?? 0) === 0 || plan.tasks.length < 2 || (job.baseline.set !== undefined && job.baseline.sources === undefined) || !hasThreads()) return undefined;
  const { history, approvals, idle } = job;
  return {
    sharing,
    keep: job.columns?.kept !== undefined,
    baseline: job.baseline.sources,
    candidate: job.candidate.sources,
    layout: plan.versions.layout,
    keyed: plan.keyed,
    files: plan.files.map(({ name, path }) => ({ name, path })),
    options: { history, approvals, idle },
  };
}

/** What tells whether the files are still those that were read before. */
function stampsOf({ files }: Plan): string {
  return JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]));
}

/** The pieces of a plan, read in order by as many threads as a job asks for. */
export class Feed {
  /** Undefined: no threads, so pieces are read here. */
  readonly pool: Pool | undefined;
  readonly #plan: Plan;
  readonly #interrupted: AbortSignal;
  readonly #kept: KeptTrace | undefined;

  private constructor(plan: Plan, job: ReplayJob, pool: Pool | undefined) {
    this.#plan = plan;
    this.#interrupted = job.interrupted;
    this.#kept = job.columns?.kept;
    this.pool = pool;
  }

  static async open(plan: Plan, job: ReplayJob, sharing: Sharing): Promise<Feed> {
    const start = startOf(plan, job, sharing);
    const count = Math.min(job.columns?.workers ?? 0, plan.tasks.length);
    const kept = job.columns?.kept;
    kept?.begin(stampsOf(plan));
    return new Feed(plan, job, start === undefined ? undefined : await (kept?.pool(start, count) ?? new Pool(start, count)));
  }

  async close(): Promise<void> {
    if (this.#kept === undefined) await this.pool?.close();
  }

  /** Where it is interrupted, no more pieces are asked for; those that were come still. */
  async *pieces(): AsyncGenerator<FedPiece> {
    const index = this.#plan.build ? new Indexing(this.#plan) : undefined;
    try {
      for await (const fed of this.pool === undefined ? this.#readHere() : this.#readThere(this.pool)) {
        index?.add(fed);
        yield fed;
      }
      if (!this.#interrupted.aborted) index?.finish();
    } finally {
      index?.discard();
    }
  }

  async *#readHere(): AsyncGenerator<FedPiece> {
    const { versions, tasks, files, keyed } = this.#plan;
    const reader = new TaskReader(versions, files.map(({ path }) => path), { kept: this.#kept?.segments, keyed });
    try {
      for (const task of tasks) {
        if (this.#interrupted.aborted) return;
        const read = reader.run(task);
        yield { task, calls: 0, ...read, stored: task.encode ? read.keyed.keys : undefined };
        // so that an interruption is heard
        await setImmediate();
      }
    } finally {
      reader.close();
    }
  }

  async *#readThere(pool: Pool): AsyncGenerator<FedPiece> {
    const { tasks, keyed } = this.#plan;
    // the first piece mostly tells whether columns serve; no thread reads on in vain until then
    let ahead = keyed ? 2 * pool.count : 1;
    const waiting: { readonly task: Task; readonly read: Promise<PieceRead> }[] = [];
    for (let asked = 0; ; ) {
      for (; asked < tasks.length && waiting.length < ahead && !this.#interrupted.aborted; asked++) {
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
      pool.settle(next.task.index, read);
      const stored = read.encoded === undefined ? undefined : read.keyed?.keys;
      yield { task: next.task, facts: read.facts, calls: read.calls, encoded: read.encoded, keyed: this.#withSegment(next.task, read), stored };
    }
  }

  /** A piece with its segment: what a thread did not send again is what it sent before. */
  #withSegment({ index }: Task, { keyed, facts, counted }: PieceRead): FedPiece["keyed"] {
    if (keyed === undefined || counted) return undefined;
    const kept = this.#kept?.segments;
    const { layout } = this.#plan.versions;
    const segment = keyed.segment ?? kept?.get(index, layout)?.segment;
    if (segment === undefined) throw new Error("a piece was read by nobody");
    kept?.set(index, segment, facts);
    return { segment, keys: keyed.keys };
  }
}

/** The indexes that are written while a trace is read. */
class Indexing {
  readonly #plan: Plan;
  readonly #writers: (IndexWriter | undefined)[];
  readonly #keyedFor: string;
  #file = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#writers = plan.files.map(() => undefined);
    this.#keyedFor = keyedFor(plan.versions);
  }

  add({ task: { piece }, facts, encoded, stored }: FedPiece): void {
    if (piece.file !== this.#file) this.#finish(this.#file);
    this.#file = piece.file;
    if (piece.from === 0) this.#writers[piece.file] = IndexWriter.open(this.#plan.files[piece.file]?.path ?? "");
    if (encoded !== undefined && stored !== undefined) this.#writers[piece.file]?.add(encoded, { blocks: facts.blocks, keys: stored });
  }

  #finish(at: number): void {
    const file = this.#plan.files[at];
    if (file !== undefined) this.#writers[at]?.finish(file, { layout: this.#plan.versions.layout, keyedFor: this.#keyedFor });
    this.#writers[at] = undefined;
  }

  finish(): void {
    this.#finish(this.#file);
  }

  /** Takes away what was not finished. */
  discard(): void {
    for (const writer of this.#writers) writer?.discard();
  }
}
