import { spend, TOO_COSTLY } from "../../condition/meter.ts";
import { PartialList, Unknown, type NoValue, type Value } from "../../condition/value.ts";
import type { ColumnState, KeyTable } from "../../engine/column-state.ts";
import type { CompiledDeclaration, CompiledSet } from "../../engine/compile-set.ts";
import { shownValues } from "../../engine/state-store.ts";
import type { LiveRow, NumberedState } from "./live-row.ts";
import type { Declaration, KeyReader, RowKeys } from "./row-keys.ts";

/** Where the state of a declaration is kept: in a table, by a key of the row. */
export interface StatePlace<D extends Declaration = Declaration> {
  readonly declaration: D;
  readonly table: KeyTable;
  readonly key: KeyReader;
}

const NOBODY_KNOWS = new Unknown([]);

/**
 * A version's state by the numbers of keys, as conditions read it for a row: the same as `StateStore`
 * reads for its call.
 */
export class RowState implements NumberedState {
  readonly #set: CompiledSet;
  readonly #labels: readonly StatePlace[];
  readonly #counters: readonly StatePlace<CompiledSet["declarations"]["counters"][number]>[];
  readonly #values: readonly StatePlace<CompiledSet["declarations"]["values"][number]>[];

  constructor(set: CompiledSet, state: ColumnState, keys: RowKeys) {
    const { declarations, compiled } = set;
    this.#set = set;
    const places = <D extends Declaration>(
      list: readonly D[],
      conditions: readonly CompiledDeclaration[],
    ): readonly StatePlace<D>[] =>
      list.map((declaration, i) => placeOf({ declaration, compiled: conditions[i] }, state, keys));
    this.#labels = places(declarations.labels, compiled.labels);
    this.#counters = places(declarations.counters, compiled.counters);
    this.#values = places(declarations.values, compiled.values);
  }

  label(index: number, row: LiveRow): boolean | Unknown {
    const place = this.#labels[index];
    if (place === undefined) return false;
    const key = place.key(row);
    const slot = key < 0 ? -1 : place.table.slot(key);
    const state = key < 0 ? DOUBTFUL : slot < 0 ? 0 : place.table.label(slot, index);
    if (state !== DOUBTFUL) return state !== 0;
    return this.#set.unknownState.labels[index] ?? false;
  }

  counter(index: number, row: LiveRow): number | Unknown {
    const place = this.#counters[index];
    if (place === undefined) return 0;
    const key = place.key(row);
    const slot = key < 0 ? -1 : place.table.slot(key);
    if (slot < 0 && key >= 0) return 0;
    const { within } = place.declaration;
    const total = key < 0 ? undefined : place.table.counter(slot, index, within, row.now);
    return total ?? this.#set.unknownState.counters[index] ?? NOBODY_KNOWS;
  }

  /** Whether a list has a text; undefined: {@link values} tells. */
  holds(index: number, row: LiveRow, text: string): boolean | NoValue | undefined {
    const place = this.#values[index];
    const key = place?.key(row) ?? -1;
    if (place === undefined || key < 0) return undefined;
    const slot = place.table.slot(key);
    const list = slot < 0 ? undefined : place.table.list(slot, index);
    const found = list?.find(text, row.now, place.declaration.max);
    if (found === undefined) return undefined;
    return spend(found.size) ? found.times > 0 : TOO_COSTLY;
  }

  values(index: number, row: LiveRow): readonly Value[] | PartialList {
    const unknown = this.#set.unknownState.values[index] ?? NOBODY_KNOWS;
    const place = this.#values[index];
    if (place === undefined) return [];
    const key = place.key(row);
    if (key < 0) return new PartialList([], unknown);
    const slot = place.table.slot(key);
    if (slot < 0) return [];
    const list = place.table.list(slot, index);
    return shownValues(list?.view(row.now, place.declaration.max), unknown);
  }
}

/** What a label is of which nobody knows whether it is set. */
const DOUBTFUL = 1;

/** Where the state of one of a set's declarations is kept. */
export function placeOf<D extends Declaration>(
  {
    declaration,
    compiled,
  }: { readonly declaration: D; readonly compiled: CompiledDeclaration | undefined },
  state: ColumnState,
  keys: RowKeys,
): StatePlace<D> {
  const table = state.table(declaration.key.by);
  if (table === undefined || compiled === undefined)
    throw new Error(`no table keeps \`${declaration.name}\``);
  return { declaration, table, key: keys.of(declaration, compiled) };
}
