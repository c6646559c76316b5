import type { DecodedArray, SchemaTree } from "hyparquet";
import { assembleLists, assembleNested } from "hyparquet/src/assemble.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { DamagedParquet } from "./parquet-bytes.ts";
import { pageColumn, richer, type LeafColumn, type LeafPlace } from "./parquet-leaf.ts";
import { pagesOf, type Page, type PageRows } from "./parquet-page.ts";

/** Puts the values of a dictionary where a page has their places. */
function looked({ values, isCoded }: PageRows, words: DecodedArray | undefined): DecodedArray {
  if (!isCoded) return values;
  return Array.from(values, (place) => {
    const at = Number(place);
    if (words === undefined || !(at < words.length))
      throw new DamagedParquet("a page of it names a value that its column does not have");
    const value: unknown = words[at];
    return value;
  });
}

/** Gathers lists of one leaf: rows that have the same list of a dictionary's values share it. */
class ListReader {
  readonly #richer: (data: DecodedArray) => DecodedArray;
  readonly #level: number;
  readonly #most: number;
  readonly #levels: Uint8Array;
  readonly #codes: Uint32Array;
  readonly #values: unknown[][] = [];
  readonly #known = new Map<string, number>();
  #words: DecodedArray | undefined;
  #row = -1;
  /** The list of the row that comes, and what tells it apart, while each value has a place. */
  #list: unknown[] = [];
  #key: string | undefined = "";

  constructor(place: LeafPlace, level: number, rows: number) {
    this.#richer = richer(place);
    this.#level = level;
    this.#most = pageColumn(place).definition;
    this.#levels = new Uint8Array(rows);
    this.#codes = new Uint32Array(rows);
  }

  take(page: Page): void {
    if (!("words" in page)) return this.#takeRows(page);
    if (this.#words !== undefined) throw new DamagedParquet("a column of it has two dictionaries");
    this.#words = this.#richer(page.words);
  }

  #takeRows(page: PageRows): void {
    const { count, definitions, repetitions, isCoded } = page;
    const values = isCoded ? looked(page, this.#words) : this.#richer(page.values);
    let taken = 0;
    for (let i = 0; i < count; i++) {
      const level = definitions?.[i] ?? this.#most;
      if ((repetitions?.[i] ?? 0) === 0) this.#begin(Math.min(level, this.#level));
      if (this.#row < 0) throw new DamagedParquet("a list of it begins nowhere");
      if (level <= this.#level) continue;
      const isThere = level === this.#most;
      if (this.#key !== undefined)
        this.#key = isCoded
          ? `${this.#key},${isThere ? String(page.values[taken]) : ""}`
          : undefined;
      this.#list.push(isThere ? values[taken++] : null);
    }
    if (taken !== values.length)
      throw new DamagedParquet("a page of it holds other values than it says");
  }

  #begin(level: number): void {
    this.#end();
    if (++this.#row >= this.#levels.length)
      throw new DamagedParquet("a page of it holds more rows than its column");
    this.#levels[this.#row] = level;
    this.#list = [];
    this.#key = "";
  }

  #end(): void {
    if (this.#row < 0 || this.#levels[this.#row] !== this.#level) return;
    const known = this.#key === undefined ? undefined : this.#known.get(this.#key);
    const code = known ?? this.#values.push(this.#list) - 1;
    if (this.#key !== undefined && known === undefined) this.#known.set(this.#key, code);
    this.#codes[this.#row] = code;
  }

  column(): LeafColumn {
    this.#end();
    if (this.#row + 1 !== this.#levels.length)
      throw new DamagedParquet(
        `a column of it has ${this.#row + 1} of ${this.#levels.length} rows`,
      );
    const values = this.#values;
    return { levels: this.#levels, codes: this.#codes, values, words: values.length };
  }
}

/**
 * Reads a column of lists of single values, for a group of rows; `level`: so many nodes on the way
 * to the list may be missing, itself included.
 */
export function readLists(
  place: LeafPlace,
  bytes: Uint8Array,
  { level, rows }: { readonly level: number; readonly rows: number },
): LeafColumn {
  const reader = new ListReader(place, level, rows);
  for (const page of pagesOf(bytes, pageColumn(place), Number(place.meta.num_values)))
    reader.take(page);
  return reader.column();
}

function listOf(levels: Uint8Array | undefined): number[] {
  return levels === undefined ? [] : Array.from(levels);
}

/** The values of one leaf below a list, nested as its lists are. */
function nestedLeaf(place: LeafPlace, bytes: Uint8Array): unknown[] {
  const toRicher = richer(place);
  const path = [...place.path];
  const { definition } = pageColumn(place);
  const nested: unknown[] = [];
  let words: DecodedArray | undefined;
  for (const page of pagesOf(bytes, pageColumn(place), Number(place.meta.num_values))) {
    if ("words" in page) {
      if (words !== undefined) throw new DamagedParquet("a column of it has two dictionaries");
      words = toRicher(page.words);
      continue;
    }
    const values = page.isCoded ? looked(page, words) : toRicher(page.values);
    const { definitions, repetitions, count } = page;
    const present = definitions?.filter((level) => level === definition).length ?? count;
    if (present !== values.length)
      throw new DamagedParquet("a page of it holds other values than it says");
    // without levels, the values stand for themselves
    const output = assembleLists(nested, listOf(definitions), listOf(repetitions), values, path);
    if (output !== nested) for (let i = 0; i < output.length; i++) nested.push(output[i]);
  }
  return nested;
}

/**
 * The values of a top column that holds lists, for a group of rows. `bytesOf` gives the pages of a
 * leaf.
 */
export function readNested(
  node: SchemaTree,
  leaves: readonly LeafPlace[],
  bytesOf: (place: LeafPlace) => Uint8Array,
): ArrayLike<unknown> {
  const columns = new Map<string, DecodedArray>();
  for (const place of leaves)
    columns.set(place.meta.path_in_schema.join("."), nestedLeaf(place, bytesOf(place)));
  const name = node.element.name;
  if (node.children.length > 0)
    assembleNested(columns, node, {
      ...DEFAULT_PARSERS,
      timestampFromNanoseconds: (nanos) => nanos,
    });
  const values = columns.get(name);
  if (values === undefined) throw new DamagedParquet(`its column \`${name}\` has no values`);
  return values;
}
