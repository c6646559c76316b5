import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { ParquetAnswer } from "./parquet-worker.ts";

const PROGRAM = new URL("./parquet-worker.js", import.meta.url);
/** How long the next piece may take, in milliseconds: it can be a group of a million rows. */
const LONGEST = 300_000;
const MINUTES = LONGEST / 60_000;

function ask(worker: Worker): Promise<ParquetAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`its Parquet data is broken: it took more than ${MINUTES} minutes`)),
      LONGEST,
    );
    // whoever takes no more pieces does not wait for the one that is asked for
    timer.unref();
    worker.removeAllListeners();
    worker.once("message", (answer: ParquetAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    worker.once("error", (cause) => {
      clearTimeout(timer);
      reject(new Error("its Parquet data is broken, or too large for memory", { cause }));
    });
    worker.postMessage("next");
  });
}

/**
 * The pieces of `parquetLines`, read by a thread of their own. WHY: the reader trusts what a file
 * says of itself, so a damaged one can make it count without end, or take all memory. Then the
 * thread is ended.
 */
export async function* linesByThread(path: string): AsyncGenerator<Uint8Array> {
  // WHY: the program is part of the build, not of the sources
  if (!existsSync(fileURLToPath(PROGRAM)))
    return yield* (await import("./parquet.ts")).parquetLines(path);
  const worker = new Worker(PROGRAM, { workerData: path });
  try {
    for (let coming = ask(worker); ; ) {
      const answer = await coming;
      if ("isOver" in answer) return;
      if ("why" in answer) throw Object.assign(new Error(answer.why), { code: answer.code });
      // the thread makes the next piece while this one is read
      coming = ask(worker);
      coming.catch(() => undefined);
      yield answer.piece;
    }
  } finally {
    await worker.terminate();
  }
}
