import { COLUMN, ENTITY, readsWhole, type Layout } from "./layout.ts";
import { HAS, KINDS } from "./line-scanner.ts";
import { MAX_DEPTH, MAX_KEYS } from "./skip-json.ts";

/** A column of a table whose rows are events, or a part of one. */
export interface TableShape {
  readonly name: string;
  /** The name with its colon, as it stands in an object. */
  readonly key: string;
  /** What its JSON is; `json`: whatever its text says. */
  readonly kind: "object" | "text" | "number" | "truth" | "list" | "map" | "json";
  /** So many nodes on the way to it may be missing, itself included. */
  readonly level: number;
  /** The members of an object; none of any other kind. */
  readonly below: readonly TableShape[];
}

/** A node whose members are of one type with it. */
export type Shape<T> = TableShape & { readonly below: readonly T[] };

/** Where a column of a segment comes from. */
export interface ColumnSource<T> {
  readonly column: number;
  /** The nodes on the way along the column's path, as far as the table has them. */
  readonly nodes: readonly T[];
  /** Whether the last of them stands where the column's path ends, or holds what ends it. */
  readonly isValue: boolean;
}

/** How a table becomes segments. */
export interface TablePlan<T> {
  readonly layout: Layout;
  readonly roots: readonly T[];
  readonly sources: readonly ColumnSource<T>[];
  /** Nodes whose values must be of a kind of {@link KINDS}. */
  readonly kinds: readonly { readonly node: T; readonly kind: number }[];
  /**
   * Values that no column reads, the time apart: it matters only whether a reader of lines would take
   * them.
   */
  readonly unread: readonly T[];
  /** Bits of {@link HAS}, by the member that sets each. */
  readonly has: readonly { readonly node: T; readonly bit: number }[];
  readonly time: T | undefined;
}

/** Members of an object under names that stand in a line as they are, none of them twice. */
function isUsual(nodes: readonly TableShape[], depth: number): boolean {
  const names = new Set(nodes.map(({ name }) => name));
  return (
    depth < MAX_DEPTH &&
    names.size === nodes.length &&
    nodes.length <= MAX_KEYS &&
    nodes.every(
      ({ name, key, below }) =>
        key === `"${name}":` && (below.length === 0 || isUsual(below, depth + 1)),
    )
  );
}

function alongPath<T extends Shape<T>>(roots: readonly T[], path: readonly string[]): readonly T[] {
  const nodes: T[] = [];
  let members = roots;
  for (const name of path) {
    const node = members.find((one) => one.name === name);
    if (node === undefined) break;
    nodes.push(node);
    members = node.below;
  }
  return nodes;
}

function valuesBelow<T extends Shape<T>>(node: T): readonly T[] {
  const below: readonly T[] = node.below;
  return node.kind === "object" ? below.flatMap((one) => valuesBelow<T>(one)) : [node];
}

/**
 * How the columns of a table become those of a layout; undefined: the table is none whose columns
 * tell its events, so each of its rows has to be read as a line. INVARIANT: a segment of such a plan
 * says the same of an event as one of the rows' lines.
 */
export function tablePlan<T extends Shape<T>>(
  layout: Layout,
  roots: readonly T[],
): TablePlan<T> | undefined {
  if (!isUsual(roots, 1)) return undefined;
  for (const entity of Object.keys(ENTITY))
    if (readsWhole(layout, entity) || alongPath(roots, [entity, "properties"]).length === 2)
      return undefined;
  const sources: ColumnSource<T>[] = [];
  for (const [column, { path, keep }] of layout.columns.entries()) {
    const nodes = alongPath(roots, path);
    const last = nodes.at(-1);
    // the rest of an entity is kept only where it has `properties`, or is read as a whole
    if (keep === "rest" || last === undefined) continue;
    const isWhole = nodes.length === path.length;
    // what lies inside such a value only its text tells
    if (!isWhole && (last.kind === "json" || last.kind === "map")) return undefined;
    const isValue = isWhole || last.kind !== "object";
    // of a path that every layout has it matters only what stands at its end
    if (isWhole || column > COLUMN.id) sources.push({ column, nodes, isValue });
  }
  return { layout, roots, sources, ...checksOf(roots, sources) };
}

function checksOf<T extends Shape<T>>(
  roots: readonly T[],
  sources: readonly ColumnSource<T>[],
): Pick<TablePlan<T>, "kinds" | "unread" | "has" | "time"> {
  const kinds = KINDS.flatMap(([kind, paths]) =>
    paths.flatMap((path) => {
      const nodes = alongPath(roots, path);
      const node = nodes.length === path.length ? nodes.at(-1) : undefined;
      return node === undefined ? [] : [{ node, kind }];
    }),
  );
  const read = new Set(
    sources.flatMap(({ nodes, isValue }) => {
      const last = nodes.at(-1);
      return last === undefined || !isValue ? [] : valuesBelow<T>(last);
    }),
  );
  const [time] = alongPath(roots, ["time"]);
  return {
    kinds,
    unread: roots
      .flatMap((node) => valuesBelow<T>(node))
      .filter((node) => !read.has(node) && node !== time),
    has: Object.entries(HAS).flatMap(([name, bit]) =>
      alongPath(roots, [name]).map((node) => ({ node, bit })),
    ),
    time,
  };
}
