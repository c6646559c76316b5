import { closeSync, openSync } from "node:fs";
import { keyedVersions } from "../../replay/columns/keyed-replay.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import { blockDigests, covers, IndexWriter, indexPath, isFresh, readIndexHeader, type IndexHeader } from "./index-file.ts";
import { PIECE_BYTES, piecesOf, type Piece } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";
import type { Plan } from "./plan.ts";
import { startPool, type Pool } from "./pool.ts";
import { TaskReader, type Task, type TaskDone } from "./tasks.ts";

/** A piece in the order of the trace. */
export interface FedPiece extends TaskDone {
  readonly piece: Piece;
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

/** The pieces of a plan in order, read by as many threads as the job asks for. */
export async function* feed(plan: Plan, job: ReplayJob): AsyncGenerator<FedPiece> {
  const paths = plan.files.map(({ path }) => path);
  const pool = plan.tasks.length > 1 ? startPool(plan, job) : undefined;
  const index = plan.build ? new Indexing(plan) : undefined;
  try {
    for await (const fed of pool === undefined ? readHere(plan, paths) : readThere(plan, pool)) {
      index?.add(fed);
      yield fed;
    }
    index?.finish();
  } finally {
    index?.discard();
    await pool?.close();
  }
}

async function* readHere({ versions, tasks }: Plan, paths: readonly string[]): AsyncGenerator<FedPiece> {
  const reader = new TaskReader(versions, paths);
  try {
    for (const task of tasks) yield { piece: task.piece, ...reader.run(task) };
  } finally {
    reader.close();
  }
}

async function* readThere({ tasks }: Plan, pool: Pool): AsyncGenerator<FedPiece> {
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
    if (done !== undefined) yield { piece: task.piece, ...pool.settle(index, done) };
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
