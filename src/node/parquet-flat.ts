import type { ColumnMetaData, SchemaTree } from "hyparquet";
import { levelOf, type LeafColumn, type LeafPlace } from "./parquet-leaf.ts";
import { memberKey, writeOf, type Write } from "./parquet-values.ts";

/** A column of the table whose values are told by leaves that lie below no list: an object, or one value. */
export interface FlatColumn {
  readonly name: string;
  readonly key: string;
  /** So many nodes of its path may be missing. */
  readonly level: number;
  readonly below: readonly FlatColumn[];
  /** Set: it is a leaf. */
  readonly leaf: Leaf | undefined;
}

interface Leaf {
  readonly path: readonly SchemaTree[];
  readonly write: Write;
}

/** Whether a column and all below it are objects and single values. */
export function isFlat({ element, children }: SchemaTree): boolean {
  const isGroup = children.length > 0;
  // a group with a type is a list, a map, or what is not read
  const isPlain = element.logical_type === undefined && element.converted_type === undefined;
  return (
    element.repetition_type !== "REPEATED" &&
    (isGroup ? isPlain : element.type !== undefined) &&
    children.every(isFlat)
  );
}

/**
 * How such a column is read and written. The column's types are taken out of the schema, as by
 * {@link writeOf}.
 */
export function flatColumn(node: SchemaTree, above: readonly SchemaTree[]): FlatColumn {
  const path = [...above, node];
  return {
    name: node.element.name,
    key: memberKey(node),
    level: levelOf(path),
    below: node.children.map((child) => flatColumn(child, path)),
    leaf: node.children.length > 0 ? undefined : { path, write: writeOf(node) },
  };
}

/** The leaves of a column, with what the file says of their pages in a group of rows. */
export function leavesOf(
  { below, leaf }: FlatColumn,
  metas: ReadonlyMap<string, ColumnMetaData>,
): readonly LeafPlace[] {
  return leaf === undefined
    ? below.flatMap((one) => leavesOf(one, metas))
    : [placeOf(leaf.path, metas)];
}

function placeOf(
  path: readonly SchemaTree[],
  metas: ReadonlyMap<string, ColumnMetaData>,
): LeafPlace {
  const meta = metas.get(pathKey(path.slice(1).map(({ element }) => element.name)));
  if (meta === undefined) throw new Error("a group of its rows lacks a column");
  return { path, meta };
}

/** The leaves below the last node of a path, lists or not. */
export function nestedLeaves(
  path: readonly SchemaTree[],
  metas: ReadonlyMap<string, ColumnMetaData>,
): readonly LeafPlace[] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0
    ? [placeOf(path, metas)]
    : children.flatMap((child) => nestedLeaves([...path, child], metas));
}

/** A path as the key of a map. */
export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The JSON of a row's value; undefined: it has none. */
export type RowText = (row: number) => string | undefined;

/** What rows hold of a column, as text, and how far each goes along the column's path. */
interface Held {
  readonly text: RowText;
  readonly levels: Uint8Array;
}

/** Texts of values, each written once. */
function leafText({ write }: Leaf, level: number, { levels, codes, values }: LeafColumn): RowText {
  const texts: (string | undefined)[] = [];
  return (row) => {
    if (levels[row] !== level) return undefined;
    const code = codes[row] ?? 0;
    return (texts[code] ??= write(values[code]));
  };
}

/** `leaf` gives the values of the next leaf, in the order of {@link leavesOf}. */
export function textsOf(column: FlatColumn, leaf: () => LeafColumn): RowText {
  return held(column, leaf).text;
}

function held({ level, below, leaf }: FlatColumn, next: () => LeafColumn): Held {
  if (leaf !== undefined) {
    const values = next();
    return { text: leafText(leaf, level, values), levels: values.levels };
  }
  const all = below.map((one) => ({ key: one.key, ...held(one, next) }));
  const [first] = all;
  if (first === undefined) throw new Error("a column of it has no values");
  const { levels } = first;
  const members = all.map(({ key, text }) => [key, text] as const);
  return {
    text: (row) => ((levels[row] ?? 0) < level ? undefined : objectText(members, row)),
    levels,
  };
}

/** A row's object of some members, without those that it has no value of. */
export function objectText(
  members: readonly (readonly [key: string, text: RowText])[],
  row: number,
): string {
  let object = "";
  for (const [key, text] of members) {
    const value = text(row);
    if (value !== undefined) object += `${object === "" ? "{" : ","}${key}${value}`;
  }
  return object === "" ? "{}" : `${object}}`;
}
