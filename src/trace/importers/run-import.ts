import { objectMember, type JsonObject } from "../../request/json.ts";
import { TraceError } from "../trace-error.ts";
import type { ImportReport } from "./import-tally.ts";
import { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions } from "./importer.ts";

/** A running import: the canonical trace in pieces of whole lines, and once they were read, what became of the input. */
export interface ImportRun {
  readonly chunks: AsyncIterable<string>;
  readonly report: () => ImportReport;
}

/** Written at a time, in characters. */
const CHUNK = 256 * 1024;

/** Imports `files`, in their order here, as canonical JSONL. Nothing is read before the chunks are asked for. */
export function runImport(importer: Importer, files: readonly ImportFile[], options: ImportOptions): ImportRun {
  const tally = new ImportTally();
  return { chunks: write(importEvents(importer, files, { options, tally })), report: () => tally.report() };
}

/** The canonical events of `files` in batches, counted in `tally`. */
export async function* importEvents(
  importer: Importer,
  files: readonly ImportFile[],
  { options, tally }: { options: ImportOptions; tally: ImportTally },
): AsyncGenerator<readonly JsonObject[]> {
  const informed = (await importer.survey?.(files)) ?? importer;
  for (const file of files) {
    tally.files++;
    try {
      for await (const events of informed.convert(file, options, tally)) {
        for (const event of events) tally.addEvent(event);
        yield options.labels === undefined ? events : events.map((event) => labelled(event, options.labels));
      }
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      // one file that cannot be read to its end must not cost the others
      tally.addUnreadable(error.message, file.name);
    }
  }
}

function labelled(event: JsonObject, table: ImportOptions["labels"]): JsonObject {
  const labels = typeof event["id"] === "string" ? table?.take(event["id"]) : undefined;
  return labels === undefined ? event : { ...event, labels: { ...objectMember(event, "labels"), ...labels } };
}

async function* write(batches: AsyncIterable<readonly JsonObject[]>): AsyncGenerator<string> {
  let chunk = "";
  for await (const events of batches) {
    for (const event of events) {
      chunk += `${JSON.stringify(event)}\n`;
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}
