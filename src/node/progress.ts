import type { Io } from "./io.ts";

/** A line on a terminal's stderr that says how far a long run is: bytes, calls, rate, time left. */
export interface Progress {
  /** Counts bytes as they are read. */
  readonly read: (bytes: number) => void;
  /** Shows how far it is, at most a few times a second, and only after the first second. */
  readonly show: (calls: number) => void;
  /** Clears the line. */
  readonly end: () => void;
}

const QUIET_MS = 1000;
const EVERY_MS = 200;

function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function line(state: {
  readonly bytes: number;
  readonly total: number;
  readonly calls: number;
  readonly seconds: number;
}): string {
  const { bytes, total, calls, seconds } = state;
  const mega = (n: number): string => `${(n / 1e6).toFixed(0)} MB`;
  const rate = `${Math.round(calls / seconds).toLocaleString("en-US")} calls/s`;
  if (total <= 0) return `${mega(bytes)}, ${calls.toLocaleString("en-US")} calls, ${rate}`;
  const done = Math.min(1, bytes / total);
  const bar = "=".repeat(Math.round(done * 20)).padEnd(20);
  return (
    `[${bar}] ${(done * 100).toFixed(0)}% of ${mega(total)}, ${calls.toLocaleString("en-US")} ` +
    `calls, ${rate}, ${clockTime((seconds * (1 - done)) / Math.max(done, 1e-6))} left`
  );
}

/**
 * Progress on stderr where that is a terminal, else undefined. `total` is in bytes; 0: not known.
 */
export function createProgress(io: Io, total: number): Progress | undefined {
  if (!io.stderr.isTTY) return undefined;
  const started = io.clock();
  let bytes = 0;
  let last = started;
  let shown = false;
  return {
    read: (more) => void (bytes += more),
    show: (calls) => {
      const now = io.clock();
      if (now - started < QUIET_MS || now - last < EVERY_MS) return;
      last = now;
      shown = true;
      io.stderr.write(
        `\r\u001b[K${line({ bytes, total, calls, seconds: (now - started) / 1000 })}`,
      );
    },
    end: () => {
      if (shown) io.stderr.write("\r\u001b[K");
    },
  };
}
