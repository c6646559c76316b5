import type { ColumnMetaData, DecodedArray, SchemaTree } from "hyparquet";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { DamagedParquet } from "./parquet-bytes.ts";
import { pagesOf, type PageColumn, type PageRows } from "./parquet-page.ts";

/** The values of a column that lies below no list, for a group of rows. */
export interface LeafColumn {
  /** By row: how many of the nodes of its path that may be missing are there. */
  readonly levels: Uint8Array;
  /** By row: which of the values it has, where all of its path is there. */
  readonly codes: Uint32Array;
  /** Those of the dictionary once, those of no dictionary as often as they come. */
  readonly values: readonly unknown[];
  /** How many of the values are those of the dictionary. */
  readonly words: number;
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

/** How the pages of a column are read. */
export function pageColumn({ path, meta }: LeafPlace): PageColumn {
  const element = path.at(-1)?.element;
  const { type, codec } = meta;
  if (element?.type !== type)
    throw new DamagedParquet(`its column \`${meta.path_in_schema.join(".")}\` has two types`);
  return {
    type,
    codec,
    typeLength: element.type_length,
    definition: levelOf(path),
    repetition: path.filter((node) => node.element.repetition_type === "REPEATED").length,
  };
}

/** Makes values of a column's type of those that stand in its pages. */
export function richer({ path, meta }: LeafPlace): (data: DecodedArray) => DecodedArray {
  const leaf = path.at(-1);
  if (leaf === undefined) throw new DamagedParquet("a column of it has no path");
  const decoder: Parameters<typeof convert>[1] = {
    ...meta,
    pathInSchema: meta.path_in_schema,
    element: leaf.element,
    schemaPath: [...path],
    utf8: false,
    parsers: { ...DEFAULT_PARSERS, timestampFromNanoseconds: (nanos) => nanos },
  };
  return (data) => convert(data, decoder);
}

class LeafReader {
  readonly #richer: (data: DecodedArray) => DecodedArray;
  readonly #level: number;
  readonly #levels: Uint8Array;
  readonly #codes: Uint32Array;
  readonly #values: unknown[] = [];
  /** How many of the values are those of the dictionary; undefined: there was none. */
  #words: number | undefined;
  #rows = 0;

  constructor(place: LeafPlace, rows: number) {
    this.#richer = richer(place);
    this.#level = levelOf(place.path);
    this.#levels = new Uint8Array(rows);
    this.#codes = new Uint32Array(rows);
  }

  column(): LeafColumn {
    return {
      levels: this.#levels,
      codes: this.#codes,
      values: this.#values,
      words: this.#words ?? 0,
    };
  }

  takeWords(words: DecodedArray): void {
    if (this.#words !== undefined || this.#rows > 0)
      throw new DamagedParquet("a column of it has two dictionaries");
    this.#add(this.#richer(words));
    this.#words = words.length;
  }

  #add(data: DecodedArray): void {
    for (let i = 0; i < data.length; i++) this.#values.push(data[i]);
  }

  takeRows({ count, definitions, values, isCoded }: PageRows): void {
    const base = this.#values.length;
    if (!isCoded) this.#add(this.#richer(values));
    const end = isCoded ? (this.#words ?? 0) : this.#values.length;
    let taken = 0;
    for (let i = 0; i < count; i++, this.#rows++) {
      const level = definitions === undefined ? this.#level : (definitions[i] ?? 0);
      this.#levels[this.#rows] = level;
      if (level !== this.#level) continue;
      const code = isCoded ? Number(values[taken]) : base + taken;
      taken++;
      if (!(code < end))
        throw new DamagedParquet("a page of it names a value that its column does not have");
      this.#codes[this.#rows] = code;
    }
    if (taken !== values.length)
      throw new DamagedParquet("a page of it holds other values than it says");
  }
}

/** Reads a column of a group of rows from the bytes of its pages. */
export function readLeaf(place: LeafPlace, bytes: Uint8Array, rows: number): LeafColumn {
  const reader = new LeafReader(place, rows);
  for (const page of pagesOf(bytes, pageColumn(place), rows))
    if ("words" in page) reader.takeWords(page.words);
    else reader.takeRows(page);
  return reader.column();
}
