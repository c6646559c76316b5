import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import { decodeEvent } from "../trace/event.ts";
import { parseKeepingNumbers } from "../trace/parse-json.ts";
import { isJson, timeText } from "../trace/importers/call-values.ts";
import { stemOf } from "../trace/importers/chat-origin.ts";
import type { ImportTally } from "../trace/importers/import-tally.ts";
import type {
  Importer,
  ImportFile,
  ImportOptions,
  ImportSample,
} from "../trace/importers/importer.ts";
import { readJson } from "../trace/importers/read-json.ts";
import { readCsv } from "./csv-records.ts";
import { compileMapping, type MappingProgram } from "./evaluate.ts";
import type { Mapping } from "./mapping.ts";

/**
 * An importer that a mapping makes. `recognises` tells its format by content; a mapping of one's
 * own has none.
 */
export function mappedImporter(
  mapping: Mapping,
  about: { name: string; title: string; recognises?: (sample: ImportSample) => boolean },
): Importer {
  const program = compileMapping(mapping);
  return {
    name: about.name,
    title: about.title,
    recognises: about.recognises ?? (() => false),
    convert: (file, options, tally) => convert(file, { mapping, program, options, tally }),
  };
}

interface Work {
  readonly mapping: Mapping;
  readonly program: MappingProgram;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

async function* convert(file: ImportFile, work: Work): AsyncGenerator<readonly JsonObject[]> {
  const writer = new MappedWriter(file, work);
  const isCsv =
    work.mapping.format === "csv" ||
    (work.mapping.format === undefined && /\.csv(\.gz)?$/i.test(file.path));
  const batches = isCsv
    ? readCsv(file, work.tally, work.mapping.delimiter)
    : readJson(file, work.tally);
  for await (const batch of batches)
    yield batch.flatMap(({ value, line }) => writer.events(value, line));
}

class MappedWriter {
  readonly #file: ImportFile;
  readonly #work: Work;
  #count = 0;

  constructor(file: ImportFile, work: Work) {
    this.#file = file;
    this.#work = work;
  }

  events(written: unknown, line: number): JsonObject[] {
    if (!isJsonObject(written)) return this.#refuse("a record is no object", line);
    const { program, tally, mapping } = this.#work;
    const value = mapping.json.reduce(
      (record, path) => this.#unpacked(record, path, line),
      written,
    );
    const record = new Map<string, Json>([
      ["record", value],
      ["file", this.#file.relative],
      ["line", line],
    ]);
    if (!program.wants(record)) {
      tally.addNote("records for which the mapping's `when` is not true are left out");
      return [];
    }
    const rows = program.rows(record);
    if (typeof rows === "string") return this.#refuse(rows, line);
    return rows.flatMap((row) =>
      this.#event(
        program.event(row, (path, reason) => this.#missing(path, reason, line)),
        line,
      ),
    );
  }

  /**
   * The record with the JSON text at this place read; text that is none is left out, and counted:
   * it is no value.
   */
  #unpacked(record: JsonObject, path: readonly string[], line: number): JsonObject {
    const [key = "", ...inner] = path;
    const held = member(record, key);
    if (inner.length > 0 && isJsonObject(held))
      return { ...record, [key]: this.#unpacked(held, inner, line) };
    if (inner.length > 0 || typeof held !== "string") return record;
    const value = unpackText(held);
    if (value === undefined) this.#refuse(`\`${key}\` holds text that is no JSON`, line);
    return { ...record, [key]: value };
  }

  /**
   * WHY not counted where an attribute is not there: that is how a record says that it has none.
   */
  #missing(path: string, reason: string, line: number): void {
    if (!reason.startsWith("no such attribute") && !reason.startsWith("no such key"))
      this.#work.tally.addUnreadable(`\`${path}\` has no value: ${reason}`, this.#file.name, line);
  }

  #event(mapped: JsonObject, line: number): JsonObject[] {
    const { options } = this.#work;
    const written = member(mapped, "time");
    const time = timeText(written);
    if (written !== undefined && time === undefined)
      this.#refuse("`time` is no time that can be read", line);
    const model = options.model === undefined ? {} : { model: { name: options.model } };
    const human =
      options.onBehalfOf === undefined ? {} : { on_behalf_of: { ...options.onBehalfOf } };
    const context = { ...objectMember(mapped, "context"), ...model, ...human };
    const action = objectMember(mapped, "action");
    // what names a rule and no effect is no decision
    const decided = member(objectMember(mapped, "decision"), "effect") !== undefined;
    const event: JsonObject = {
      id: `${stemOf(this.#file)}/${this.#count++}`,
      ...mapped,
      time,
      ...(!decided && { decision: undefined }),
      ...(options.subject !== undefined && { subject: { ...options.subject } }),
      ...(options.server !== undefined && { action: { ...action, server: options.server } }),
      ...(Object.keys(context).length > 0 && { context }),
    };
    const read = decodeEvent(event, { file: this.#file.name, line });
    return typeof read === "string"
      ? this.#refuse(`a record maps to no event: ${read}`, line)
      : [event];
  }

  #refuse(cause: string, line: number): JsonObject[] {
    this.#work.tally.addUnreadable(cause, this.#file.name, line);
    return [];
  }
}

function unpackText(text: string): Json | undefined {
  const parsed = parseKeepingNumbers(text);
  return "value" in parsed && isJson(parsed.value) ? parsed.value : undefined;
}
