import type { CompressionCodec, DecodedArray, PageHeader, ParquetType } from "hyparquet";
import { alpDecode } from "hyparquet/src/alp.js";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { byteStreamSplit } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import { ByteCursor, DamagedParquet } from "./parquet-bytes.ts";
import { crc32 } from "./crc32.ts";
import { deltaNumbers, deltaNumbers32, deltaPrefixed, deltaTexts } from "./parquet-delta.ts";
import { readRuns, widthOf } from "./parquet-runs.ts";
import { thriftLength } from "./parquet-thrift.ts";
import { unpack } from "./parquet-unpack.ts";

/** What pages are read by. */
export interface PageColumn {
  readonly type: ParquetType;
  /** How long the values of a type are that are all equally long. */
  readonly typeLength: number | undefined;
  readonly codec: CompressionCodec;
  /** How many nodes of the column's path may be missing, and how many repeat. */
  readonly definition: number;
  readonly repetition: number;
}

/** What stands in a page, before its values are of a richer type. */
export interface PageRows {
  /** How many values it has, missing ones included. */
  readonly count: number;
  /** Levels of each value; undefined: all are as far as they go, or none repeats. */
  readonly definitions: Uint8Array | undefined;
  readonly repetitions: Uint8Array | undefined;
  /** Those values that are there, or their places in the dictionary. */
  readonly values: DecodedArray;
  readonly isCoded: boolean;
}

/** The values of a dictionary, or the rows of a page. */
export type Page = { readonly words: DecodedArray } | PageRows;

/** How large a page may be, in bytes: larger than any line of a trace. */
const MOST_BYTES = 1 << 29;
/** The most values of one column that a group of rows may hold, in memory at a time. */
export const MOST_VALUES = 1 << 24;

function isCount(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
}

/** Bytes in memory of their own. WHY: what reads them believes lengths, up to the memory's end. */
function alone(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function unpacked(bytes: Uint8Array, size: number, { codec }: PageColumn): Uint8Array {
  return alone(decompressPage(bytes, size, codec, unpack));
}

/** How many bytes a value takes at least. */
const LEAST_BYTES: Readonly<Partial<Record<ParquetType, number>>> = {
  BOOLEAN: 1 / 8,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 4,
};

function leastBytes(count: number, { type, typeLength }: PageColumn): number {
  return Math.ceil(count * (LEAST_BYTES[type] ?? typeLength ?? Infinity));
}

function plainValues(bytes: Uint8Array, count: number, column: PageColumn): DecodedArray {
  if (count === 0) return [];
  const own = alone(bytes);
  if (leastBytes(count, column) > own.length)
    throw new DamagedParquet("a page of it ends too early");
  const reader = { view: viewOf(own), offset: 0 };
  const values = readPlain(reader, column.type, count, column.typeLength);
  // each text says how long it is: a wrong length shows here at the latest
  if (column.type === "BYTE_ARRAY" && reader.offset !== own.length)
    throw new DamagedParquet("a page of it holds texts of other lengths than it says");
  return values;
}

function truths(bytes: Uint8Array, count: number): boolean[] {
  const cursor = new ByteCursor(bytes);
  const out = new Uint8Array(count);
  readRuns(cursor.take(cursor.word()), 1, out);
  return Array.from(out, (bit) => bit === 1);
}

/** The places of values in the dictionary. */
function places(bytes: Uint8Array, count: number): Uint32Array {
  const out = new Uint32Array(count);
  // DuckDB writes nothing at all where all are missing
  if (count === 0) return out;
  const cursor = new ByteCursor(bytes);
  const width = cursor.byte();
  readRuns(cursor.take(cursor.left), width, out);
  return out;
}

function valuesIn(
  bytes: Uint8Array,
  encoding: string,
  of: { readonly count: number; readonly column: PageColumn },
): DecodedArray {
  const { count, column } = of;
  const { type, typeLength } = column;
  if (encoding === "PLAIN") return plainValues(bytes, count, column);
  if (encoding === "RLE" && type === "BOOLEAN") return truths(bytes, count);
  if (encoding === "DELTA_BINARY_PACKED")
    return type === "INT32"
      ? deltaNumbers32(new ByteCursor(bytes), count)
      : deltaNumbers(new ByteCursor(bytes), count);
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY") return deltaTexts(new ByteCursor(bytes), count);
  if (encoding === "DELTA_BYTE_ARRAY") return deltaPrefixed(new ByteCursor(bytes), count);
  const reader = { view: viewOf(bytes), offset: 0 };
  if (encoding === "BYTE_STREAM_SPLIT") {
    if (leastBytes(count, column) > bytes.length)
      throw new DamagedParquet("a page of it ends too early");
    return byteStreamSplit(reader, count, type, typeLength);
  }
  if (encoding === "ALP") return alpDecode(reader, count, type);
  throw new DamagedParquet(`a page of it has an encoding that is not read: ${encoding}`);
}

function levels(bytes: Uint8Array, most: number, count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count);
  readRuns(bytes, widthOf(most), out);
  for (const level of out)
    if (level > most) throw new DamagedParquet("a page of it has a level that its column lacks");
  return out;
}

