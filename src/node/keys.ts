import type { ReadStream, WriteStream } from "node:tty";

const INTERRUPT = "\u0003";

/** Ctrl+L: the screen is to be drawn again. */
export const REDRAW = "\u000c";

/** The next key of a terminal, {@link REDRAW} when it is resized; undefined where it is aborted before one comes. */
export type ReadKey = (until: AbortSignal) => Promise<string | undefined>;

/**
 * Reads keys one by one, without Enter. The terminal is as it was between two reads, so that an
 * interrupt ends a long run; during a read Ctrl+C is passed on as the interrupt that it is.
 */
export function keysOf(stdin: ReadStream, stdout: WriteStream): ReadKey {
  return (until) =>
    new Promise((resolve) => {
      const end = (key: string | undefined): void => {
        stdin.off("data", hear);
        stdout.off("resize", redraw);
        until.removeEventListener("abort", abort);
        if (!stdin.destroyed) stdin.setRawMode(false).pause();
        resolve(key);
      };
      const abort = (): void => end(undefined);
      const redraw = (): void => end(REDRAW);
      const hear = (bytes: Buffer): void => {
        const key = bytes.toString("utf8");
        if (key === INTERRUPT) process.kill(process.pid, "SIGINT");
        else end(key);
      };
      if (until.aborted) return resolve(undefined);
      until.addEventListener("abort", abort, { once: true });
      stdout.on("resize", redraw);
      stdin.setRawMode(true).resume().on("data", hear);
    });
}
