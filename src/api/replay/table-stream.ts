import { createReadStream } from "node:fs";
import { unreadable } from "../../node/files.ts";
import { openParquet, type OpenParquet } from "../../node/parquet-thread.ts";
import type { ParquetPiece, TablePiece } from "../../node/parquet.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";

/** Some rows of a table as columns, and the line of each, for whoever needs the whole event. */
export interface TableRows {
  readonly segment: Segment;
  readonly line: (row: number) => Uint8Array;
}

/** Lines that were asked for together: those of rows from one on. */
interface Block {
  readonly group: number;
  readonly from: number;
  readonly lines: readonly string[];
}

/** So many lines are asked for at a time at most, where somebody asks for one after the other. */
const MOST_LINES = 1024;
/** Rows that are so near to each other are asked for together. */
const NEAR = 64;

const encoder = new TextEncoder();
const NONE: Block = { group: -1, from: 0, lines: [] };

/** A Parquet file whose columns become those of a layout; a row's line is made when it is asked for. */
export class TableStream {
  readonly #name: string;
  readonly #path: string;
  readonly #layout: Layout;
  #table: OpenParquet | undefined;
  #pieces: AsyncGenerator<ParquetPiece> | undefined;
  #first: TablePiece | undefined;
  #block = NONE;

  /** `name`: what the file is called in messages. */
  constructor(name: string, path: string, layout: Layout) {
    this.#name = name;
    this.#path = path;
    this.#layout = layout;
  }

  /** Opens the file; its lines, where it has to be read by them. What cannot be read is a `TraceError`. */
  async open(): Promise<AsyncIterable<Uint8Array> | undefined> {
    try {
      this.#table = await openParquet(this.#path, this.#layout);
      this.#pieces = this.#table.pieces();
      const { done, value } = await this.#pieces.next();
      if (done === true) return this.#lines(new Uint8Array(0), this.#pieces);
      if ("lines" in value) return this.#lines(value.lines, this.#pieces);
      this.#first = value;
      return undefined;
    } catch (cause) {
      throw unreadable(this.#name, cause);
    }
  }

  async *#lines(first: Uint8Array, rest: AsyncGenerator<ParquetPiece>): AsyncGenerator<Uint8Array> {
    yield first;
    try {
      for await (const piece of rest) if ("lines" in piece) yield piece.lines;
    } catch (cause) {
      throw unreadable(this.#name, cause);
    }
  }

  /** All rows, where the file is not read by lines. */
  async *pieces(): AsyncGenerator<TableRows> {
    if (this.#first !== undefined) yield this.#rowsOf(this.#first);
    this.#first = undefined;
    try {
      for await (const piece of this.#pieces ?? [])
        if ("segment" in piece) yield this.#rowsOf(piece);
    } catch (cause) {
      throw unreadable(this.#name, cause);
    }
  }

  #rowsOf({ segment, group, from }: TablePiece): TableRows {
    return {
      segment: { ...segment, layout: this.#layout },
      line: (row) => encoder.encode(this.#line(group, from + (segment.lines[row] ?? 0))),
    };
  }

  #line(group: number, row: number): string {
    const held = this.#block;
    const known = held.group === group ? held.lines[row - held.from] : undefined;
    if (known !== undefined) return known;
    const { length } = held.lines;
    const isNext =
      held.group === group && row >= held.from + length && row < held.from + length + NEAR;
    const count = isNext ? Math.min(2 * length, MOST_LINES) : 1;
    const lines = this.#ask(group, row, row + count);
    this.#block = { group, from: row, lines };
    return lines[0] ?? "";
  }

  #ask(group: number, from: number, to: number): readonly string[] {
    try {
      return this.#table?.lines({ group, from, to }) ?? [];
    } catch (cause) {
      throw unreadable(this.#name, cause);
    }
  }

  /** The bytes of the file as they stand. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(this.#path))
      if (chunk instanceof Uint8Array) yield chunk;
  }

  async close(): Promise<void> {
    await this.#table?.close();
  }
}
