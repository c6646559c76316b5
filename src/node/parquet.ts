import { open, type FileHandle } from "node:fs/promises";
import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  type SchemaTree,
} from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { compressors } from "hyparquet-compressors";
import { EVENT_COLUMN } from "../trace/event-line.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { lineOf, objectWrite, UnreadColumn, writeOf } from "./parquet-values.ts";

/** How much text is given at a time, in characters. */
const PIECE = 256 * 1024;

/** WHY: an empty page of LZ4 is one byte, which its reader takes for the start of a longer one. */
const unpack: typeof compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) =>
      length === 0 ? new Uint8Array(0) : decompress(input, length),
  ]),
);

type Line = (row: number) => string;

async function bytesAt(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new Error("it ends too early");
    at += bytesRead;
  }
  return bytes.buffer;
}

/** The most values of one column that a group of rows may hold, in memory at a time. */
const MOST_VALUES = 1 << 24;

/**
 * Checks that the pages of a column stand one behind the other and hold as many values as the
 * file says. WHY: the reader believes what a page says of itself, so a damaged one could lead it
 * back to where it was, without end.
 */
async function checkPages(file: AsyncBuffer, meta: ColumnMetaData): Promise<void> {
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  const first = Number(meta.data_page_offset);
  const start = dictionary > 0 && dictionary < first ? dictionary : first;
  const end = start + Number(meta.total_compressed_size);
  const most = Number(meta.num_values);
  if (!(start >= 4 && end <= file.byteLength && most >= 0 && most <= MOST_VALUES))
    throw new Error(`its column \`${meta.path_in_schema.join(".")}\` is too large or cut off`);
  const reader = { view: new DataView(await file.slice(start, end)), offset: 0 };
  let values = 0;
  while (values < most) {
    const header = parquetHeader(reader);
    const {
      data_page_header: data,
      data_page_header_v2: data2,
      dictionary_page_header: names,
    } = header;
    const counts = [data?.num_values ?? data2?.num_values ?? 0, names?.num_values ?? 0];
    const sizes = [header.compressed_page_size, header.uncompressed_page_size, ...counts];
    if (sizes.some((size) => !(size >= 0 && size <= 1 << 30)) || Number(counts[1]) > MOST_VALUES)
      throw new Error("a page of it has an impossible size");
    reader.offset += header.compressed_page_size;
    values += Number(counts[0]);
    if (reader.offset > reader.view.byteLength || (data2?.num_rows ?? 0) > most)
      throw new Error("a page of it ends behind its column");
  }
  if (values !== most) throw new Error("a page of it holds more values than its column");
}

/** The values of the top columns for some rows, by name; what came short is an error. */
async function columnsOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rows: { readonly start: number; readonly count: number; readonly names: RowLines["names"] },
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const columns = new Map<string, unknown[]>();
  await parquetRead({
    file,
    metadata,
    compressors: unpack,
    utf8: false,
    geoparquet: false,
    parsers: { timestampFromNanoseconds: (nanos) => nanos },
    rowStart: rows.start,
    rowEnd: rows.start + rows.count,
    ...(rows.names && { columns: rows.names }),
    onChunk: ({ columnName, columnData }) => {
      const column = columns.get(columnName) ?? [];
      for (let i = 0; i < columnData.length; i += 1) column.push(columnData[i]);
      columns.set(columnName, column);
    },
  });
  for (const [name, { length }] of columns)
    if (length !== rows.count)
      throw new Error(`its column \`${name}\` has ${length} of ${rows.count} rows`);
  return columns;
}

function isText({ element, children }: SchemaTree): boolean {
  return element.type === "BYTE_ARRAY" && children.length === 0;
}

/** The column that holds whole lines: the only one, or that of a table that agentz wrote. */
function lineColumn({ children }: SchemaTree): SchemaTree | undefined {
  const events = children.filter(({ element }) => element.name === EVENT_COLUMN);
  const [column, second] = events.length === 0 ? children : events;
  return column !== undefined && second === undefined && isText(column) ? column : undefined;
}

/** How the rows of a file become lines. */
interface RowLines {
  /** The columns that are read; undefined: all. */
  readonly names: string[] | undefined;
  readonly toLines: (columns: ReadonlyMap<string, ArrayLike<unknown>>) => Line;
}

/** Rows become lines by their column of lines, else as objects of their columns. */
function linesOf(tree: SchemaTree): RowLines {
  const column = lineColumn(tree);
  if (column === undefined) {
    const write = objectWrite(tree);
    const toLines: RowLines["toLines"] = (columns) => (row) =>
      write((name) => columns.get(name)?.[row]);
    return { names: undefined, toLines };
  }
  // WHY written for nothing: it leaves the bytes of the column as they are stored
  writeOf(column);
  const { name } = column.element;
  const toLines: RowLines["toLines"] = (columns) => {
    const values = columns.get(name);
    return (row) => lineOf(values?.[row]);
  };
  return { names: [name], toLines };
}

function isRead({ path_in_schema: path }: ColumnMetaData, names: RowLines["names"]): boolean {
  return names === undefined || names.includes(path[0] ?? "");
}

async function* texts(file: AsyncBuffer): AsyncGenerator<string> {
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const { names, toLines } = linesOf(parquetSchema(metadata));
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    if (count === 0) continue;
    for (const { meta_data: meta } of group.columns)
      if (meta !== undefined && isRead(meta, names)) await checkPages(file, meta);
    const line = toLines(await columnsOf(file, metadata, { start, count, names }));
    let piece = "";
    for (let row = 0; row < count; row += 1) {
      piece += `${line(row)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    yield piece;
    start += count;
  }
  if (start !== Number(metadata.num_rows))
    throw new Error(`it has ${start} rows, and says ${Number(metadata.num_rows)}`);
}

/** WHY the message of the reader too: it names what it does not know, such as a codec. */
function broken(cause: unknown): Error {
  return new Error(`its Parquet data is broken or not known (${whyUnreadable(cause)})`);
}

/**
 * The rows of a Parquet file as lines of JSON, in pieces of UTF-8: a row is an object of its
 * columns, without those that are null; a single column of text holds the lines themselves. Times
 * are RFC 3339, numbers have all their digits. A group of rows is in memory at a time. What cannot
 * be read is an error that says why.
 */
export async function* parquetLines(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      slice: (start, end = size) => bytesAt(handle, start, end),
    };
    for await (const text of texts(file)) yield Buffer.from(text, "utf8");
  } catch (cause) {
    throw cause instanceof UnreadColumn || errorCode(cause) !== "" ? cause : broken(cause);
  } finally {
    await handle.close();
  }
}
