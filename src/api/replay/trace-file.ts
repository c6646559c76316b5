import { openSync, readSync } from "node:fs";
import { whyUnreadable } from "../../node/file-error.ts";
import { NotByColumns } from "./not-by-columns.ts";

/**
 * What `read` gives. `NotByColumns` where it fails: the trace is then read as a stream, and that
 * says which file it was.
 */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new NotByColumns(`a file of the trace cannot be read: ${whyUnreadable(cause)}`);
  }
}

/** Opens a file of a trace. */
export function openTraceFile(path: string): number {
  return reading(() => openSync(path, "r"));
}

/**
 * How many bytes of a trace's file stand in `target` from `at` on, read from the place `from` of
 * the file.
 */
export function readTraceFile(
  fd: number,
  target: Uint8Array,
  of: { readonly at: number; readonly length: number; readonly from: number },
): number {
  return reading(() => readSync(fd, target, of.at, of.length, of.from));
}
