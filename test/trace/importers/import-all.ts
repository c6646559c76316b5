import { Ajv2020 } from "ajv/dist/2020.js";
import schema from "../../../schemas/trace.schema.json" with { type: "json" };
import type { TraceEvent } from "../../../src/trace/event.ts";
import { EVENT_MEMBERS, decodeEvent } from "../../../src/trace/event.ts";
import { chat } from "../../../src/trace/importers/chat.ts";
import type { ImportReport } from "../../../src/trace/importers/import-tally.ts";
import type { Importer, ImportFile, ImportOptions } from "../../../src/trace/importers/importer.ts";
import { runImport } from "../../../src/trace/importers/run-import.ts";
import { importFileOf } from "../bytes.ts";
import type { JsonObject } from "../../../src/request/json.ts";

const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

export interface Imported {
  readonly written: JsonObject[];
  readonly calls: JsonObject[];
  readonly events: TraceEvent[];
  readonly report: ImportReport;
  readonly text: string;
}

/** Imports files as chat. */
export async function importAll(
  files: readonly ImportFile[],
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  return importFiles(chat, files, options);
}

/**
 * Imports files; every line must satisfy the published schema and be an event without unknown
 * members.
 */
export async function importFiles(
  importer: Importer,
  files: readonly ImportFile[],
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const run = runImport(importer, files, { results: false, ...options });
  let text = "";
  for await (const chunk of run.chunks) text += chunk;
  const written: JsonObject[] = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const events = written.map((value, index) => {
    if (!validate(value))
      throw new Error(`${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
    const unknown = Object.keys(value).filter((key) => !EVENT_MEMBERS.includes(key));
    const event = decodeEvent(value, { file: "out", line: index + 1 });
    if (typeof event === "string" || unknown.length > 0)
      throw new Error(`${JSON.stringify(value)}: ${String(event)} ${unknown.join()}`);
    return event;
  });
  const calls = written.filter(({ type }) => type === undefined);
  return { written, calls, events, report: run.report(), text };
}

/** One small variant of a format: what it holds, and the calls that must come of it. */
export interface Variant {
  readonly of: string;
  /** A text as it is, or values: one line each. */
  readonly content: string | readonly unknown[];
  readonly calls: readonly object[];
  readonly options?: Partial<ImportOptions>;
  /** Causes of what could not be read. */
  readonly causes?: readonly string[];
  /** Members that the last call must not have, such as `action.name`. */
  readonly lacks?: readonly string[];
}

/** The calls of a variant, as the importer gives them, and why the rest was refused. */
export async function importVariant(
  importer: Importer,
  { content, options }: Variant,
): Promise<{ calls: JsonObject[]; causes: string[]; written: JsonObject[]; counted: number }> {
  const text =
    typeof content === "string"
      ? content
      : content.map((value) => `${JSON.stringify(value)}\n`).join("");
  const { calls, report, written } = await importFiles(
    importer,
    [importFileOf("log.jsonl", text)],
    options,
  );
  const counted = [...report.notUnderstood, ...report.causes].reduce(
    (sum, { count }) => sum + count,
    0,
  );
  return { calls, causes: report.causes.map(({ cause }) => cause).sort(), written, counted };
}
