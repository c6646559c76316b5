import { objectMember, type JsonObject } from "../../request/json.ts";
import type { TraceFile } from "../read-events.ts";
import { eventLine } from "../event-line.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import type { ImportReport } from "./import-tally.ts";
import { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions } from "./importer.ts";
import { countCallShapes, watchedFile } from "./overlooked-calls.ts";

/**
 * A running import: the canonical trace in pieces of whole lines, and once they were read, what
 * became of the input.
 */
export interface ImportRun {
  readonly chunks: AsyncIterable<string>;
  readonly report: () => ImportReport;
}

/** Written at a time, in characters. */
const CHUNK = 256 * 1024;

/**
 * Imports `files`, in their order here, as canonical JSONL. Nothing is read before the chunks are
 * asked for.
 */
export function runImport(
  importer: Importer,
  files: readonly ImportFile[],
  options: ImportOptions,
): ImportRun {
  const tally = new ImportTally();
  return {
    chunks: write(importEvents(importer, files, { options, tally })),
    report: () => tally.report(),
  };
}

/**
 * Each file as a trace of its own whose bytes are the imported lines, so that a replay reads it
 * without a copy on disk: its files are then merged by time, as those of any trace. Each is to be
 * opened once: names and counts go on.
 */
export async function importedFiles(
  importer: Importer,
  files: readonly ImportFile[],
  options: ImportOptions,
): Promise<{ readonly files: readonly TraceFile[]; readonly report: () => ImportReport }> {
  const tally = new ImportTally();
  const informed = (await importer.survey?.(files)) ?? importer;
  const single: Importer = {
    name: informed.name,
    title: informed.title,
    recognises: informed.recognises,
    convert: informed.convert,
  };
  const traces = files.map((file) => ({
    name: file.name,
    open: () => encode(write(importEvents(single, [file], { options, tally, carries: true }))),
  }));
  return { files: traces, report: () => tally.report() };
}

async function* encode(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

interface ImportWork {
  readonly options: ImportOptions;
  readonly tally: ImportTally;
  /** Whether events stand for what was not understood: a replay counts them as undecided. */
  readonly carries?: boolean;
}

/** The canonical events of `files` in batches, counted in `tally`. */
export async function* importEvents(
  importer: Importer,
  files: readonly ImportFile[],
  { options, tally, carries = false }: ImportWork,
): AsyncGenerator<readonly JsonObject[]> {
  const undecided = (): readonly JsonObject[] => {
    const pending = tally.takePending();
    return carries ? pending : [];
  };
  const informed = (await importer.survey?.(files)) ?? importer;
  for (const file of files) {
    tally.files++;
    const before = tally.calls + tally.notUnderstood + tally.repeats;
    const watched = watchedFile(file);
    try {
      for await (const events of informed.convert(watched.file, options, tally)) {
        for (const event of events) tally.addEvent(event);
        yield options.labels === undefined && options.pdp === undefined
          ? events
          : events.map((event) => labelled(answered(event, options.pdp), options.labels));
        yield undecided();
      }
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      // one file that cannot be read to its end must not cost the others
      tally.addBroken(error.message, file.name);
    }
    if (tally.calls + tally.notUnderstood + tally.repeats === before)
      await countCallShapes(watched.again(), tally);
    yield undecided();
  }
}

/**
 * The event with the decision point that the operator names, where a decision was recorded without
 * one.
 */
function answered(event: JsonObject, pdp: string | undefined): JsonObject {
  const decision = objectMember(event, "decision");
  return pdp === undefined || decision === undefined || decision["pdp"] !== undefined
    ? event
    : { ...event, decision: { ...decision, pdp } };
}

function labelled(event: JsonObject, table: ImportOptions["labels"]): JsonObject {
  const labels = typeof event["id"] === "string" ? table?.take(event["id"]) : undefined;
  return labels === undefined
    ? event
    : { ...event, labels: { ...objectMember(event, "labels"), ...labels } };
}

async function* write(batches: AsyncIterable<readonly JsonObject[]>): AsyncGenerator<string> {
  let chunk = "";
  for await (const events of batches) {
    for (const event of events) {
      chunk += `${eventLine(event)}\n`;
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}
