import { tmpdir } from "node:os";
import type { RunStore } from "../trace/tools/sort.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { whyUnreadable } from "./file-error.ts";
import { Spool } from "./spool.ts";

/** How messages call them. */
const NAME = `a temporary file in ${tmpdir()}`;
/** Characters that are written at a time. */
const BATCH = 1 << 16;

async function* piecesOf(spool: Spool): AsyncGenerator<Uint8Array> {
  try {
    yield* spool.pieces();
  } catch (cause) {
    throw new TraceError(`cannot read \`${NAME}\`: ${whyUnreadable(cause)}`);
  }
}

async function fill(spool: Spool, lines: AsyncIterable<string>): Promise<void> {
  let pending = "";
  for await (const line of lines) {
    pending += `${line}\n`;
    if (pending.length < BATCH) continue;
    spool.add(pending);
    pending = "";
  }
  spool.add(pending);
}

/** Runs of lines in temporary files that nobody else can read, for as long as `use` takes. */
export async function withRunStore(use: (store: RunStore) => Promise<void>): Promise<void> {
  const spools = new Map<TraceFile, Spool>();
  const drop = (run: TraceFile): void => {
    spools.get(run)?.close();
    spools.delete(run);
  };
  try {
    await use({
      keep: async (lines) => {
        const spool = Spool.open(tmpdir(), NAME);
        const run = { name: String(spools.size), open: () => piecesOf(spool) };
        spools.set(run, spool);
        await fill(spool, lines);
        return run;
      },
      drop: async (run) => drop(run),
    });
  } finally {
    for (const run of [...spools.keys()]) drop(run);
  }
}
