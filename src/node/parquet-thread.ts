import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Layout } from "../trace/columns/layout.ts";
import type { ParquetPiece } from "./parquet.ts";
import type { LineAnswer, LineQuestion, ParquetAnswer, ParquetTask } from "./parquet-worker.ts";

const PROGRAM = new URL("./parquet-worker.js", import.meta.url);
/** How long the next piece may take, in milliseconds: it can be a group of a million rows. */
const LONGEST = 300_000;
const MINUTES = LONGEST / 60_000;

/** A Parquet file that is read. */
export interface OpenParquet {
  /** All rows, in their order: to be asked for once. */
  pieces(): AsyncGenerator<ParquetPiece>;
  /** The lines of some rows of a group that was given as columns. */
  lines(question: LineQuestion): readonly string[];
  close(): Promise<void>;
}

function tookTooLong(): Error {
  return new Error(`its Parquet data is broken: it took more than ${MINUTES} minutes`);
}

function failed({ why, code }: { readonly why: string; readonly code: string }): Error {
  return Object.assign(new Error(why), { code });
}

function ask(worker: Worker): Promise<ParquetAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tookTooLong()), LONGEST);
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

/** A thread that reads a file. */
class ParquetThread implements OpenParquet {
  readonly #worker: Worker;
  readonly #port: MessageChannel["port1"];
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));

  constructor(path: string, layout: Layout | undefined) {
    const { port1, port2 } = new MessageChannel();
    const workerData: ParquetTask = { path, layout, port: port2, signal: this.#signal };
    this.#worker = new Worker(PROGRAM, { workerData, transferList: [port2] });
    this.#port = port1;
    port1.unref();
  }

  async *pieces(): AsyncGenerator<ParquetPiece> {
    for (let coming = ask(this.#worker); ; ) {
      const answer = await coming;
      if ("isOver" in answer) return;
      if ("why" in answer) throw failed(answer);
      // the thread makes the next piece while this one is read
      coming = ask(this.#worker);
      coming.catch(() => undefined);
      yield answer.piece;
    }
  }

  lines(question: LineQuestion): readonly string[] {
    const before = Atomics.load(this.#signal, 0);
    this.#port.postMessage(question);
    if (Atomics.wait(this.#signal, 0, before, LONGEST) === "timed-out") throw tookTooLong();
    const received: { readonly message: LineAnswer } | undefined = receiveMessageOnPort(this.#port);
    if (received === undefined) throw new Error("its Parquet data could not be read again");
    if ("why" in received.message) throw failed(received.message);
    return received.message.lines;
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}

/** The same in this thread: where agentz runs from its sources. */
async function inThisThread(path: string, layout: Layout | undefined): Promise<OpenParquet> {
  const { ParquetTable } = await import("./parquet.ts");
  const table = new ParquetTable(path, layout);
  return {
    pieces: async function* () {
      yield* table.pieces();
    },
    lines: ({ group, from, to }) => table.lines(group, from, to),
    close: async () => table.close(),
  };
}

/**
 * Opens a Parquet file in a thread of its own, for the columns of a layout or for its lines. WHY a
 * thread: values of any size may take all memory, and then only the thread is ended; and it reads on
 * while this one decides.
 */
export async function openParquet(path: string, layout?: Layout): Promise<OpenParquet> {
  // WHY: the program is part of the build, not of the sources
  return existsSync(fileURLToPath(PROGRAM))
    ? new ParquetThread(path, layout)
    : await inThisThread(path, layout);
}

/** The rows of a Parquet file as lines, in pieces of UTF-8. */
export async function* linesByThread(path: string): AsyncGenerator<Uint8Array> {
  const table = await openParquet(path);
  try {
    for await (const piece of table.pieces()) if ("lines" in piece) yield piece.lines;
  } finally {
    await table.close();
  }
}
