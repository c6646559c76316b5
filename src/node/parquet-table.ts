import type { ColumnMetaData, SchemaElement, SchemaTree } from "hyparquet";
import type { TableShape } from "../trace/columns/table-plan.ts";
import { DamagedParquet } from "./parquet-bytes.ts";
import { pathKey, type ParquetFile, type RowsOf } from "./parquet-file.ts";
import { levelOf, readLeaf, type LeafColumn, type LeafPlace } from "./parquet-leaf.ts";
import { readLists, readNested } from "./parquet-list.ts";
import { memberKey, unitsOf, writeOf, type Units, type Write } from "./parquet-values.ts";

/** A column of a table, or a part of one: an object of further ones, or a value. */
export interface TableNode extends TableShape {
  readonly name: string;
  /** The name with its colon, as it stands in an object. */
  readonly key: string;
  /** From the root of the schema to this node. */
  readonly path: readonly SchemaTree[];
  /** So many nodes of its path may be missing. */
  readonly level: number;
  /** Those of an object; empty: it is a value. */
  readonly below: readonly TableNode[];
  /** How its values are written; undefined: it is an object. */
  readonly write: Write | undefined;
  /** Whether its values are bytes of a text. */
  readonly isText: boolean;
  /** Whether its values are written with a point that they do not have. */
  readonly isScaled: boolean;
  /** Those of times; undefined: its values are none. */
  readonly units: Units | undefined;
}

/** Whether a node is a value of its own, and no list, map or other group with a meaning. */
function isLeaf({ element, children }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== "REPEATED";
}

/** Whether a node is an object of its members. */
function isObject({ element, children }: SchemaTree): boolean {
  // a group with a type is a list, a map, or what is not read
  const isPlain = element.logical_type === undefined && element.converted_type === undefined;
  return children.length > 0 && isPlain && element.repetition_type !== "REPEATED";
}

/**
 * A column of a table, below the root of its schema. The types of its values are taken out of the
 * schema, as by {@link writeOf}.
 */
export function tableNode(above: readonly SchemaTree[], node: SchemaTree): TableNode {
  const path = [...above, node];
  const below = isObject(node) ? node.children.map((child) => tableNode(path, child)) : [];
  // what a value is has to be told before its type is taken out
  const own = valueOf(node);
  return {
    name: node.element.name,
    key: memberKey(node),
    path,
    level: levelOf(path),
    below,
    ...own,
    write: below.length > 0 ? undefined : writeOf(node),
  };
}

/** What the schema says of the values of a node. */
function valueOf(node: SchemaTree): Pick<TableNode, "kind" | "isText" | "isScaled" | "units"> {
  const { element } = node;
  const kind = kindOf(node);
  const isValue = isLeaf(node);
  return {
    kind,
    isText: isValue && kind === "text" && element.type === "BYTE_ARRAY",
    isScaled: (element.logical_type?.type ?? element.converted_type) === "DECIMAL",
    units: isValue ? unitsOf(element) : undefined,
  };
}

/** What the JSON of a node is. */
function kindOf(node: SchemaTree): TableShape["kind"] {
  const { element, children } = node;
  const type = element.logical_type?.type ?? element.converted_type ?? "";
  if (isObject(node)) return "object";
  if (type === "MAP" || type === "MAP_KEY_VALUE") return "map";
  if (children.length > 0 || element.repetition_type === "REPEATED") return "list";
  if (type === "JSON") return "json";
  if (element.type === "BOOLEAN") return "truth";
  return isQuoted(element) ? "text" : "number";
}

/** Whether the values of a type are written as texts. */
function isQuoted({
  type,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): boolean {
  const name = logical?.type ?? converted ?? "";
  if (name === "DECIMAL" || name === "FLOAT16") return false;
  return (
    type === "BYTE_ARRAY" ||
    type === "FIXED_LEN_BYTE_ARRAY" ||
    type === "INT96" ||
    name.startsWith("TIMESTAMP") ||
    name === "DATE"
  );
}

type Metas = ReadonlyMap<string, ColumnMetaData>;

function placeOf(path: readonly SchemaTree[], metas: Metas): LeafPlace {
  const meta = metas.get(pathKey(path.slice(1).map(({ element }) => element.name)));
  if (meta === undefined) throw new DamagedParquet("a group of its rows lacks a column");
  return { path, meta };
}

/** The leaves below the last node of a path, lists or not. */
function leavesBelow(path: readonly SchemaTree[], metas: Metas): readonly LeafPlace[] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0
    ? [placeOf(path, metas)]
    : children.flatMap((child) => leavesBelow([...path, child], metas));
}

/** The path without what lies beside it. */
function alone(path: readonly SchemaTree[]): readonly SchemaTree[] {
  const only: SchemaTree[] = [];
  for (const node of [...path].reverse()) {
    const [below] = only;
    only.unshift(below === undefined ? node : { ...node, children: [below] });
  }
  return only;
}

