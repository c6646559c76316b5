import type { SchemaTree } from "hyparquet";
import { EVENT_COLUMN } from "../trace/event-line.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { DamagedParquet } from "./parquet-bytes.ts";
import { ParquetFile, type RowsOf } from "./parquet-file.ts";
import {
  flatColumn,
  isFlat,
  leavesOf,
  nestedLeaves,
  objectText,
  textsOf,
  type FlatColumn,
  type RowText,
} from "./parquet-flat.ts";
import { readLeaf, type LeafColumn, type LeafPlace } from "./parquet-leaf.ts";
import { readNested } from "./parquet-list.ts";
import { LinePiece } from "./parquet-piece.ts";
import { lineOf, memberKey, writeOf, UnreadColumn, type Write } from "./parquet-values.ts";

/** How much is given at a time, in characters, or in bytes where lines stand as they are. */
const PIECE = 1024 * 1024;

/** A row as a line: its text, or the bytes of that. */
type Line = (row: number) => string | Uint8Array;

/** The values of a top column that holds lists for a group of rows; what came short is an error. */
function nestedValues(file: ParquetFile, rows: RowsOf, node: SchemaTree): ArrayLike<unknown> {
  const values = readNested(node, nestedLeaves([file.schema, node], rows.metas), ({ meta }) =>
    file.pages(meta),
  );
  if (values.length !== rows.count)
    throw new DamagedParquet(
      `its column \`${node.element.name}\` has ${values.length} of ${rows.count} rows`,
    );
  return values;
}

function leafAt(file: ParquetFile, place: LeafPlace, rows: number): LeafColumn {
  const { num_values: values, path_in_schema: path } = place.meta;
  if (Number(values) !== rows)
    throw new DamagedParquet(
      `its column \`${path.join(".")}\` has ${Number(values)} of ${rows} rows`,
    );
  return readLeaf(place, file.pages(place.meta), rows);
}

/** The values of a column's leaves for a group of rows, in their order. */
function flatTexts(file: ParquetFile, { count, metas }: RowsOf, column: FlatColumn): RowText {
  const leaves = leavesOf(column, metas).map((place) => leafAt(file, place, count));
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
type ToLines = (file: ParquetFile, rows: RowsOf) => Line;

/** The column of lines as it stands. WHY no text of it: whoever reads the lines makes that. */
function wholeLines(tree: SchemaTree, node: SchemaTree): ToLines {
  const column = flatColumn(node, [tree]);
  const { leaf } = column;
  return (file, { count, metas }) => {
    const [place] = leavesOf(column, metas);
    if (leaf === undefined || place === undefined) throw new Error("its lines have no column");
    const { levels, codes, values } = leafAt(file, place, count);
    return (row) => lineOf(levels[row] === column.level ? values[codes[row] ?? 0] : undefined);
  };
}

/** A column of a table, and how its values are read: by its leaves, or as a whole. */
type TableColumn =
  | { readonly flat: FlatColumn }
  | { readonly node: SchemaTree; readonly write: Write; readonly key: string };

function tableColumn(tree: SchemaTree, node: SchemaTree): TableColumn {
  if (isFlat(node)) return { flat: flatColumn(node, [tree]) };
  return { node, key: memberKey(node), write: writeOf(node) };
}

/** Rows as objects of their columns. */
function objectLines(tree: SchemaTree): ToLines {
  const columns = tree.children.map((node) => tableColumn(tree, node));
  return (file, rows) => {
    const members = columns.map((column): readonly [key: string, text: RowText] => {
      if ("flat" in column) return [column.flat.key, flatTexts(file, rows, column.flat)];
      const values = nestedValues(file, rows, column.node);
      return [column.key, (row) => column.write(values[row])];
    });
    return (row) => objectText(members, row);
  };
}

function* pieces(file: ParquetFile): Generator<Uint8Array<ArrayBuffer>> {
  const tree = file.schema;
  const column = lineColumn(tree);
  const toLines = column === undefined ? objectLines(tree) : wholeLines(tree, column);
  const piece = new LinePiece();
  for (const rows of file.groups) {
    if (rows.count === 0) continue;
    const line = toLines(file, rows);
    for (let row = 0; row < rows.count; row += 1) {
      piece.add(line(row));
      if (piece.length >= PIECE) yield piece.take();
    }
  }
  if (piece.length > 0) yield piece.take();
}

/** WHY the message of the reader too: it names what it does not know, such as a codec. */
function broken(cause: unknown): Error {
  return new Error(`its Parquet data is broken or not known (${whyUnreadable(cause)})`);
}

/** An error of reading as whoever reads the file is told it. */
function told(cause: unknown): unknown {
  // a code of Node's own is that of a call with values that no file should hold
  const isOfSystem = errorCode(cause) !== "" && !errorCode(cause).startsWith("ERR_");
  return cause instanceof UnreadColumn || isOfSystem ? cause : broken(cause);
}

/**
 * The rows of a Parquet file as lines of JSON, in pieces of UTF-8: a row is an object of its
 * columns, without those that are null; a single column of text holds the lines themselves. Times
 * are RFC 3339, numbers have all their digits. A group of rows is in memory at a time. What cannot
 * be read is an error that says why.
 */
export function* parquetLines(path: string): Generator<Uint8Array<ArrayBuffer>> {
  let file: ParquetFile | undefined;
  try {
    file = new ParquetFile(path);
    yield* pieces(file);
  } catch (cause) {
    throw told(cause);
  } finally {
    file?.close();
  }
}
