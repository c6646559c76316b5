import type { DecodedArray, SchemaTree } from "hyparquet";
import { assembleLists, assembleNested } from "hyparquet/src/assemble.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { DamagedParquet } from "./parquet-bytes.ts";
import { pageColumn, richer, type LeafPlace } from "./parquet-leaf.ts";
import { pagesOf, type PageRows } from "./parquet-page.ts";

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