/** The levels of a page, and where its values begin. */
interface Levels {
  readonly repetitions: Uint8Array | undefined;
  readonly definitions: Uint8Array | undefined;
  readonly values: Uint8Array;
}

function pageRows(
  { repetitions, definitions, values }: Levels,
  told: { readonly num_values: number; readonly encoding: string },
  column: PageColumn,
): PageRows {
  const { num_values: all, encoding } = told;
  let count = definitions === undefined ? all : 0;
  for (const level of definitions ?? []) if (level === column.definition) count++;
  const isCoded = encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY";
  return {
    count: all,
    repetitions,
    definitions,
    values: isCoded ? places(values, count) : valuesIn(values, encoding, { count, column }),
    isCoded,
  };
}

/** Where levels stand in front of the values, compressed with them. */
function firstPage(header: PageHeader, bytes: Uint8Array, column: PageColumn): PageRows {
  const told = header.data_page_header;
  if (told === undefined) throw new DamagedParquet("a page of it says nothing of itself");
  const cursor = new ByteCursor(unpacked(bytes, header.uncompressed_page_size, column));
  const read = (most: number, encoding: string): Uint8Array | undefined => {
    if (most === 0) return undefined;
    if (encoding !== "RLE") throw new DamagedParquet("a page of it has levels that are not read");
    return levels(cursor.take(cursor.word()), most, told.num_values);
  };
  const repetitions = read(column.repetition, told.repetition_level_encoding);
  const definitions = read(column.definition, told.definition_level_encoding);
  const values = cursor.take(cursor.left);
  return pageRows({ repetitions, definitions, values }, told, column);
}

/** Where levels stand beside the values, uncompressed. */
function secondPage(header: PageHeader, bytes: Uint8Array, column: PageColumn): PageRows {
  const told = header.data_page_header_v2;
  if (told === undefined) throw new DamagedParquet("a page of it says nothing of itself");
  const cursor = new ByteCursor(bytes);
  const read = (most: number, length: number): Uint8Array | undefined => {
    const own = cursor.take(length);
    return most === 0 ? undefined : levels(own, most, told.num_values);
  };
  const repetitions = read(column.repetition, told.repetition_levels_byte_length);
  const definitions = read(column.definition, told.definition_levels_byte_length);
  const size = header.uncompressed_page_size - cursor.at;
  const rest = cursor.take(cursor.left);
  // a page without values may have no bytes at all, which unpack to nothing
  const isPacked = told.is_compressed !== false && size > 0;
  const values = isPacked ? unpacked(rest, size, column) : rest;
  const rows = pageRows({ repetitions, definitions, values }, told, column);
  if (rows.values.length !== told.num_values - told.num_nulls)
    throw new DamagedParquet("a page of it holds other values than it says");
  return rows;
}

function dictionary(header: PageHeader, bytes: Uint8Array, column: PageColumn): Page {
  const count = header.dictionary_page_header?.num_values;
  if (!isCount(count, MOST_VALUES)) throw new DamagedParquet("a page of it has an impossible size");
  const page = unpacked(bytes, header.uncompressed_page_size, column);
  return { words: plainValues(page, count, column) };
}

function pageOf(header: PageHeader, bytes: Uint8Array, column: PageColumn): Page | undefined {
  if (header.type === "DICTIONARY_PAGE") return dictionary(header, bytes, column);
  if (header.type === "DATA_PAGE") return firstPage(header, bytes, column);
  if (header.type === "DATA_PAGE_V2") return secondPage(header, bytes, column);
  if (header.type === "INDEX_PAGE") return undefined;
  throw new DamagedParquet("a page of it is of an unknown type");
}

function checkSizes(header: PageHeader, left: number): void {
  const { data_page_header: one, data_page_header_v2: two } = header;
  const count = one?.num_values ?? two?.num_values ?? 0;
  if (
    !isCount(header.compressed_page_size, left) ||
    !isCount(header.uncompressed_page_size, MOST_BYTES) ||
    !isCount(count, MOST_VALUES)
  )
    throw new DamagedParquet("a page of it has an impossible size");
}

/** Writers may say the checksum of a page's bytes as they stand in the file. */
function checkSum({ crc }: PageHeader, bytes: Uint8Array): void {
  if (crc !== undefined && crc32(bytes) !== crc >>> 0)
    throw new DamagedParquet("a page of it has another checksum than it says");
}

/**
 * The pages of a column, one behind the other, `values` values in all. What cannot be so is a
 * {@link DamagedParquet}: no length, count or level is believed.
 */
export function* pagesOf(
  bytes: Uint8Array,
  column: PageColumn,
  values: number,
): Generator<Page, void> {
  let [at, seen] = [0, 0];
  while (seen < values) {
    const rest = bytes.subarray(at);
    at += thriftLength(rest);
    const header = parquetHeader({ view: viewOf(rest), offset: 0 });
    checkSizes(header, bytes.length - at);
    const own = bytes.subarray(at, (at += header.compressed_page_size));
    checkSum(header, own);
    const page = pageOf(header, own, column);
    if (page === undefined) continue;
    if ("count" in page) seen += page.count;
    yield page;
  }
  if (seen !== values) throw new DamagedParquet("a page of it holds more values than its column");
}
