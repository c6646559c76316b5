import type { ColumnMetaData, DataReader, DecodedArray, PageHeader, SchemaTree } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { unpack } from "./parquet-unpack.ts";

/** The values of a column that lies below no list, for a group of rows. */
export interface LeafColumn {
  /** By row: how many of the nodes of its path that may be missing are there. */
  readonly levels: Uint8Array;
  /** By row: which of the values it has, where all of its path is there. */
  readonly codes: Uint32Array;
  /** Those of the dictionary once, those of no dictionary as often as they come. */
  readonly values: readonly unknown[];
}

/** Which column is read: where it stands in the schema, and what the file says of its pages. */
export interface LeafPlace {
  /** From the root to the column. */
  readonly path: readonly SchemaTree[];
  readonly meta: ColumnMetaData;
}

/** So many nodes of a path may be missing. */
export function levelOf(path: readonly SchemaTree[]): number {
  return path.slice(1).filter(({ element }) => element.repetition_type !== "REQUIRED").length;
}

/** What of a page is the reader's: how far each row goes, and the values, or their places. */
interface Page {
  readonly count: number;
  /** Empty: all rows have a value. */
  readonly levels: readonly number[];
  readonly data: DecodedArray;
  readonly isCoded: boolean;
}

class LeafReader {
  readonly #decoder: Parameters<typeof readDataPage>[2];
  readonly #level: number;
  readonly #levels: Uint8Array;
  readonly #codes: Uint32Array;
  readonly #values: unknown[] = [];
  /** How many of the values are those of the dictionary. */
  #words = 0;
  #rows = 0;

  constructor({ path, meta }: LeafPlace, rows: number) {
    const [root, ...below] = path;
    const leaf = below.at(-1);
    if (root === undefined || leaf === undefined) throw new Error("a column of it has no path");
    this.#decoder = {
      ...meta,
      pathInSchema: meta.path_in_schema,
      element: leaf.element,
      schemaPath: [...path],
      compressors: unpack,
      utf8: false,
      parsers: { ...DEFAULT_PARSERS, timestampFromNanoseconds: (nanos) => nanos },
    };
    this.#level = levelOf(path);
    this.#levels = new Uint8Array(rows);
    this.#codes = new Uint32Array(rows);
  }

  read(bytes: DataView): LeafColumn {
    const reader = { view: bytes, offset: 0 };
    while (this.#rows < this.#levels.length && reader.offset < bytes.byteLength - 1)
      this.#take(reader);
    if (this.#rows !== this.#levels.length)
      throw new Error(`a column of it has ${this.#rows} of ${this.#levels.length} rows`);
    return { levels: this.#levels, codes: this.#codes, values: this.#values };
  }

  #take(reader: DataReader): void {
    const header = parquetHeader(reader);
    const { buffer, byteOffset } = reader.view;
    const size = header.compressed_page_size;
    const bytes = new Uint8Array(buffer, byteOffset + reader.offset, size);
    reader.offset += size;
    if (header.type === "DICTIONARY_PAGE") this.#takeWords(header, bytes);
    else this.#takeRows(this.#pageOf(header, bytes));
  }

  #unpacked({ uncompressed_page_size: size }: PageHeader, bytes: Uint8Array): Uint8Array {
    return decompressPage(bytes, size, this.#decoder.codec, unpack);
  }

  #takeWords(header: PageHeader, bytes: Uint8Array): void {
    const { type, element } = this.#decoder;
    const page = this.#unpacked(header, bytes);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    const count = header.dictionary_page_header?.num_values ?? 0;
    if (this.#values.length > 0) throw new Error("a column of it has two dictionaries");
    const words = readPlain({ view, offset: 0 }, type, count, element.type_length);
    this.#add(convert(words, this.#decoder));
    this.#words = count;
  }

  #add(data: DecodedArray): void {
    for (let i = 0; i < data.length; i++) this.#values.push(data[i]);
  }

  #pageOf(header: PageHeader, bytes: Uint8Array): Page {
    const { data_page_header: one, data_page_header_v2: two } = header;
    const told = header.type === "DATA_PAGE" ? one : two;
    if (told === undefined) throw new Error(`a page of it is of an unknown type: ${header.type}`);
    const { definitionLevels, dataPage } =
      one !== undefined && told === one
        ? readDataPage(this.#unpacked(header, bytes), one, this.#decoder)
        : readDataPageV2(bytes, header, this.#decoder);
    const isCoded = told.encoding === "RLE_DICTIONARY" || told.encoding === "PLAIN_DICTIONARY";
    return {
      count: told.num_values,
      levels: definitionLevels ?? [],
      data: isCoded ? dataPage : convert(dataPage, this.#decoder),
      isCoded,
    };
  }

  #takeRows({ count, levels, data, isCoded }: Page): void {
    if (this.#rows + count > this.#levels.length)
      throw new Error("a page of it holds more rows than its column");
    const base = isCoded ? 0 : this.#values.length;
    if (!isCoded) this.#add(data);
    let taken = 0;
    for (let i = 0; i < count; i++, this.#rows++) {
      const level = levels.length === 0 ? this.#level : (levels[i] ?? 0);
      this.#levels[this.#rows] = level;
      if (level !== this.#level) continue;
      const code = isCoded ? Number(data[taken]) : base + taken;
      taken++;
      if (!(code < (isCoded ? this.#words : this.#values.length)))
        throw new Error("a page of it names a value that its column does not have");
      this.#codes[this.#rows] = code;
    }
  }
}

/** Reads a column of a group of rows from the bytes of its pages. */
export function readLeaf(place: LeafPlace, bytes: DataView, rows: number): LeafColumn {
  return new LeafReader(place, rows).read(bytes);
}
