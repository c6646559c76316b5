import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  parquetMetadata,
  parquetSchema,
  type ColumnMetaData,
  type FileMetaData,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import { DamagedParquet } from "./parquet-bytes.ts";
import { MOST_VALUES } from "./parquet-page.ts";
import { thriftLength } from "./parquet-thrift.ts";

/** A group of rows of a file. */
export interface RowsOf {
  /** How many rows come before it. */
  readonly start: number;
  readonly count: number;
  /** What the file says of its columns, by their paths ({@link pathKey}). */
  readonly metas: ReadonlyMap<string, ColumnMetaData>;
}

/** A path as the key of a map. */
export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

const MARK = "PAR1";
/** The mark at the start; the length of the index and the mark at the end. */
const [HEAD, TAIL] = [4, 8];
/**
 * The most rows that a byte of a file may stand for: runs make rows that are all alike short, but
 * more than so many are of no trace.
 */
const ROWS_PER_BYTE = 4096;

function readAt(file: number, start: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const read = readSync(file, bytes, at, length - at, start + at);
    if (read === 0) throw new DamagedParquet("it ends too early");
    at += read;
  }
  return bytes;
}

/** The index of a file, which stands at its end, and where it begins. */
interface Index {
  readonly metadata: FileMetaData;
  readonly begins: number;
}

function indexOf(file: number, size: number): Index {
  if (size < HEAD + TAIL) throw new DamagedParquet("it ends too early");
  const tail = readAt(file, size - TAIL, TAIL);
  const mark = Buffer.from(tail.subarray(4)).toString("latin1");
  if (mark === "PARE") throw new DamagedParquet("it is encrypted");
  if (mark !== MARK) throw new DamagedParquet("its last bytes are not those of Parquet");
  const length = new DataView(tail.buffer).getUint32(0, true);
  const begins = size - TAIL - length;
  if (begins < HEAD) throw new DamagedParquet("its index is longer than the file");
  const bytes = readAt(file, begins, length + TAIL);
  if (thriftLength(bytes.subarray(0, length)) > length)
    throw new DamagedParquet("its index ends too early");
  return { metadata: parquetMetadata(bytes.buffer, { geoparquet: false }), begins };
}

function pagesStart(meta: ColumnMetaData): number {
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  const first = Number(meta.data_page_offset);
  return dictionary > 0 && dictionary < first ? dictionary : first;
}

function checkColumn(meta: ColumnMetaData, begins: number): void {
  const start = pagesStart(meta);
  const [length, values] = [Number(meta.total_compressed_size), Number(meta.num_values)];
  if (
    !(start >= HEAD && length >= 0 && start + length <= begins) ||
    !(values >= 0 && values <= MOST_VALUES)
  )
    throw new DamagedParquet(
      `its column \`${meta.path_in_schema.join(".")}\` is too large or cut off`,
    );
}

function metasOf({ columns }: RowGroup, begins: number): ReadonlyMap<string, ColumnMetaData> {
  const metas = new Map<string, ColumnMetaData>();
  for (const { meta_data: meta, file_path: elsewhere } of columns) {
    if (meta === undefined || elsewhere !== undefined)
      throw new DamagedParquet("a column of it is encrypted, or in another file");
    checkColumn(meta, begins);
    metas.set(pathKey(meta.path_in_schema), meta);
  }
  return metas;
}

/**
 * The groups of rows that a file has. WHY all checked first: pages stand in the file once, so a
 * file that says more of itself is damaged, and no row of it is read.
 */
function groupsOf({ metadata, begins }: Index): readonly RowsOf[] {
  let [start, bytes] = [0, 0];
  const groups = metadata.row_groups.map((group): RowsOf => {
    const count = Number(group.num_rows);
    if (!(count >= 0 && count <= MOST_VALUES))
      throw new DamagedParquet("a group of its rows has an impossible size");
    // a group without rows has no pages, wherever it says that they stand
    const metas = count === 0 ? new Map<string, never>() : metasOf(group, begins);
    for (const meta of metas.values()) bytes += Number(meta.total_compressed_size);
    start += count;
    return { start: start - count, count, metas };
  });
  const told = Number(metadata.num_rows);
  if (start !== told) throw new DamagedParquet(`it has ${start} rows, and says ${told}`);
  if (bytes > begins || start > ROWS_PER_BYTE * begins)
    throw new DamagedParquet("it says that it holds more than it has room for");
  return groups;
}

/** A Parquet file whose index was read and checked; its pages are read as they are asked for. */
export class ParquetFile {
  readonly #file: number;
  readonly schema: SchemaTree;
  readonly groups: readonly RowsOf[];

  /** What is no such file is an error that says why. */
  constructor(path: string) {
    this.#file = openSync(path, "r");
    try {
      const index = indexOf(this.#file, fstatSync(this.#file).size);
      this.schema = parquetSchema(index.metadata);
      this.groups = groupsOf(index);
    } catch (cause) {
      closeSync(this.#file);
      throw cause;
    }
  }

  /** The pages of a column of a group of rows. */
  pages(meta: ColumnMetaData): Uint8Array<ArrayBuffer> {
    return readAt(this.#file, pagesStart(meta), Number(meta.total_compressed_size));
  }

  close(): void {
    closeSync(this.#file);
  }
}
