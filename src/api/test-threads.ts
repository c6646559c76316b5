import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { mutantsOf } from "../suite/mutation/mutants.ts";
import type { FateDocument } from "../suite/mutation/run-mutation.ts";
import type { Source } from "../text/span.ts";
import type { SuiteShare } from "./suite-set.ts";
import type { Others, TestPart } from "./test-set.ts";
import type { WorkerJob } from "./test-worker.ts";

/**
 * A thread loads the policies and warms the engine up again: about a second of a processor. Below
 * so many characters of suites that costs more than it saves (measured: docs/testing.md).
 */
const SUITES_WORTH_A_THREAD = 400_000;
const MUTANTS_WORTH_A_THREAD = 80;

/** The bundled program of a thread; undefined where the sources run unbundled. */
const PROGRAM = new URL("./test-worker.js", import.meta.url);

/** How many threads there may be, this one included. */
export function threadLimit(wanted: number | undefined): number {
  return existsSync(PROGRAM) ? (wanted ?? availableParallelism()) : 1;
}

/**
 * Suites cut into shares of about the same length, in their order; one share where more would not
 * pay.
 */
export function shareSuites(sources: readonly Source[], limit: number): readonly SuiteShare[] {
  const total = sources.reduce((sum, { text }) => sum + text.length, 0);
  const count = Math.max(1, Math.min(limit, Math.floor(total / SUITES_WORTH_A_THREAD)));
  const shares = Array.from({ length: count }, (): string[] => []);
  let before = 0;
  for (const { file, text } of sources) {
    shares[Math.min(count - 1, Math.floor((before / Math.max(1, total)) * count))]?.push(file);
    before += text.length;
  }
  return shares.map((files, index) => ({ files, first: index === 0 }));
}

/** Starts a thread; the promise gives what it posts. */
function start<T>(job: WorkerJob, started: Worker[]): Promise<T> {
  const worker = new Worker(PROGRAM, { workerData: job });
  started.push(worker);
  return new Promise<T>((resolve, reject) => {
    worker.once("message", (result: T) => resolve(result));
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`a thread of the tests ended with ${code} before it answered`)),
    );
  });
}

/** Threads for one run of the tests. INVARIANT: `close` is called, whatever happens. */
export interface Threads extends Others {
  readonly close: () => Promise<void>;
}

/**
 * Starts a thread for each share but the first, which is the caller's, and later others for mutants
 * where they pay.
 */
export function startThreads(
  workerJob: Pick<WorkerJob, "cwd" | "trust" | "paths" | "filter">,
  shares: readonly SuiteShare[],
  limit: number,
): Threads {
  const workers: Worker[] = [];
  const parts = Promise.all(
    shares.slice(1).map((suites) => start<TestPart>({ ...workerJob, suites }, workers)),
  );
  // WHY: a thread that fails while this one is still busy is told when it is asked for
  parts.catch(() => undefined);
  return {
    parts: () => parts,
    fates: async (job, own) => {
      const count = Math.max(
        1,
        Math.min(
          limit,
          Math.floor(mutantsOf(job.documents, job.set.catalog).length / MUTANTS_WORTH_A_THREAD),
        ),
      );
      const rest = Array.from({ length: count - 1 }, (_, i) =>
        start<readonly FateDocument[]>({ ...workerJob, mutants: { index: i + 1, count } }, workers),
      );
      const all = Promise.all(rest);
      all.catch(() => undefined);
      const mine = own({ index: 0, count });
      return [...mine, ...(await all).flat()];
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