/** The path to the values of a list of single values; undefined: it is no such list. */
function simpleList(path: readonly SchemaTree[]): readonly SchemaTree[] | undefined {
  const list = path.at(-1);
  const [group, other] = list?.children ?? [];
  if (list?.element.repetition_type === "REPEATED" || group === undefined || other !== undefined)
    return undefined;
  if (group.element.repetition_type !== "REPEATED") return undefined;
  const [item, more] = group.children;
  if (item === undefined) return [...path, group];
  const isSingle = more === undefined && isLeaf(item);
  return isSingle ? [...path, group, item] : undefined;
}

/** What stands at a list in what was read for its top column, and how far its path is there. */
function listAt(
  value: unknown,
  path: readonly SchemaTree[],
): { readonly level: number; readonly value: unknown } {
  let [level, at] = [0, value];
  for (const [depth, { element }] of path.entries()) {
    if (at === null || at === undefined) return { level, value: undefined };
    if (element.repetition_type !== "REQUIRED") level++;
    const next = path[depth + 1];
    if (next !== undefined) at = member(at, next.element.name);
  }
  return { level, value: at };
}

function member(value: unknown, name: string): unknown {
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value ?? {}));
  return members.get(name);
}

/**
 * The values of one group of rows. A column is read when it is first asked for, and stays until the
 * group goes.
 */
export class TableGroup {
  readonly #file: ParquetFile;
  readonly #rows: RowsOf;
  readonly #columns = new Map<TableNode, LeafColumn>();
  readonly #texts = new Map<TableNode, (string | undefined)[]>();

  constructor(file: ParquetFile, rows: RowsOf) {
    this.#file = file;
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.count;
  }

  /** What the file says of a value's column; undefined: it has several, or none. */
  meta({ path }: TableNode): ColumnMetaData | undefined {
    return this.#rows.metas.get(pathKey(path.slice(1).map(({ element }) => element.name)));
  }

  /** The values of a column; a row of a list or a map has one of its own. */
  column(node: TableNode): LeafColumn {
    const known = this.#columns.get(node);
    if (known !== undefined) return known;
    const last = node.path.at(-1);
    if (last === undefined) throw new DamagedParquet("a column of it has no path");
    const read = isLeaf(last) ? this.#leaf(node) : this.#list(node);
    this.#columns.set(node, read);
    return read;
  }

  #leaf({ path }: TableNode): LeafColumn {
    const { count, metas } = this.#rows;
    const place = placeOf(path, metas);
    this.#checkRows(Number(place.meta.num_values), place.meta.path_in_schema);
    return readLeaf(place, this.#file.pages(place.meta), count);
  }

  #list(node: TableNode): LeafColumn {
    const { path, level } = node;
    const { metas: all, count: rows } = this.#rows;
    const simple = simpleList(path);
    if (simple !== undefined) {
      const place = placeOf(simple, all);
      return readLists(place, this.#file.pages(place.meta), { level, rows });
    }
    const [root, ...below] = alone(path);
    const [top] = below;
    if (root === undefined || top === undefined)
      throw new DamagedParquet("a column of it has no path");
    const { count, metas } = this.#rows;
    const read = readNested(top, leavesBelow([root, top], metas), ({ meta }) =>
      this.#file.pages(meta),
    );
    this.#checkRows(read.length, [top.element.name]);
    const levels = new Uint8Array(count);
    const values = Array.from(read, (value, row) => {
      const found = listAt(value, below);
      levels[row] = found.level;
      return found.value;
    });
    return { levels, codes: Uint32Array.from(values.keys()), values, words: 0 };
  }

  #checkRows(rows: number, path: readonly string[]): void {
    const { count } = this.#rows;
    if (rows !== count)
      throw new DamagedParquet(`its column \`${path.join(".")}\` has ${rows} of ${count} rows`);
  }

  /** How far a node's path is there, by row: as {@link LeafColumn.levels}. */
  levels(node: TableNode): Uint8Array {
    let at = node;
    for (let [first] = at.below; first !== undefined; [first] = at.below) at = first;
    return this.column(at).levels;
  }

  /** The JSON of what a row has at a node; undefined: nothing is there. */
  text(node: TableNode, row: number): string | undefined {
    const { level, below, write } = node;
    if (write === undefined)
      return (this.levels(node)[row] ?? 0) < level ? undefined : this.object(below, row);
    const { levels, codes, values, words } = this.column(node);
    if (levels[row] !== level) return undefined;
    const code = codes[row] ?? 0;
    if (code >= words) return write(values[code]);
    // each value of a dictionary is written once
    const texts = this.#texts.get(node) ?? [];
    if (texts.length === 0) this.#texts.set(node, texts);
    return (texts[code] ??= write(values[code]));
  }

  /** A row's object of some columns, without those that it has no value of. */
  object(nodes: readonly TableNode[], row: number): string {
    let object = "";
    for (const node of nodes) {
      const value = this.text(node, row);
      if (value !== undefined) object += `${object === "" ? "{" : ","}${node.key}${value}`;
    }
    return object === "" ? "{}" : `${object}}`;
  }
}
