import type { Io } from "../../node/io.ts";
import { openLines } from "../../node/output.ts";
import { withRunStore } from "../../node/run-store.ts";
import { eventLine } from "../../trace/event-line.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { readRaw } from "../../trace/tools/raw-events.ts";
import { isDrawn } from "../../trace/tools/sample.ts";
import { sessionKey } from "../../trace/tools/session-key.ts";
import { sortTrace } from "../../trace/tools/sort.ts";
import { isCompleteRequest, toAuthzen } from "../../trace/tools/to-authzen.ts";
import { encodingOf, LINE_TABLE } from "../line-output.ts";
import { copyLines, type LineFlags, tellMalformed } from "./copy-lines.ts";
import { openTrace } from "./trace-input.ts";
import { openTraceLines } from "./trace-output.ts";

/** What draws sessions. */
export interface SampleFlags extends LineFlags {
  /** Above 0 and up to 1. */
  readonly share: number;
  /** Another seed draws other sessions. */
  readonly seed: string;
}

/** Draws a share of the sessions of a trace, whole; how many of all events that were. */
export async function sampleTrace(
  paths: readonly string[],
  flags: SampleFlags,
  io: Io,
): Promise<{ readonly kept: number; readonly all: number }> {
  const { files } = await openTrace(paths, flags, io);
  return copyLines(files, { flags, io, keeps: ({ event }) => isDrawn(sessionKey(event), flags) });
}

/** Writes one trace of several, in the order of time; how many events of how many files. */
export async function mergeTraces(
  paths: readonly string[],
  flags: LineFlags,
  io: Io,
): Promise<{ readonly events: number; readonly files: number }> {
  const { files } = await openTrace(paths, flags, io);
  const { kept } = await copyLines(files, { flags, io, keeps: () => true });
  return { events: kept, files: files.length };
}

/** How many lines are handed on together. */
const BATCH = 1000;

/**
 * Sorts a trace of any disorder and size by time; what does not fit into `memory` bytes goes through
 * temporary files. Lines stay as they are.
 */
export async function sortTraces(
  paths: readonly string[],
  flags: LineFlags & { readonly memory: number | undefined },
  io: Io,
): Promise<void> {
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  await withRunStore(async (store) => {
    const out = await openTraceLines(io, flags);
    const memory = flags.memory === undefined ? {} : { run: flags.memory };
    let pending = 0;
    for await (const line of sortTrace(files, { report, store, ...memory })) {
      out.add(line);
      if (++pending % BATCH === 0) out.flush();
    }
    tellMalformed(report, io);
    await out.close();
  });
}

/** Writes calls as AuthZEN evaluations; how many lack what AuthZEN requires. */
export async function exportAuthzen(
  paths: readonly string[],
  flags: LineFlags,
  io: Io,
): Promise<{ readonly calls: number; readonly incomplete: number }> {
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  const out = await openLines(io, flags.output, encodingOf(flags.output, LINE_TABLE));
  let [calls, incomplete] = [0, 0];
  for await (const batch of readRaw(files, { reorder: flags.reorder, report })) {
    for (const { event } of batch) {
      if (event.type !== "call") continue;
      const record = toAuthzen(event);
      calls++;
      if (!isCompleteRequest(record)) incomplete++;
      out.add(eventLine(record));
    }
    out.flush();
  }
  tellMalformed(report, io);
  await out.close();
  return { calls, incomplete };
}
