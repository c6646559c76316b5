import { withInterrupt } from "../node/interrupt.ts";
import type { Io } from "../node/io.ts";
import { readFilter } from "./watch-filter.ts";

/** What a key asks for while a command watches. */
export type WatchKey = "rerun" | "details" | "quit" | WatchFilter;

/** Only what contains the text is to be shown; everything if it is empty. */
export interface WatchFilter {
  readonly filter: string;
}

type Key = "rerun" | "details" | "filter" | "quit";

const KEYS: ReadonlyMap<string, Key> = new Map([
  ["r", "rerun"],
  ["d", "details"],
  ["f", "filter"],
  ["q", "quit"],
]);

const CLEAR = "\u001b[H\u001b[2J\u001b[3J";

type Terminal = Pick<Io, "stdout" | "stderr" | "clock" | "readKey">;

/**
 * Begins a screen of its own on a terminal with keys: the time, and why it runs. Elsewhere nothing:
 * what a pipe gets is the results, one after the other.
 */
export function beginScreen(io: Terminal, why: string): void {
  if (io.readKey === undefined) return;
  const time = new Date(io.clock()).toTimeString().slice(0, 8);
  io.stdout.write(`${CLEAR}${time}  ${why}\n\n`);
}

/** Says how to go on, below the result. */
export function endScreen(io: Terminal, what: string): void {
  if (io.readKey !== undefined)
    io.stderr.write(`\nwatching ${what}; r runs again, d shows details, f filters, q quits\n`);
  else if (io.stderr.isTTY) io.stderr.write(`watching ${what}; press Ctrl+C to end\n`);
}

/** The next key that asks for something; it does not come where it is aborted. */
async function nextKey({ readKey }: Terminal, until: AbortSignal): Promise<Key | undefined> {
  while (readKey !== undefined) {
    const key = await readKey(until);
    if (key === undefined) return undefined;
    const asked = KEYS.get(key.toLowerCase());
    if (asked !== undefined) return asked;
  }
  return new Promise(() => undefined);
}

/**
 * What comes first: files that were saved, or a key; undefined: the user interrupted. `changed`
 * waits for a save until its signal is aborted. `tell` is done before: whoever reads what it shows
 * may interrupt at once, and that is to end the watch.
 */
export function changeOrKey(
  io: Terminal,
  changed: (until: AbortSignal) => Promise<ReadonlySet<string> | undefined>,
  tell?: () => Promise<void>,
): Promise<ReadonlySet<string> | WatchKey | undefined> {
  return withInterrupt(async ({ signal }) => {
    await tell?.();
    const other = new AbortController();
    const until = AbortSignal.any([signal, other.signal]);
    try {
      const first = await Promise.race([changed(until), nextKey(io, until)]);
      if (first !== "filter") return first;
      // a save while somebody types is seen afterwards
      const filter = await readFilter(io, signal);
      return filter === undefined ? undefined : { filter };
    } finally {
      other.abort();
    }
  });
}
