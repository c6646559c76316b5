import { inertText } from "../diagnostics/inert-text.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { withInterrupt } from "../node/interrupt.ts";
import type { Io } from "../node/io.ts";
import { REDRAW } from "../node/keys.ts";
import { savedFiles } from "../node/watch.ts";
import { wrapText } from "../report/wrap.ts";
import { readFilter } from "./watch-filter.ts";

/** What a key asks for while a command watches. */
export type WatchKey = "rerun" | "details" | "redraw" | "quit" | WatchFilter;

/** Only what contains the text is to be shown; everything if it is empty. */
export interface WatchFilter {
  readonly filter: string;
}

type Key = "rerun" | "details" | "filter" | "redraw" | "quit";

const KEYS: ReadonlyMap<string, Key> = new Map([
  ["r", "rerun"],
  ["d", "details"],
  ["f", "filter"],
  ["q", "quit"],
  [REDRAW, "redraw"],
]);

/** The rows of a screen besides its texts: an empty one below its head, one above its end, the cursor. */
const AROUND = 3;

const CLEAR = "\u001b[H\u001b[2J\u001b[3J";

type Terminal = Pick<Io, "stdout" | "stderr" | "clock" | "readKey">;

/**
 * Begins a screen of its own on a terminal with keys: the time of the run, and why it runs. Elsewhere nothing:
 * what a pipe gets is the results, one after the other.
 */
export function beginScreen(io: Terminal, why: string, at: number = io.clock()): void {
  if (io.readKey === undefined) return;
  const time = new Date(at).toTimeString().slice(0, 8);
  io.stdout.write(`${CLEAR}${wrapText(`${time}  ${why}`, io.stdout.columns)}\n\n`);
}

/**
 * The rows that a result may take beside other texts, so that nothing of the screen scrolls away;
 * undefined: nobody knows.
 */
export function roomBeside(
  texts: readonly string[],
  { stdout, readKey }: Terminal,
): number | undefined {
  if (readKey === undefined || stdout.rows === undefined) return undefined;
  const taken = texts.flatMap((text) => wrapText(text, stdout.columns).trimEnd().split("\n"));
  const rows = taken.filter((line) => line !== "").length;
  return Math.max(1, stdout.rows - AROUND - rows);
}

/** The names of what was saved, without control characters. */
export function savedText(changed: ReadonlySet<string>): string {
  return inertText(`after a save of ${savedFiles(changed).join(", ")}`);
}

/** What is wrong with files that were saved, with its places; a fault of agentz is thrown. */
export function savedWrong(error: unknown): string {
  if (!(error instanceof UserError) && !(error instanceof TraceError)) throw error;
  const { details, help } = error instanceof UserError ? error : {};
  const more = [details, help === undefined ? undefined : `  help: ${help}`];
  return inertText(
    `${[`agentz: ${error.message}`, ...more].filter((part) => part !== undefined).join("\n")}\n`,
  );
}

/** How to go on, on a terminal with keys. */
export function endText(what: string): string {
  return `watching ${what}; r runs again, d shows details, f filters, q quits`;
}

/** Says how to go on, below the result. */
export function endScreen(io: Terminal, what: string): void {
  if (io.readKey !== undefined) io.stderr.write(`\n${endText(what)}\n`);
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
