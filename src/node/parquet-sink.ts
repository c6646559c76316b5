import { gzipSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { LineSink } from "./line-sink.ts";
import type { Cell, ColumnType, RowTable } from "./row-table.ts";

/** The most that a group of rows holds, in memory at a time here and where it is read. */
const GROUP_ROWS = 50_000;
/** In characters. */
const GROUP_TEXT = 16 * 1024 * 1024;
/** WHY GZIP: every engine reads it, Node 20 writes it, and it halves what Snappy leaves. */
const LEVEL = 4;

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

/** The elements of the schema that stand for a column. */
function elements(name: string, type: ColumnType): readonly SchemaElement[] {
  const column = { name, repetition_type: "OPTIONAL" } as const;
  if (type === "text") return [{ ...column, ...TEXT }];
  if (type === "boolean") return [{ ...column, type: "BOOLEAN" }];
  if (type === "time")
    return [
      {
        ...column,
        type: "INT64",
        converted_type: "TIMESTAMP_MICROS",
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
      },
    ];
  return [
    { ...column, converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "REQUIRED", ...TEXT },
  ];
}

function schemaOf({ columns }: RowTable): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.flatMap(({ name, type }) => elements(name, type)),
  ];
}

/** Hands on what the package wrote after each group of rows. */
class SinkWriter extends ByteWriter {
  readonly #inner: LineSink<Uint8Array>;

  constructor(inner: LineSink<Uint8Array>) {
    super();
    this.#inner = inner;
  }

  flush(): void {
    this.#inner.write(this.getBytes());
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

/** The rows of one file, until it is whole. */
class RowFile {
  readonly #table: RowTable;
  readonly #writer: ParquetWriter;
  #cells: Cell[][] = [];
  #rows = 0;
  #text = 0;

  constructor(inner: LineSink<Uint8Array>, table: RowTable) {
    this.#table = table;
    this.#writer = new ParquetWriter({
      writer: new SinkWriter(inner),
      schema: schemaOf(table),
      codec: "GZIP",
      compressors: { GZIP: (bytes) => gzipSync(bytes, { level: LEVEL }) },
      createdBy: "agentz",
    });
    this.#clear();
  }

  #clear(): void {
    this.#cells = this.#table.columns.map(() => []);
    this.#rows = 0;
    this.#text = 0;
  }

  add(line: string): void {
    for (const [column, cell] of this.#table.cellsOf(line).entries())
      this.#cells[column]?.push(cell);
    this.#rows++;
    this.#text += line.length;
    if (this.#rows >= GROUP_ROWS || this.#text >= GROUP_TEXT) this.#group();
  }

  #group(): void {
    if (this.#rows === 0) return;
    void this.#writer.write({
      rowGroupSize: this.#rows,
      columnData: this.#table.columns.map(({ name }, at) => ({
        name,
        data: this.#cells[at] ?? [],
      })),
    });
    this.#clear();
  }

  finish(): void {
    this.#group();
    void this.#writer.finish();
  }
}

/** Lines as rows of a Parquet file, which `inner` is given. A group of rows is in memory at a time. */
export function parquetSink(inner: LineSink<Uint8Array>, table: RowTable): LineSink<string> {
  const { rewind } = inner;
  let file = new RowFile(inner, table);
  return {
    write: (text) => {
      for (const line of text.split("\n")) if (line !== "") file.add(line);
    },
    ...(rewind && {
      rewind: () => {
        rewind();
        file = new RowFile(inner, table);
      },
    }),
    close: async () => {
      file.finish();
      await inner.close();
    },
  };
}
