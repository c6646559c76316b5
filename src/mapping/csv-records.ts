import { parse } from "csv-parse/sync";
import type { JsonObject } from "../request/json.ts";
import type { ImportFile } from "../trace/importers/importer.ts";
import type { ImportTally } from "../trace/importers/import-tally.ts";
import { readableBytes } from "../trace/importers/readable-bytes.ts";

/**
 * A record of a CSV file: its cells by the names of the first line, all of them text; an empty cell
 * is left out.
 */
export interface CsvRecord {
  readonly value: JsonObject;
  /** The line of its start, from 1. */
  readonly line: number;
}

/**
 * A record longer than this ends the reading: a quote that is never closed would take in the whole
 * file.
 */
const MAX_RECORD = 16 * 1024 * 1024;

/**
 * The records of a CSV file in batches, with one chunk in memory. A row with other than the
 * header's cells is refused.
 */
export async function* readCsv(
  file: ImportFile,
  tally: ImportTally,
  delimiter: string,
): AsyncGenerator<readonly CsvRecord[]> {
  const splitter = new RecordSplitter();
  const table = new Table(delimiter, (cause, line) => tally.addUnreadable(cause, file.name, line));
  const decoder = new TextDecoder();
  for await (const chunk of readableBytes(file, tally)) {
    yield table.records(splitter.push(decoder.decode(chunk, { stream: true })));
    if (splitter.overflows) {
      tally.addUnreadable(
        "a record is longer than 16 MiB: a quote may never be closed",
        file.name,
        splitter.line,
      );
      return;
    }
  }
  yield table.records(splitter.end(decoder.decode()));
  tally.lines += splitter.line - 1;
}

interface RawRecord {
  readonly text: string;
  readonly line: number;
}

/** Cuts text where a line ends outside quotes. */
class RecordSplitter {
  line = 1;
  #rest = "";
  #scanned = 0;
  #quoted = false;
  #start = 1;

  get overflows(): boolean {
    return this.#rest.length > MAX_RECORD;
  }

  push(text: string): readonly RawRecord[] {
    const records: RawRecord[] = [];
    const all = this.#rest + text;
    let begin = 0;
    for (let at = this.#scanned; at < all.length; at++) {
      const char = all.charCodeAt(at);
      if (char === QUOTE) this.#quoted = !this.#quoted;
      if (char !== NEWLINE) continue;
      this.line++;
      if (this.#quoted) continue;
      records.push({ text: all.slice(begin, at), line: this.#start });
      this.#start = this.line;
      begin = at + 1;
    }
    this.#rest = all.slice(begin);
    this.#scanned = this.#rest.length;
    return records;
  }

  end(text: string): readonly RawRecord[] {
    const records = this.push(text);
    if (this.#rest === "") return records;
    this.line++;
    return [...records, { text: this.#rest, line: this.#start }];
  }
}

const [NEWLINE, QUOTE] = [10, 34];
/** What a decoder puts where bytes are no UTF-8. */
const REPLACED = "\uFFFD";

class Table {
  readonly #delimiter: string;
  readonly #refuse: (cause: string, line: number) => void;
  #header: readonly string[] | undefined;
  /** Whether the header has a name twice: then nobody knows which of its cells counts. */
  #repeats = false;

  constructor(delimiter: string, refuse: (cause: string, line: number) => void) {
    this.#delimiter = delimiter;
    this.#refuse = refuse;
  }

  records(raw: readonly RawRecord[]): readonly CsvRecord[] {
    return raw.flatMap((record) => {
      if (record.text.trim() === "") return [];
      if (record.text.includes(REPLACED))
        return this.#fail("a row is not valid UTF-8", record.line);
      const cells = cellsOf(record.text, this.#delimiter);
      if (cells === undefined) return this.#fail("a row is not well-formed CSV", record.line);
      if (this.#header === undefined) {
        const names = cells.map((cell) => cell.trim());
        this.#header = names;
        this.#repeats = names.some((name, i) => name !== "" && names.indexOf(name) !== i);
        return [];
      }
      return this.#record(this.#header, cells, record.line);
    });
  }

  #record(header: readonly string[], cells: readonly string[], line: number): readonly CsvRecord[] {
    if (this.#repeats) return this.#fail("the first line has a name twice", line);
    if (cells.length !== header.length)
      return this.#fail("a row has more or fewer cells than the first line has names", line);
    const entries = header.flatMap((name, index) =>
      name === "" || cells[index] === undefined || cells[index] === ""
        ? []
        : [[name, cells[index]] as const],
    );
    return [{ value: Object.fromEntries(entries), line }];
  }

  #fail(cause: string, line: number): readonly CsvRecord[] {
    this.#refuse(cause, line);
    return [];
  }
}

function cellsOf(text: string, delimiter: string): readonly string[] | undefined {
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      trim: true,
    });
    return rows[0];
  } catch {
    return undefined;
  }
}
