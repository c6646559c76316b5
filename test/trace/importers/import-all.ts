import { Ajv2020 } from "ajv/dist/2020.js";
import schema from "../../../schemas/trace.schema.json" with { type: "json" };
import type { TraceEvent } from "../../../src/trace/event.ts";
import { EVENT_MEMBERS, decodeEvent } from "../../../src/trace/event.ts";
import { chat } from "../../../src/trace/importers/chat.ts";
import type { ImportReport } from "../../../src/trace/importers/import-tally.ts";
import type { ImportFile, ImportOptions } from "../../../src/trace/importers/importer.ts";
import { runImport } from "../../../src/trace/importers/run-import.ts";
import type { JsonObject } from "../../../src/request/json.ts";

const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

export interface Imported {
  readonly written: JsonObject[];
  readonly calls: JsonObject[];
  readonly events: TraceEvent[];
  readonly report: ImportReport;
  readonly text: string;
}

/** Imports files as chat; every line must satisfy the published schema and be an event without unknown members. */
export async function importAll(files: readonly ImportFile[], options: Partial<ImportOptions> = {}): Promise<Imported> {
  const run = runImport(chat, files, { results: false, ...options });
  let text = "";
  for await (const chunk of run.chunks) text += chunk;
  const written: JsonObject[] = text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  const events = written.map((value, index) => {
    if (!validate(value)) throw new Error(`${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
    const unknown = Object.keys(value).filter((key) => !EVENT_MEMBERS.includes(key));
    const event = decodeEvent(value, { file: "out", line: index + 1 });
    if (typeof event === "string" || unknown.length > 0) throw new Error(`${JSON.stringify(value)}: ${String(event)} ${unknown.join()}`);
    return event;
  });
  const calls = written.filter(({ type }) => type === undefined);
  return { written, calls, events, report: run.report(), text };
}
