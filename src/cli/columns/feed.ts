import { closeSync, openSync } from "node:fs";
import { keyedVersions } from "../../replay/columns/keyed-replay.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import { blockDigests, covers, IndexWriter, indexPath, isFresh, readIndexHeader, type IndexHeader } from "./index-file.ts";
import { PIECE_BYTES, piecesOf, type Piece } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";
import type { KeptTrace } from "./kept-trace.ts";
import type { KeyedPiece } from "./piece-keys.ts";
import type { Plan } from "./plan.ts";
import { hasThreads, startPool, type Pool, type WorkerStart } from "./pool.ts";
import { TaskReader, type Task, type TaskDone } from "./tasks.ts";

/** A piece in the order of the trace; `keyed` undefined: it cannot be read as columns. */
export interface FedPiece {
  readonly piece: Piece;
  readonly keyed: (KeyedPiece & { readonly segment: Segment }) | undefined;
  readonly encoded: TaskDone["encoded"];
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
  const fd = openSync(file.path, "r");
  try {
    return isFresh(header, file, { fd, whole }) ? header : undefined;
  } finally {
    closeSync(fd);
  }
}

/** The layout that keeps what an index has and what is asked for besides, so that going back and forth builds nothing anew. */
function united(old: Layout | undefined, asked: Layout): Layout {
  if (old === undefined) return asked;
  return layoutFor([...old.columns, ...asked.columns].filter(({ keep }) => keep === "value").map(({ path }) => path), { ids: false }) ?? asked;
}

/** Plans how a trace is read: off its index where that is fresh and keeps what the versions read. */
export function planFeed(files: readonly PlainFile[], job: ReplayJob): Plan | undefined {
  const ids = job.decisions !== undefined;
  const versions = keyedVersions({ baseline: job.baseline.set, candidate: job.candidate.set }, { ids });
  const { columns } = job;
  if (versions === undefined || columns === undefined) return undefined;
  const indexes = columns.index ? indexesOf(files, columns.checkIndex) : undefined;
  const [first] = indexes ?? [];
  if (indexes !== undefined && first !== undefined && covers(first, versions.layout)) {
    return { versions: { ...versions, layout: first.layout }, files, build: false, tasks: indexes.flatMap((header, file) => indexedTasks(header, file, files[file]?.size ?? 0)) };
  }
  const build = columns.index && (columns.forceIndex || files.reduce((sum, { size }) => sum + size, 0) >= WORTH_INDEXING);
  const layout = build ? united(first?.layout, versions.layout) : versions.layout;
  const tasks = files.flatMap(({ size }, file) => piecesOf(file, size).map((piece) => ({ piece, indexed: undefined, encode: build, blocks: NONE })));
  return { versions: { ...versions, layout }, files, build, tasks };
}

const NONE = new Uint8Array(0);

function indexedTasks(header: IndexHeader, file: number, size: number): readonly Task[] {
  const digests = blockDigests(header);
  const stride = 32 * (PIECE_BYTES / BLOCK_BYTES);
  return header.segments.map((indexed, i) => {
    const piece = { file, from: i * PIECE_BYTES, to: Math.min(size, (i + 1) * PIECE_BYTES), size };
    return { piece, indexed, encode: false, blocks: digests.slice(i * stride, (i + 1) * stride) };
  });
}

/** What the threads of a job start with; undefined where it asks for none, or where there is no script for them. */
function startOf(plan: Plan, job: ReplayJob): WorkerStart | undefined {
  if ((job.columns?.workers ?? 0) === 0 || plan.tasks.length < 2 || (job.baseline.set !== undefined && job.baseline.sources === undefined) || !hasThreads()) return undefined;
  return { keep: job.columns?.kept !== undefined, baseline: job.baseline.sources, candidate: job.candidate.sources, layout: plan.versions.layout, paths: plan.files.map(({ path }) => path) };
}

/** The pieces of a plan in order, read by as many threads as the job asks for. */
export async function* feed(plan: Plan, job: ReplayJob): AsyncGenerator<FedPiece> {
  const kept = job.columns?.kept;
  const start = startOf(plan, job);
  const count = Math.min(job.columns?.workers ?? 0, plan.tasks.length);
  const pool = start === undefined ? undefined : await (kept?.pool(start, { count, stamps: stampsOf(plan) }) ?? startPool(start, count));
  const index = plan.build ? new Indexing(plan) : undefined;
  try {
    for await (const fed of pool === undefined ? readHere(plan) : readThere(plan, pool, kept)) {
      index?.add(fed);
      yield fed;
    }
    index?.finish();
  } finally {
    index?.discard();
    if (kept === undefined) await pool?.close();
  }
}

/** What tells whether the files are still those that were read before. */
function stampsOf({ files }: Plan): string {
  return JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]));
}

async function* readHere({ versions, tasks, files }: Plan): AsyncGenerator<FedPiece> {
  const reader = new TaskReader(versions, files.map(({ path }) => path));
  try {
    for (const [index, task] of tasks.entries()) yield fedPiece(task, index, reader.run(task, index));
  } finally {
    reader.close();
  }
}

/** A piece with its segment: what a thread did not send again is what it sent before. */
function fedPiece(task: Task, index: number, { keyed, encoded }: TaskDone, kept?: { readonly trace: KeptTrace | undefined; readonly layout: Layout }): FedPiece {
  if (keyed === undefined) return { piece: task.piece, keyed: undefined, encoded };
  const segment = keyed.segment ?? (kept === undefined ? undefined : kept.trace?.segments.get(index, kept.layout)?.segment);
  if (segment === undefined) throw new Error("a piece was read by nobody");
  kept?.trace?.segments.set(index, segment, keyed.blocks);
  return { piece: task.piece, keyed: { ...keyed, segment }, encoded };
}

async function* readThere({ tasks, versions }: Plan, pool: Pool, kept: KeptTrace | undefined): AsyncGenerator<FedPiece> {
  const waiting: Promise<TaskDone>[] = [];
  let asked = 0;
  for (const [index, task] of tasks.entries()) {
    for (; asked < tasks.length && waiting.length < pool.ahead; asked++) {
      const next = pool.run(asked, tasks);
      // a thread that fails rejects all that it was asked; the first one that is waited for tells
      next.catch(() => undefined);
      waiting.push(next);
    }
    const done = await waiting.shift();
    if (done !== undefined) yield fedPiece(task, index, pool.settle(index, done), { trace: kept, layout: versions.layout });
  }
}

/** The indexes that are written while a trace is read. */
class Indexing {
  readonly #plan: Plan;
  readonly #writers: (IndexWriter | undefined)[];
  #file = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#writers = plan.files.map(() => undefined);
  }

  add({ piece, keyed, encoded }: FedPiece): void {
    if (piece.file !== this.#file) this.#finish(this.#file);
    this.#file = piece.file;
    if (piece.from === 0) this.#writers[piece.file] = IndexWriter.open(this.#plan.files[piece.file]?.path ?? "");
    if (encoded !== undefined && keyed !== undefined) this.#writers[piece.file]?.add(encoded, keyed.blocks);
  }

  #finish(at: number): void {
    const file = this.#plan.files[at];
    if (file !== undefined) this.#writers[at]?.finish(file, this.#plan.versions.layout);
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
