import { expandInputs, TRACE_ENDINGS } from "../node/inputs.ts";
import type { TraceEvent } from "../trace/event.ts";
import { readTrace as readBatches } from "../trace/read-events.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { ReadReport } from "../trace/read-report.ts";

/** How a trace is read. */
export interface TraceOptions {
  /** How many events to buffer when sorting by time; by default 10,000. */
  readonly reorder?: number;
  /** Which lines are read at all; by default every one. */
  readonly only?: (line: string) => boolean;
}

/** What reading a trace came across, up to where it was read; lists hold the first hundred. */
export interface TraceReport {
  readonly files: number;
  /** Lines, empty ones included. */
  readonly lines: number;
  readonly events: number;
  readonly malformed: number;
  readonly malformedList: readonly {
    readonly file: string;
    readonly line: number;
    readonly cause: string;
  }[];
  /** Events that have an action and a type that nobody knows: they are not decided. */
  readonly undecided: number;
  readonly undecidedList: readonly {
    readonly file: string;
    readonly line: number;
    readonly type: string;
  }[];
  /** Events that came after a later one of their file, and were put in their place. */
  readonly reordered: number;
  /** Members that no event has, with how often each came. */
  readonly unknownMembers: ReadonlyMap<string, number>;
}

/** A trace that is read as far as somebody asks for its events. */
export interface Trace {
  /** The events of all files in the order of time (design 5.4); read once, from the start. */
  readonly events: AsyncIterable<TraceEvent>;
  /** Grows while events are read: what was malformed, and what nobody decides. */
  readonly report: TraceReport;
}

async function* eachOf(batches: AsyncIterable<readonly TraceEvent[]>): AsyncGenerator<TraceEvent> {
  for await (const batch of batches) yield* batch;
}

/**
 * Reads canonical traces (`.jsonl`, plain or packed; paths, folders and patterns, design 7.1). A path
 * that holds no trace is a `UserError`, disorder beyond `reorder` a `TraceError`; lines that cannot
 * be read are counted in `report`, and never an error (design 7.7).
 */
export async function readTrace(
  paths: string | readonly string[],
  { reorder = DEFAULT_REORDER, only }: TraceOptions = {},
): Promise<Trace> {
  const report = new ReadReport();
  const files = await expandInputs(typeof paths === "string" ? [paths] : paths, TRACE_ENDINGS);
  return { events: eachOf(readBatches(files, { reorder, report, only })), report };
}
