import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { FilterOptions } from "../../replay/filter.ts";
import type { ReplayOptions } from "../../replay/walk.ts";
import type { CallKinds } from "../../batch/kept-kinds.ts";
import type { OwnRows } from "../../batch/values/segment-rows.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { memoryOf } from "../../trace/columns/shared-segment.ts";
import type { Source } from "../../text/span.ts";
import type { StoredSegment } from "./index-file.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { OtherPlan, type OtherWay } from "./other-plan.ts";
import type { PackedPart } from "./packed-part.ts";
import type { PieceFacts } from "./piece-facts.ts";
import type { WalkedPiece } from "./piece-walk.ts";
import type { Task } from "./tasks.ts";

/**
 * How threads share the work. `read`: they read pieces, somebody else walks them. `pieces`:
 * each counts the pieces that it reads. `parts`: each reads pieces for all, and walks the rows of
 * its part of the trace in every piece.
 */
export type Sharing = "read" | "pieces" | "parts";

/**
 * What a worker starts with: the texts of both versions, since compiled sets do not cross threads.
 */
export interface WorkerStart {
  readonly sharing: Sharing;
  /**
   * What is kept for the next replay of the trace: `columns`: all, in memory; `kinds`: which calls
   * are of one kind, as it is told at the end.
   */
  readonly keep: "columns" | "kinds" | undefined;
  readonly baseline: readonly Source[] | undefined;
  readonly candidate: readonly Source[];
  readonly layout: Layout;
  readonly filter: FilterOptions | undefined;
  /** Whether calls stand below others. */
  readonly linked: boolean;
  readonly files: readonly { readonly name: string; readonly path: string }[];
  readonly options: ReplayOptions;
}

/** What a thread read of a piece. */
export interface PieceRead {
  readonly facts: PieceFacts;
  readonly encoded: StoredSegment | undefined;
  /** Calls of the piece, where the thread counted it itself. */
  readonly calls: number;
  /** Whether it did. */
  readonly counted: boolean;
  /** Not set where nobody needs it; it is not sent twice. */
  readonly segment: Segment | undefined;
}

/** What a thread is told; it answers nothing. */
export type Told =
  | { readonly start: WorkerStart }
  | { readonly hold: WalkedPiece; readonly own: OwnRows };

/** What a thread is asked; it answers in the order in which it was asked. */
export type Asked =
  | { readonly read: Task; readonly reuse: SharedArrayBuffer | undefined }
  | { readonly walk: Uint32Array }
  | { readonly finish: true };

/** What a thread counted, and which calls it found to be of one kind, if it was to keep that. */
export interface CountedPart {
  readonly part: PackedPart;
  readonly kinds: CallKinds | undefined;
}

/** `unreadable`: why the trace cannot be read. */
export type Answer =
  | { readonly read: PieceRead }
  | { readonly done: true }
  | CountedPart
  | { readonly otherwise: OtherWay }
  | { readonly unreadable: string; readonly help: string | undefined };

const SCRIPT = new URL("./segment-worker.js", import.meta.url);

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Room for new objects in a thread, in megabytes: a third of it is in use at once. WHY half of what
 * Node gives: a thread that reads makes few objects, and what it keeps are typed arrays.
 */
const YOUNG_MB = 24;

/** One thread. */
class Thread {
  readonly worker: Worker;
  readonly #waiting: Waiting[] = [];
  /** Memory of pieces that it read and that nobody reads any more. */
  readonly free: SharedArrayBuffer[] = [];

  constructor(start: WorkerStart) {
    this.worker = new Worker(SCRIPT, {
      workerData: start,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.worker.on("message", (answer: Answer) => this.#waiting.shift()?.resolve(answer));
    this.worker.on("error", (cause) => {
      for (const one of this.#waiting.splice(0)) one.reject(cause);
    });
  }

  tell(told: Told): void {
    this.worker.postMessage(told);
  }

  async ask(asked: Asked): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.worker.postMessage(asked);
    });
    if ("otherwise" in answer) throw new OtherPlan(answer.otherwise);
    if ("unreadable" in answer) throw new TraceError(answer.unreadable, answer.help);
    return answer;
  }
}

/** Threads that read pieces, and walk them. */
export class Pool {
  readonly #threads: readonly Thread[];

  constructor(start: WorkerStart, count: number) {
    this.#threads = Array.from({ length: count }, () => new Thread(start));
  }

  get count(): number {
    return this.#threads.length;
  }

  #threadOf(index: number): Thread {
    const thread = this.#threads[index % this.#threads.length];
    if (thread === undefined) throw new Error("there are no threads");
    return thread;
  }

  /** Reads a piece. Throws a `TraceError` where that cannot be. */
  async read(task: Task): Promise<PieceRead> {
    const thread = this.#threadOf(task.index);
    const answer = await thread.ask({ read: task, reuse: thread.free.pop() });
    if (!("read" in answer)) throw new Error("a thread answered something else");
    return answer.read;
  }

  /** Gives every thread a piece, whose rows it walks when they are due. */
  hold({ index, file, segment }: WalkedPiece, parts: Uint8Array): void {
    const hold = { index, file, segment };
    this.#threads.forEach((thread, part) => thread.tell({ hold, own: { parts, part } }));
  }

  /** Has every thread walk those of some rows that are of its part: pieces, from where, up to where. */
  async walk(walk: Uint32Array): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask({ walk })));
  }

  /** Gives the memory of a piece back to the thread that read it: nobody reads it any more. */
  release(index: number, piece: Pick<Segment, "times">): void {
    const memory = memoryOf(piece);
    if (memory !== undefined) this.#threadOf(index).free.push(memory);
  }

  /**
   * What the threads counted, one after the other; `ends`: each ends before its part is given, so
   * that what it held and its part are not in memory together.
   */
  async *finish(ends: boolean): AsyncGenerator<CountedPart> {
    for (const thread of this.#threads) {
      const answer = await thread.ask({ finish: true });
      if (ends) await thread.worker.terminate();
      if (!("part" in answer)) throw new Error("a thread answered something else");
      yield answer;
    }
  }

  /** Begins again with other versions over the same trace: threads and what they keep stay. */
  restart(start: WorkerStart): void {
    for (const thread of this.#threads) thread.tell({ start });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

/** Whether there is a script for threads: not where the program runs from its sources. */
export function hasThreads(): boolean {
  return existsSync(fileURLToPath(SCRIPT));
}
