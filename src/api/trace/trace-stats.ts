import type { StatsResult } from "../../documents/trace-stats-result.ts";
import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import type { Io } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { traceRead, TraceStats } from "../../trace/tools/stats.ts";
import { validateTrace } from "../../trace/tools/validate.ts";
import { eventMembers } from "./event-members.ts";
import { openTrace, type TraceFlags } from "./trace-input.ts";
import { unreadableTrace } from "./unreadable-trace.ts";

/** What a trace holds: events, agents, actions, decisions, labels, and what is recorded of them. */
export async function statsDocument(
  paths: readonly string[],
  flags: TraceFlags & { readonly reorder: number },
  io: Io,
): Promise<StatsResult> {
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  const found = new TraceStats();
  for await (const batch of readTrace(files, { reorder: flags.reorder, report }))
    for (const event of batch) found.add(event);
  const trace = traceRead(found.tally, report);
  if (trace.events === 0) throw unreadableTrace(report.malformed, report.malformedList);
  return {
    schemaVersion: 1,
    command: "trace stats",
    tool: { version: VERSION },
    trace,
    ...found.lists(),
  };
}

/** Whether every line of a trace is an event, ids are unique, parents known, and the order fixable. */
export async function validateDocument(
  paths: readonly string[],
  flags: TraceFlags,
  io: Io,
): Promise<ValidateResult> {
  const { files } = await openTrace(paths, flags, io);
  const found = await validateTrace(files, eventMembers());
  if (found.trace.events === 0) throw unreadableTrace(found.trace.malformed, found.malformed);
  return {
    schemaVersion: 1,
    command: "trace validate",
    tool: { version: VERSION },
    ...found,
  };
}
