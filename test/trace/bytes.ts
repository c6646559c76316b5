import type { TraceEvent } from "../../src/trace/event.ts";
import type { ReadOptions, TraceFile } from "../../src/trace/read-events.ts";
import { readTrace } from "../../src/trace/read-events.ts";
import { ReadReport } from "../../src/trace/read-report.ts";
import type { ImportFile } from "../../src/trace/importers/importer.ts";

/** A file in memory, given in chunks of `size` bytes. */
export function fileOf(name: string, content: string | Uint8Array, size = 1 << 16): TraceFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    name,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}

/** A file to import, below a folder that was given. */
export function importFileOf(
  path: string,
  content: string | Uint8Array,
  size?: number,
): ImportFile {
  return { ...fileOf(path, content, size), path: `/data/${path}`, relative: path };
}

/** Lines of JSON. */
export function linesOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** All events of files, with the report of the reading. */
export async function readAll(
  files: readonly TraceFile[],
  options: Partial<ReadOptions> = {},
): Promise<{ events: TraceEvent[]; report: ReadReport }> {
  const report = new ReadReport();
  const events: TraceEvent[] = [];
  for await (const batch of readTrace(files, { reorder: 10_000, report, ...options }))
    events.push(...batch);
  return { events, report };
}
