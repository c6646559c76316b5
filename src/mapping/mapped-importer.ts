import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import { decodeEvent } from "../trace/event.ts";
import { parseKeepingNumbers } from "../trace/parse-json.ts";
import { isJson, readArguments, timeText } from "../trace/importers/call-values.ts";
import { stemOf } from "../trace/importers/chat-origin.ts";
import type { ImportTally } from "../trace/importers/import-tally.ts";
import type {
  Importer,
  ImportFile,
  ImportOptions,
  ImportSample,
} from "../trace/importers/importer.ts";
import { RecentMap } from "../trace/importers/recent-map.ts";
import { readJson } from "../trace/importers/read-json.ts";
import { readCsv } from "./csv-records.ts";
import {
  compileMapping,
  isAbsence,
  type CompiledJoin,
  type MappingProgram,
  type Row,
} from "./evaluate.ts";
import type { Mapping } from "./mapping.ts";
import type { SeemingCalls } from "./seeming-calls.ts";
import { readTextRecords } from "./text-records.ts";

/**
 * An importer that a mapping makes. `recognises` tells its format by content, `seeming` counts the
 * calls of a record in which the mapping finds none or not all; a mapping of one's own has neither:
 * what it leaves out is left out.
 */
export function mappedImporter(
  mapping: Mapping,
  about: {
    readonly name: string;
    readonly title: string;
    readonly recognises?: (sample: ImportSample) => boolean;
    readonly seeming?: SeemingCalls;
  },
): Importer {
  const program = compileMapping(mapping);
  const { seeming } = about;
  return {
    name: about.name,
    title: about.title,
    recognises: about.recognises ?? (() => false),
    convert: (file, options, tally) => convert(file, { mapping, program, seeming, options, tally }),
  };
}

interface Work {
  readonly mapping: Mapping;
  readonly program: MappingProgram;
  readonly seeming: SeemingCalls | undefined;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

async function* convert(file: ImportFile, work: Work): AsyncGenerator<readonly JsonObject[]> {
  const writer = new MappedWriter(file, work);
  for await (const batch of recordsOf(file, work))
    yield batch.flatMap(({ value, line }) => writer.events(value, line));
  yield writer.end();
}

function recordsOf(
  file: ImportFile,
  { mapping, tally }: Work,
): AsyncGenerator<readonly { readonly value: unknown; readonly line: number }[]> {
  const isCsv = mapping.format === undefined && /\.csv(\.gz)?$/i.test(file.path);
  const format = isCsv ? "csv" : mapping.format;
  if (format === "csv") return readCsv(file, tally, mapping.delimiter);
  if (format === "text" || format === "logfmt") return readTextRecords(file, tally, format);
  return readJson(file, tally);
}

/** How many records wait for what is joined to them, and are kept to be joined. */
const WAITING = 10_000;

/** A row whose joined records may not all have come. */
interface Waiting {
  row: Row;
  readonly line: number;
  /** The names of joins that have not come. */
  readonly open: Set<string>;
}

class MappedWriter {
  readonly #file: ImportFile;
  readonly #work: Work;
  #count = 0;
  /** Rows in the order of the file, up to the first that waits. */
  #queue: Waiting[] = [];
  /** What was joined so far, and what waits for it, by the join's name and the key. */
  readonly #joined = new Map<string, RecentMap<Json>>();
  readonly #wanted = new Map<string, Waiting[]>();
  readonly #unused: Set<string>;

  constructor(file: ImportFile, work: Work) {
    this.#file = file;
    this.#work = work;
    this.#unused = new Set(work.mapping.json.map((path) => path.join(".")));
  }

