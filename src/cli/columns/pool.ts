import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Source } from "../../text/span.ts";
import type { Task, TaskDone } from "./tasks.ts";

/** What a worker starts with: the texts of both versions, since compiled sets do not cross threads. */
export interface WorkerStart {
  /** Whether decoded pieces stay in memory, since they will be asked for again. */
  readonly keep: boolean;
  readonly baseline: readonly Source[] | undefined;
  readonly candidate: readonly Source[];
  readonly layout: Layout;
  readonly paths: readonly string[];
}

/** Threads that read pieces. */
export interface Pool {
  /** How many pieces are asked for ahead of the one that is waited for. */
  readonly ahead: number;
  run(index: number, tasks: readonly Task[]): Promise<TaskDone>;
  /** Gives the keys of a piece their numbers here; to be called in the order of the trace. */
  settle(index: number, done: TaskDone): TaskDone;
  /** Begins again with other versions over the same trace: threads and what they keep stay. */
  restart(start: WorkerStart): void;
  close(): Promise<void>;
}

/** What a thread is asked: a piece, or to begin again. */
export type Asked = { readonly index: number; readonly task: Task } | { readonly start: WorkerStart };

const SCRIPT = new URL("./segment-worker.js", import.meta.url);

interface Waiting {
  readonly resolve: (done: TaskDone) => void;
  readonly reject: (cause: unknown) => void;
}

/** One thread, and the numbers that its keys have here. */
class Reader {
  readonly worker: Worker;
  readonly waiting: Waiting[] = [];
  #global: number[] = [];

  constructor(start: WorkerStart) {
    this.worker = new Worker(SCRIPT, { workerData: start });
    this.worker.on("message", (done: TaskDone) => this.waiting.shift()?.resolve(done));
    this.worker.on("error", (cause) => {
      for (const one of this.waiting.splice(0)) one.reject(cause);
    });
  }

  restart(start: WorkerStart): void {
    this.#global = [];
    const asked: Asked = { start };
    this.worker.postMessage(asked);
  }

  renumbered(done: TaskDone, names: Map<string, number>): TaskDone {
    if (done.keyed === undefined) return done;
    const { keys, fresh } = done.keyed;
    for (const { key, signature } of fresh) {
      const known = names.get(signature);
      this.#global[key] = known ?? names.size;
      if (known === undefined) names.set(signature, names.size);
    }
    const global = Uint32Array.from(this.#global);
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row] ?? 0;
      if (key < global.length) keys[row] = global[key] ?? key;
    }
    return { ...done, keyed: { ...done.keyed, fresh: fresh.map(({ key, row, signature }) => ({ key: global[key] ?? key, row, signature })) } };
  }
}

/** Whether there is a script for threads: not where the program runs from its sources. */
export function hasThreads(): boolean {
  return existsSync(fileURLToPath(SCRIPT));
}

/** Starts so many threads. */
export function startPool(start: WorkerStart, count: number): Pool {
  let names = new Map<string, number>();
  const readers = Array.from({ length: count }, () => new Reader(start));
  return {
    ahead: 2 * count,
    run: (index, tasks) =>
      new Promise((resolve, reject) => {
        const reader = readers[index % readers.length];
        const task = tasks[index];
        reader?.waiting.push({ resolve, reject });
        if (task !== undefined) reader?.worker.postMessage({ index, task } satisfies Asked);
      }),
    settle: (index, done) => readers[index % readers.length]?.renumbered(done, names) ?? done,
    restart: (again) => {
      names = new Map();
      for (const reader of readers) reader.restart(again);
    },
    close: async () => void (await Promise.all(readers.map(({ worker }) => worker.terminate()))),
  };
}
