import { open, type FileHandle } from "node:fs/promises";
import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { EVENT_COLUMN } from "../trace/event-line.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import {
  flatColumn,
  isFlat,
  leavesOf,
  objectText,
  pathKey,
  textsOf,
  type FlatColumn,
  type RowText,
} from "./parquet-flat.ts";
import { readLeaf, type LeafColumn, type LeafPlace } from "./parquet-leaf.ts";
import { LinePiece } from "./parquet-piece.ts";
import { unpack } from "./parquet-unpack.ts";
import { lineOf, memberKey, UnreadColumn, writeOf, type Write } from "./parquet-values.ts";

/** How much is given at a time, in characters, or in bytes where lines stand as they are. */
const PIECE = 1024 * 1024;

/** A row as a line: its text, or the bytes of that. */
type Line = (row: number) => string | Uint8Array;

/** A file whose parts are read as they are needed. */
interface OpenTable {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** A group of rows, and how many rows come before it. */
interface RowsOf {
  readonly start: number;
  readonly count: number;
  readonly group: RowGroup;
}

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
 * The pages of a column, once it is checked that they stand one behind the other and hold as many values as the
 * file says. WHY: the reader believes what a page says of itself, so a damaged one could lead it
 * back to where it was, without end.
 */
async function pagesOf(file: AsyncBuffer, meta: ColumnMetaData): Promise<DataView> {
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
  return reader.view;
}

/** The values of top columns that hold lists for a group of rows, by name; what came short is an error. */
async function listsOf(
  { file, metadata }: OpenTable,
  { start, count, group }: RowsOf,
  names: readonly string[],
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const columns = new Map<string, unknown[]>();
  if (names.length === 0) return columns;
  for (const { meta_data: meta } of group.columns)
    if (meta !== undefined && names.includes(meta.path_in_schema[0] ?? ""))
      await pagesOf(file, meta);
  await parquetRead({
    file,
    metadata,
    compressors: unpack,
    utf8: false,
    geoparquet: false,
    parsers: { timestampFromNanoseconds: (nanos) => nanos },
    rowStart: start,
    rowEnd: start + count,
    columns: [...names],
    onChunk: ({ columnName, columnData }) => {
      const column = columns.get(columnName) ?? [];
      for (let i = 0; i < columnData.length; i += 1) column.push(columnData[i]);
      columns.set(columnName, column);
    },
  });
  for (const [name, { length }] of columns)
    if (length !== count) throw new Error(`its column \`${name}\` has ${length} of ${count} rows`);
  return columns;
}

async function leafAt({ file }: OpenTable, place: LeafPlace, rows: number): Promise<LeafColumn> {
  const { num_values: values, path_in_schema: path } = place.meta;
  if (Number(values) !== rows)
    throw new Error(`its column \`${path.join(".")}\` has ${Number(values)} of ${rows} rows`);
  return readLeaf(place, await pagesOf(file, place.meta), rows);
}

/** What the file says of the columns of a group of rows, by their paths. */
function metasOf({ group }: RowsOf): ReadonlyMap<string, ColumnMetaData> {
  return new Map(
    group.columns.flatMap(({ meta_data: meta }) =>
      meta === undefined ? [] : [[pathKey(meta.path_in_schema), meta] as const],
    ),
  );
}

/** The values of a column's leaves for a group of rows, in their order. */
async function flatTexts(table: OpenTable, rows: RowsOf, column: FlatColumn): Promise<RowText> {
  const leaves: LeafColumn[] = [];
  for (const place of leavesOf(column, metasOf(rows)))
    leaves.push(await leafAt(table, place, rows.count));
  let at = 0;
  return textsOf(column, () => {
    const leaf = leaves[at++];
    if (leaf === undefined) throw new Error("a column of it has no values");
    return leaf;
  });
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

/** Makes lines of a group of rows. */
type ToLines = (table: OpenTable, rows: RowsOf) => Promise<Line>;

/** The column of lines as it stands. WHY no text of it: whoever reads the lines makes that. */
function wholeLines(tree: SchemaTree, node: SchemaTree): ToLines {
  const column = flatColumn(node, [tree]);
  const { leaf } = column;
  return async (table, rows) => {
    const [place] = leavesOf(column, metasOf(rows));
    if (leaf === undefined || place === undefined) throw new Error("its lines have no column");
    const { levels, codes, values } = await leafAt(table, place, rows.count);
    return (row) => lineOf(levels[row] === column.level ? values[codes[row] ?? 0] : undefined);
  };
}

/** A column of a table, and how its values are read: by its leaves, or as a whole. */
type TableColumn =
  | { readonly flat: FlatColumn }
  | { readonly name: string; readonly write: Write; readonly key: string };

function tableColumn(tree: SchemaTree, node: SchemaTree): TableColumn {
  if (isFlat(node)) return { flat: flatColumn(node, [tree]) };
  return { name: node.element.name, key: memberKey(node), write: writeOf(node) };
}

/** Rows as objects of their columns. */
function objectLines(tree: SchemaTree): ToLines {
  const columns = tree.children.map((node) => tableColumn(tree, node));
  const names = columns.flatMap((column) => ("flat" in column ? [] : [column.name]));
  return async (table, rows) => {
    const lists = await listsOf(table, rows, names);
    const members: (readonly [key: string, text: RowText])[] = [];
    for (const column of columns)
      if ("flat" in column)
        members.push([column.flat.key, await flatTexts(table, rows, column.flat)]);
      else {
        const values = lists.get(column.name);
        members.push([column.key, (row) => column.write(values?.[row])]);
      }
    return (row) => objectText(members, row);
  };
}

async function* pieces(file: AsyncBuffer): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const tree = parquetSchema(metadata);
  const column = lineColumn(tree);
  const toLines = column === undefined ? objectLines(tree) : wholeLines(tree, column);
  const piece = new LinePiece();
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    if (count === 0) continue;
    const line = await toLines({ file, metadata }, { start, count, group });
    for (let row = 0; row < count; row += 1) {
      piece.add(line(row));
      if (piece.length >= PIECE) yield piece.take();
    }
    start += count;
  }
  if (piece.length > 0) yield piece.take();
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
export async function* parquetLines(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      slice: (start, end = size) => bytesAt(handle, start, end),
    };
    yield* pieces(file);
  } catch (cause) {
    // a code of Node's own is that of a call with values that no file should hold
    const isOfSystem = errorCode(cause) !== "" && !errorCode(cause).startsWith("ERR_");
    throw cause instanceof UnreadColumn || isOfSystem ? cause : broken(cause);
  } finally {
    await handle.close();
  }
}
