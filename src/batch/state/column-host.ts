import type { Host } from "../../condition/compile.ts";
import type { NoValue, Value } from "../../condition/value.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { EvaluationContext } from "../../engine/evaluation-context.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import { columnOf } from "../values/probe-plan.ts";
import type { SegmentRows } from "../values/segment-rows.ts";
import { isPathColumn, rowFor } from "../values/views.ts";
import { ColumnReader } from "./column-reader.ts";
import type { LiveRow } from "./live-row.ts";

type Reader<T> = (row: LiveRow) => T;
type Among = (row: LiveRow, text: string) => boolean | NoValue | undefined;
type Read<T> = (row: EvaluationContext) => T;

/**
 * What conditions on state and declarations of a set read, off columns and state by number: the
 * same as the set's own host gives, without a call at hand. INVARIANT: only for rows that say
 * nothing of their own record.
 */
export class ColumnHost implements Host<LiveRow> {
  readonly roots: ReadonlySet<string>;
  readonly steps: number;
  readonly #set: CompiledSet;
  readonly #layout: Layout;

  constructor(set: CompiledSet, layout: Layout) {
    this.#set = set;
    this.#layout = layout;
    this.roots = set.host.roots;
    this.steps = set.host.steps;
  }

  read(path: readonly string[]): Reader<Value | NoValue> {
    const read = this.#set.host.read(path);
    if (path.length === 1 && path[0] === "now") return ofTime(read);
    return this.#ofState(path) ?? this.#ofPlain(path, read) ?? this.#of(path, read);
  }

  has(path: readonly string[]): Reader<boolean | NoValue> {
    return this.#of(path, this.#set.host.has(path));
  }

  contains(path: readonly string[], literal: string): Reader<boolean | NoValue> | undefined {
    const { host, declarations } = this.#set;
    if (host.contains(path, literal) === undefined) return undefined;
    const index = declarations.labels.findIndex(({ name }) => name === literal);
    return index < 0 ? () => false : (row) => row.view.state.label(index, row);
  }

  among(path: readonly string[]): Among | undefined {
    const [root, kind, name] = path;
    if (root !== "session" || kind !== "values" || path.length > 3) return undefined;
    const index = this.#set.declarations.values.findIndex((one) => one.name === name);
    return index < 0 ? undefined : (row, text) => row.view.state.holds(index, row, text);
  }

  /** A reader of one counter, or of one list of values. */
  #ofState(path: readonly string[]): Reader<Value | NoValue> | undefined {
    const [root, kind, name] = path;
    if (root !== "session" || (kind !== "counters" && kind !== "values") || path.length > 3)
      return undefined;
    const index = this.#set.declarations[kind].findIndex((one) => one.name === name);
    if (index < 0) return undefined;
    return kind === "counters"
      ? (row) => row.view.state.counter(index, row)
      : (row) => row.view.state.values(index, row);
  }

  /** A reader of what a column holds as it is; undefined: more is made of it. */
  #ofPlain(
    path: readonly string[],
    read: Read<Value | NoValue>,
  ): Reader<Value | NoValue> | undefined {
    const column = this.#columnOf(path);
    const isWhole = this.#layout.columns[column]?.path.length === path.length;
    if (!isWhole || this.#set.host.isMade(path)) return undefined;
    const reader = new ColumnReader(
      column,
      (rows, at) => rows.views.scalar(column, at) ?? read(contextOf(rows, at, column)),
    );
    return (row) => reader.of(row);
  }

  /** A reader off one column, where that tells all; else off the row's call. */
  #of<T>(path: readonly string[], read: Read<T>): Reader<T> {
    const column = this.#columnOf(path);
    if (column < 0) return (row) => read(row.context());
    const reader = new ColumnReader(column, (rows, at) => read(contextOf(rows, at, column)));
    return (row) => reader.of(row);
  }

  /** The column that tells all of a path; -1: none does. */
  #columnOf(path: readonly string[]): number {
    const [root] = path;
    if ((root !== "args" && root !== "context") || path.length < 2) return -1;
    const column = columnOf(this.#layout, path);
    return isPathColumn(this.#layout, column) ? column : -1;
  }
}

/** A reader of a row's time. */
function ofTime(read: Read<Value | NoValue>): Reader<Value | NoValue> {
  let turn = -1;
  let value: Value | NoValue = null;
  return (row) => {
    if (turn === row.turn) return value;
    turn = row.turn;
    const request = row.now === undefined ? {} : { time: row.now };
    return (value = read(rowFor(request, row.rows.frames.of(row.at), {})));
  };
}

/** A row of which only one column is at hand. */
function contextOf({ views, frames }: SegmentRows, at: number, column: number): EvaluationContext {
  const frame = frames.of(at);
  return rowFor(views.request(at, [column], frame), frame, {});
}
