import { parentPort, workerData } from "node:worker_threads";
import { errorCode } from "./file-error.ts";
import { parquetLines } from "./parquet.ts";

/** What the thread answers when it is asked for the next piece. */
export type ParquetAnswer =
  | { readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly isOver: true }
  | { readonly why: string; readonly code: string };

const pieces = parquetLines(String(workerData));

function next(): ParquetAnswer {
  try {
    const { done, value } = pieces.next();
    return done === true ? { isOver: true } : { piece: value };
  } catch (cause) {
    return { why: cause instanceof Error ? cause.message : String(cause), code: errorCode(cause) };
  }
}

function answer(): void {
  const told = next();
  parentPort?.postMessage(told, "piece" in told ? [told.piece.buffer] : []);
}

parentPort?.on("message", answer);
