import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { Layout } from "../trace/columns/layout.ts";
import { memoriesOf } from "../trace/columns/segment.ts";
import { errorCode } from "./file-error.ts";
import { ParquetTable, type ParquetPiece } from "./parquet.ts";

/** What the thread is started with. */
export interface ParquetTask {
  readonly path: string;
  /** The columns that are asked for; undefined: lines are. */
  readonly layout: Layout | undefined;
  /** Where lines of single rows are asked for by whoever waits for them. */
  readonly port: MessagePort;
  /** One number, which changes with each answer there. */
  readonly signal: Int32Array;
}

/** Why something could not be read. */
interface Failure {
  readonly why: string;
  readonly code: string;
}

/** What the thread answers when it is asked for the next piece. */
export type ParquetAnswer = { readonly piece: ParquetPiece } | { readonly isOver: true } | Failure;

/** Some rows of a group, of which the lines are asked for. */
export interface LineQuestion {
  readonly group: number;
  readonly from: number;
  readonly to: number;
}

export type LineAnswer = { readonly lines: readonly string[] } | Failure;

function failure(cause: unknown): Failure {
  return { why: cause instanceof Error ? cause.message : String(cause), code: errorCode(cause) };
}

/** The file, opened when it is first asked for: what is wrong with it is the answer then. */
class Reading {
  readonly #task: ParquetTask;
  #table: ParquetTable | undefined;
  #pieces: Generator<ParquetPiece, void> | undefined;

  constructor(task: ParquetTask) {
    this.#task = task;
  }

  #opened(): ParquetTable {
    return (this.#table ??= new ParquetTable(this.#task.path, this.#task.layout));
  }

  next(): ParquetAnswer {
    try {
      const { done, value } = (this.#pieces ??= this.#opened().pieces()).next();
      return done === true ? { isOver: true } : { piece: value };
    } catch (cause) {
      return failure(cause);
    }
  }

  lines({ group, from, to }: LineQuestion): LineAnswer {
    try {
      return { lines: this.#opened().lines(group, from, to) };
    } catch (cause) {
      return failure(cause);
    }
  }
}

/** The memory of a piece, which goes to whoever asked for it. */
function memoriesIn(answer: ParquetAnswer): ArrayBuffer[] {
  if (!("piece" in answer)) return [];
  const { piece } = answer;
  return "lines" in piece ? [piece.lines.buffer] : memoriesOf(piece.segment);
}

const task: ParquetTask = workerData;
const reading = new Reading(task);

parentPort?.on("message", () => {
  const answer = reading.next();
  parentPort?.postMessage(answer, memoriesIn(answer));
});
task.port.on("message", (question: LineQuestion) => {
  task.port.postMessage(reading.lines(question));
  Atomics.add(task.signal, 0, 1);
  Atomics.notify(task.signal, 0);
});
// the thread lives as long as it is asked for pieces
task.port.unref();
