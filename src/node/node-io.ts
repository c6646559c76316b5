import { writeSync } from "node:fs";
import { addAbortSignal } from "node:stream";
import { isatty } from "node:tty";
import { keysOf } from "./keys.ts";
import type { Io } from "./io.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { MAX_TEXT_BYTES, streamText } from "./text-file.ts";

const STDOUT = 1;
const STDERR = 2;
/**
 * How long a reader that does not keep up is waited for before it is tried again, in milliseconds.
 */
const RETRY_MS = 2;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}

function writeBytes(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (cause) {
      if (errorCode(cause) !== "EAGAIN") throw cause;
      pause();
    }
  }
}

/**
 * Writes to a stream of the process at once, so that nothing is lost however the process ends.
 * After an error it writes no more; `onError` is told the first.
 */
function writer(
  fd: number,
  onError: (cause: unknown) => void,
): { readonly write: (text: string) => void; readonly isClosed: () => boolean } {
  let closed = false;
  const write = (text: string): void => {
    if (closed) return;
    try {
      writeBytes(fd, Buffer.from(text, "utf8"));
    } catch (cause) {
      closed = true;
      onError(cause);
    }
  };
  return { write, isClosed: () => closed };
}

/**
 * A closed pipe (`| head`) is no fault of ours and must not change the exit status. Windows says
 * EOF.
 */
function refuseStdout(cause: unknown): void {
  if (["EPIPE", "EOF"].includes(errorCode(cause))) return;
  throw new UserError("unwritable", `standard output cannot be written: ${whyUnreadable(cause)}`);
}

/** The process's own streams. */
export function nodeStreams(): Pick<Io, "stdout" | "stderr"> {
  const isTTY = isatty(STDOUT);
  // WHY only on a terminal: else the stream would make a pipe one that does not wait for its reader
  const told = Number(process.env["COLUMNS"]);
  const isTold = Number.isSafeInteger(told) && told > 0;
  return {
    stdout: {
      ...writer(STDOUT, refuseStdout),
      isTTY,
      get columns() {
        if (isTold) return told;
        return isTTY ? (process.stdout.columns ?? 100) : 100;
      },
      get rows() {
        return isTTY ? process.stdout.rows : undefined;
      },
    },
    // there is nowhere to say so
    stderr: { ...writer(STDERR, () => undefined), isTTY: isatty(STDERR) },
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError("no-folder", "the working folder no longer exists", {
      help: "change to another folder",
    });
  }
}

/**
 * The process's own working folder, environment and clock, and `streams`. A folder that has gone is
 * a `UserError`.
 */
export function nodeIo(streams: Pick<Io, "stdout" | "stderr">): Io {
  return {
    ...streams,
    cwd: workingFolder(),
    env: process.env,
    readStdin: (until) => {
      const { stdin } = process;
      const chunks = until === undefined ? stdin : addAbortSignal(until, stdin);
      return streamText("<stdin>", chunks, MAX_TEXT_BYTES);
    },
    clock: () => Date.now(),
    ...(streams.stdout.isTTY && isatty(0) && { readKey: keysOf(process.stdin, process.stdout) }),
  };
}
