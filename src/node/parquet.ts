import type { SchemaTree } from "hyparquet";
import { EVENT_COLUMN } from "../trace/event-line.ts";
import type { Layout } from "../trace/columns/layout.ts";
import type { Segment } from "../trace/columns/segment.ts";
import { tableSegment } from "../trace/columns/table-builder.ts";
import { tablePlan, type TablePlan } from "../trace/columns/table-plan.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { ParquetFile } from "./parquet-file.ts";
import { LinePiece } from "./parquet-piece.ts";
import { GroupRows } from "./parquet-rows.ts";
import { TableGroup, tableNode, type TableNode } from "./parquet-table.ts";
import { lineOf, UnreadColumn } from "./parquet-values.ts";

/** How much is given at a time, in characters, or in bytes where lines stand as they are. */
const PIECE = 1024 * 1024;
/** So many rows are given at a time: about as many as a piece of a plain file has. */
const PIECE_ROWS = 32_768;
/** So many groups of rows stay in memory, for whoever asks for lines of theirs. */
const KEPT_GROUPS = 2;

/** Some rows of a table as columns, and which rows of the file these are. */
export interface TablePiece {
  readonly segment: Segment;
  readonly group: number;
  readonly from: number;
}

/** What is read of a Parquet file: columns, or lines where only these tell its events. */
export type ParquetPiece = TablePiece | { readonly lines: Uint8Array<ArrayBuffer> };

function isText({ element, children }: SchemaTree): boolean {
  return element.type === "BYTE_ARRAY" && children.length === 0;
}

/** The column that holds whole lines: the only one, or that of a table that agentz wrote. */
function lineColumn({ children }: SchemaTree): SchemaTree | undefined {
  const events = children.filter(({ element }) => element.name === EVENT_COLUMN);
  const [column, second] = events.length === 0 ? children : events;
  return column !== undefined && second === undefined && isText(column) ? column : undefined;
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
 * A Parquet file whose rows are events: each is an object of its columns, without those that are
 * null, or the text of a column that holds whole lines. Times are RFC 3339, numbers have all their
 * digits. A few groups of rows are in memory at a time. What cannot be read is an error that says
 * why.
 */
export class ParquetTable {
  readonly #file: ParquetFile;
  /** The column of whole lines, if the table has one. */
  readonly #lines: TableNode | undefined;
  readonly #roots: readonly TableNode[];
  readonly #plan: TablePlan<TableNode> | undefined;
  readonly #groups = new Map<number, TableGroup>();

  /** `layout`: the columns that are asked for; without it, the rows are given as lines. */
  constructor(path: string, layout?: Layout) {
    let file: ParquetFile | undefined;
    try {
      file = new ParquetFile(path);
      const { schema } = file;
      const column = lineColumn(schema);
      const columns = column === undefined ? schema.children : [column];
      this.#file = file;
      this.#roots = columns.map((node) => tableNode([schema], node));
      this.#lines = column === undefined ? undefined : this.#roots[0];
      const isTold = column === undefined && layout !== undefined;
      this.#plan = isTold ? tablePlan(layout, this.#roots) : undefined;
    } catch (cause) {
      file?.close();
      throw told(cause);
    }
  }

  /** All rows, in their order. */
  *pieces(): Generator<ParquetPiece, void> {
    try {
      if (this.#plan === undefined) yield* this.#linePieces();
      else
        for (const [at, { count }] of this.#file.groups.entries())
          if (count > 0) yield* this.#columnPieces(this.#plan, at, count);
    } catch (cause) {
      throw told(cause);
    }
  }

  *#linePieces(): Generator<ParquetPiece, void> {
    const piece = new LinePiece();
    for (const [at, { count }] of this.#file.groups.entries())
      for (let row = 0; row < count; row++) {
        piece.add(this.#line(this.#group(at), row));
        if (piece.length >= PIECE) yield { lines: piece.take() };
      }
    if (piece.length > 0) yield { lines: piece.take() };
  }

  *#columnPieces(
    plan: TablePlan<TableNode>,
    group: number,
    count: number,
  ): Generator<TablePiece, void> {
    const rows = new GroupRows(this.#group(group), this.#roots);
    for (let from = 0; from < count; from += PIECE_ROWS) {
      const to = Math.min(count, from + PIECE_ROWS);
      yield { segment: tableSegment(plan, rows, from, to), group, from };
    }
  }

  #group(at: number): TableGroup {
    const known = this.#groups.get(at);
    if (known !== undefined) return known;
    const rows = this.#file.groups[at];
    if (rows === undefined) throw new Error("there is no such group of rows");
    const group = new TableGroup(this.#file, rows);
    this.#groups.set(at, group);
    for (const oldest of this.#groups.keys())
      if (this.#groups.size > KEPT_GROUPS) this.#groups.delete(oldest);
    return group;
  }

  #line(group: TableGroup, row: number): string | Uint8Array {
    const node = this.#lines;
    if (node === undefined) return group.object(this.#roots, row);
    const { levels, codes, values } = group.column(node);
    // as it stands. WHY no text of it: whoever reads the lines makes that
    return lineOf(levels[row] === node.level ? values[codes[row] ?? 0] : undefined);
  }

  /** The lines of some rows of a group, each as text. */
  lines(group: number, from: number, to: number): readonly string[] {
    try {
      const rows = this.#group(group);
      return Array.from({ length: Math.min(to, rows.count) - from }, (_, i) =>
        rows.object(this.#roots, from + i),
      );
    } catch (cause) {
      throw told(cause);
    }
  }

  close(): void {
    this.#file.close();
  }
}

/** The rows of a Parquet file as lines of JSON, in pieces of UTF-8: {@link ParquetTable}. */
export function* parquetLines(path: string): Generator<Uint8Array<ArrayBuffer>> {
  const table = new ParquetTable(path);
  try {
    for (const piece of table.pieces()) if ("lines" in piece) yield piece.lines;
  } finally {
    table.close();
  }
}
