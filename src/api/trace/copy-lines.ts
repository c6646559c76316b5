import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { Io } from "../../node/io.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import type { RawEvent } from "../../trace/tools/raw-events.ts";
import { readRaw } from "../../trace/tools/raw-events.ts";
import type { TraceFlags } from "./trace-input.ts";
import { openTraceLines, type TraceOutput } from "./trace-output.ts";
import { count } from "../../text/count.ts";

/** What tools take that write a trace. */
export interface LineFlags extends TraceFlags, TraceOutput {
  /** How many events to buffer when sorting by time. */
  readonly reorder: number;
}

/**
 * Tells of malformed lines, and refuses a trace of which nothing could be read: before what is
 * there is replaced by nothing.
 */
export function tellMalformed(report: ReadReport, io: Io): void {
  const [first] = report.malformedList;
  if (first !== undefined)
    io.stderr.write(
      inertText(
        `${count(report.malformed, "malformed line")} left out, the first at ` +
          `${first.file}:${first.line}: ${first.cause}\n`,
      ),
    );
  if (report.events === 0)
    throw new UserError("unreadable-trace", "no event of the trace can be read", {
      help: "a trace is JSON Lines, one event on each line; convert other formats with `agentz import`",
    });
}

/** Writes the lines of `files` that `keeps`, in the order of time. */
export async function copyLines(
  files: readonly TraceFile[],
  copy: {
    readonly flags: LineFlags;
    readonly io: Io;
    readonly keeps: (raw: RawEvent) => boolean;
  },
): Promise<{ readonly kept: number; readonly all: number }> {
  const report = new ReadReport();
  const out = await openTraceLines(copy.io, copy.flags);
  let kept = 0;
  for await (const batch of readRaw(files, { reorder: copy.flags.reorder, report })) {
    for (const raw of batch) {
      if (!copy.keeps(raw)) continue;
      out.add(raw.text);
      kept++;
    }
    out.flush();
  }
  tellMalformed(report, copy.io);
  await out.close();
  return { kept, all: report.events };
}
