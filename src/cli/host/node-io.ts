import type { Io } from "../io.ts";
import { MAX_TEXT_BYTES, streamText } from "./text-file.ts";

function writer(stream: NodeJS.WriteStream): (text: string) => void {
  // a closed pipe (`| head`) is no fault of ours and must not change the exit status
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return (text) => void stream.write(text);
}

/** The process's own streams, environment, clock and interrupt. A second interrupt ends the process at once. */
export function nodeIo(): Io {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: { write: writer(process.stdout), isTTY: process.stdout.isTTY === true, columns: process.stdout.columns ?? 100 },
    stderr: { write: writer(process.stderr), isTTY: process.stderr.isTTY === true },
    readStdin: () => streamText("<stdin>", process.stdin, MAX_TEXT_BYTES),
    clock: () => Date.now(),
    interrupted: controller.signal,
  };
}
