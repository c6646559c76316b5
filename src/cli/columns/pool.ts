import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Source } from "../../text/span.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import type { Plan } from "./plan.ts";
import type { Task, TaskDone } from "./tasks.ts";

/** What a worker starts with: the texts of both versions, since compiled sets do not cross threads. */
export interface WorkerStart {
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
  close(): Promise<void>;
}

const SCRIPT = new URL("./segment-worker.js", import.meta.url);

interface Waiting {
  readonly resolve: (done: TaskDone) => void;
  readonly reject: (cause: unknown) => void;
}

/** One thread, and the numbers that its keys have here. */
class Reader {
  readonly worker: Worker;
  readonly waiting: Waiting[] = [];
  readonly #global: number[] = [];

  constructor(start: WorkerStart) {
    this.worker = new Worker(SCRIPT, { workerData: start });
    this.worker.on("message", (done: TaskDone) => this.waiting.shift()?.resolve(done));
    this.worker.on("error", (cause) => {
      for (const one of this.waiting.splice(0)) one.reject(cause);
    });
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

/** Starts the threads of a job; undefined where it asks for none, or where there is no script for them. */
export function startPool(plan: Plan, job: ReplayJob): Pool | undefined {
  const count = Math.min(job.columns?.workers ?? 0, plan.tasks.length);
  if (count === 0 || (job.baseline.set !== undefined && job.baseline.sources === undefined) || !existsSync(fileURLToPath(SCRIPT))) return undefined;
  const start: WorkerStart = { baseline: job.baseline.sources, candidate: job.candidate.sources, layout: plan.versions.layout, paths: plan.files.map(({ path }) => path) };
  const names = new Map<string, number>();
  const readers = Array.from({ length: count }, () => new Reader(start));
  return {
    ahead: 2 * count,
    run: (index, tasks) =>
      new Promise((resolve, reject) => {
        const reader = readers[index % readers.length];
        reader?.waiting.push({ resolve, reject });
        reader?.worker.postMessage(tasks[index]);
      }),
    settle: (index, done) => readers[index % readers.length]?.renumbered(done, names) ?? done,
    close: async () => void (await Promise.all(readers.map(({ worker }) => worker.terminate()))),
  };
}

