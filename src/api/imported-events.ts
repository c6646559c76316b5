import { expandInputs, IMPORT_ENDINGS } from "../node/inputs.ts";
import type { TraceEvent } from "../trace/event.ts";
import { importedFiles } from "../trace/importers/run-import.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { readTrace } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { chooseImporter } from "./trace/import-formats.ts";

/** Recorded runs of another format, read as a trace. */
export interface ImportedEvents {
  /** In the order of time; read once. */
  readonly events: AsyncIterable<TraceEvent>;
  /** How many files were found. */
  readonly files: number;
  /** What could not be read so far, in records. */
  readonly unreadable: () => number;
}

async function* eachOf(batches: AsyncIterable<readonly TraceEvent[]>): AsyncGenerator<TraceEvent> {
  for await (const batch of batches) yield* batch;
}

/** Reads runs that were recorded in `format` (`auto`: each file by what it looks like). */
export async function importedEvents(
  format: string,
  paths: readonly string[],
  cwd: string,
): Promise<ImportedEvents> {
  const importer = await chooseImporter(format, cwd, undefined);
  const inputs = await expandInputs(paths, IMPORT_ENDINGS);
  const { files, report } = await importedFiles(importer, inputs, { results: false });
  const read = new ReadReport();
  return {
    events: eachOf(readTrace(files, { reorder: DEFAULT_REORDER, report: read })),
    files: files.length,
    unreadable: () => report().causes.reduce((sum, { count }) => sum + count, 0),
  };
}