  events(written: unknown, line: number): JsonObject[] {
    if (!isJsonObject(written)) return this.#refuse("a record is not an object", line);
    const { program, tally } = this.#work;
    const value = this.#unpacked("record", written, line);
    const record = new Map<string, Json>([
      ["record", value],
      ["file", this.#file.relative],
      ["line", line],
    ]);
    const join = program.joins.find(({ from }) => from(record));
    if (join !== undefined) return this.#join(join, record, line);
    if (!program.wants(record)) {
      if (!this.#overlooks(written, 0, line))
        tally.addLeftOut("records for which the mapping's `when` is not true");
      return [];
    }
    const rows = this.#rows(record, written, line);
    if (program.joins.length === 0) return rows.flatMap((row) => this.#rowEvents(row, line));
    for (const row of rows) this.#queue.push(this.#waiting(row, line));
    return this.#take(WAITING);
  }

  /** The rows of a record that give events. */
  #rows(record: Row, written: JsonObject, line: number): readonly Row[] {
    const { program, tally } = this.#work;
    let lacking: string | undefined;
    const found = program.rows(
      record,
      (name, item) => this.#unpacked(name, item, line),
      (path, reason) => {
        if (isAbsence(reason)) lacking ??= path;
        else this.#refuse(`\`${path}\` is not a list${reason === "" ? "" : `: ${reason}`}`, line);
      },
    );
    if (lacking !== undefined && !this.#overlooks(written, found.length, line))
      tally.addNote(`a record lacks the list \`${lacking}\`, so the list is empty`);
    return found.filter((row) => this.#keeps(row, line));
  }

  #keeps(row: Row, line: number): boolean {
    const { program, seeming, tally } = this.#work;
    const keeps = program.keeps(row);
    if (keeps === undefined && seeming !== undefined)
      tally.addNotUnderstood(
        "an element that may be a call, without its fields",
        this.#file.name,
        line,
      );
    else if (keeps !== true)
      tally.addLeftOut("elements for which the mapping's `where` is not true");
    return keeps === true;
  }

  /** Counts the calls that a record seems to hold besides those that were found; whether any. */
  #overlooks(written: JsonObject, found: number, line: number): boolean {
    const { seeming, tally } = this.#work;
    const left = (seeming?.(written) ?? 0) - found;
    for (let index = 0; index < left; index++)
      tally.addNotUnderstood(
        "a record that may be a call, without its fields",
        this.#file.name,
        line,
      );
    return left > 0;
  }

  /** What still waits, at the end of the file. */
  end(): JsonObject[] {
    for (const place of this.#unused)
      this.#work.tally.addNote(`\`json\` names \`${place}\`, but no record has a text there`);
    return this.#take(0);
  }

  #take(kept: number): JsonObject[] {
    let ready = 0;
    while (ready < this.#queue.length) {
      const next = this.#queue[ready];
      if (next === undefined || (next.open.size > 0 && this.#queue.length - ready <= kept)) break;
      ready++;
    }
    return this.#queue.splice(0, ready).flatMap(({ row, line }) => this.#rowEvents(row, line));
  }

  #rowEvents(row: Row, line: number): JsonObject[] {
    const mapped = this.#work.program.event(row, (path, reason) =>
      this.#missing(path, reason, line),
    );
    return this.#event(mapped, line);
  }

  /** The row with what is joined to it already, waiting for the rest. */
  #waiting(row: Row, line: number): Waiting {
    const waiting: Waiting = { row, line, open: new Set() };
    for (const { name, on } of this.#work.program.joins) {
      const key = on(row);
      if (key === undefined) continue;
      const joined = this.#joined.get(name)?.get(key);
      if (joined !== undefined) waiting.row = new Map([...waiting.row, [name, joined]]);
      else {
        waiting.open.add(name);
        this.#wanted.set(name + key, [...(this.#wanted.get(name + key) ?? []), waiting]);
      }
    }
    return waiting;
  }

  #join({ name, key }: CompiledJoin, record: Row, line: number): JsonObject[] {
    const [text, value] = [key(record), record.get("record")];
    if (text === undefined || value === undefined)
      return this.#refuse(`\`join.${name}.key\` has no value`, line);
    const joined = this.#joined.get(name) ?? new RecentMap<Json>(WAITING);
    this.#joined.set(name, joined);
    joined.set(text, value);
    for (const waiting of this.#wanted.get(name + text) ?? []) {
      waiting.row = new Map([...waiting.row, [name, value]]);
      waiting.open.delete(name);
    }
    this.#wanted.delete(name + text);
    return this.#take(WAITING);
  }

  /** The value with the JSON texts in it read, at the places that the mapping names below `root`. */
  #unpacked<T extends Json>(root: string, value: T, line: number): Json {
    return this.#work.mapping.json
      .filter(([first]) => first === root)
      .reduce<Json>((held, path) => this.#unpackedAt(held, path.slice(1), { path, line }), value);
  }

  /** Text that is no JSON is left out, and counted: it is no value. */
  #unpackedAt(
    value: Json,
    below: readonly string[],
    place: { readonly path: readonly string[]; readonly line: number },
  ): Json {
    if (Array.isArray(value)) return value.map((item) => this.#unpackedAt(item, below, place));
    const [key, ...inner] = below;
    if (key === undefined) return typeof value === "string" ? this.#parsed(value, place) : value;
    const held = isJsonObject(value) ? member(value, key) : undefined;
    if (!isJsonObject(value) || held === undefined) return value;
    return { ...value, [key]: this.#unpackedAt(held, inner, place) };
  }

  #parsed(
    text: string,
    { path, line }: { readonly path: readonly string[]; readonly line: number },
  ): Json {
    this.#unused.delete(path.join("."));
    const value = unpackText(text);
    if (value === undefined) this.#refuse(`the text of \`${path.at(-1)}\` is not JSON`, line);
    return value ?? null;
  }

  /**
   * WHY not counted where an attribute is not there: that is how a record says that it has none.
   */
  #missing(path: string, reason: string, line: number): void {
    if (!isAbsence(reason))
      this.#work.tally.addUnreadable(`\`${path}\` has no value: ${reason}`, this.#file.name, line);
  }

  #event(mapped: JsonObject, line: number): JsonObject[] {
    const { options } = this.#work;
    const written = member(mapped, "time");
    const time = timeText(written);
    if (written !== undefined && time === undefined)
      this.#refuse("`time` is not a time that agentz can read", line);
    const model = options.model === undefined ? {} : { model: { name: options.model } };
    const human =
      options.onBehalfOf === undefined ? {} : { on_behalf_of: { ...options.onBehalfOf } };
    const context = { ...objectMember(mapped, "context"), ...model, ...human };
    const action = objectMember(mapped, "action");
    const args = member(mapped, "args");
    const read = typeof args === "string" ? readArguments(args) : undefined;
    if (read?.cause !== undefined) this.#refuse(read.cause, line);
    // what names a rule and no effect is no decision
    const decided = member(objectMember(mapped, "decision"), "effect") !== undefined;
    const event: JsonObject = {
      id: `${stemOf(this.#file)}/${this.#count++}`,
      ...mapped,
      time,
      // arguments that stand as JSON text are what it says
      ...(read !== undefined && { args: read.args }),
      ...(!decided && { decision: undefined }),
      ...(options.subject !== undefined && { subject: { ...options.subject } }),
      ...(options.server !== undefined && { action: { ...action, server: options.server } }),
      ...(Object.keys(context).length > 0 && { context }),
    };
    const decoded = decodeEvent(event, { file: this.#file.name, line });
    return typeof decoded === "string"
      ? this.#refuse(`a record gives no event: ${decoded}`, line)
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
