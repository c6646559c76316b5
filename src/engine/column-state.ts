import type { Value } from "../condition/value.ts";
import type { StateKey } from "../policy/model.ts";
import { NameTable } from "../text/name-table.ts";
import type { Declarations } from "./declarations.ts";
import { sumOf, type CellSource, type CounterState, type KeyedState } from "./state-store.ts";
import { Window } from "./window.ts";

/** The names of keys by what they are of: versions of one trace share them. */
export class KeyNames {
  readonly #tables = new Map<StateKey["by"], NameTable>();

  of(by: StateKey["by"]): NameTable {
    const known = this.#tables.get(by) ?? new NameTable();
    this.#tables.set(by, known);
    return known;
  }
}

/**
 * The state of many keys in typed arrays: a byte a label, a number a counter. A trace may have
 * millions of sessions open at once; what a session left is freed with its end.
 */
export class ColumnState implements CellSource {
  readonly #tables = new Map<StateKey["by"], KeyTable>();

  constructor(declarations: Declarations, names: KeyNames) {
    const { labels, counters, values } = declarations;
    for (const { key } of [...labels, ...counters, ...values]) {
      if (this.#tables.has(key.by)) continue;
      this.#tables.set(
        key.by,
        new KeyTable(names.of(key.by), {
          labels: placesOf(labels, key.by),
          counters: placesOf(counters, key.by),
          values: placesOf(values, key.by),
        }),
      );
    }
  }

  cells(by: StateKey["by"], key: string, create: boolean): KeyedState | undefined {
    return this.#tables.get(by)?.cells(key, create);
  }

  /** The session's end event came. */
  end(session: string): void {
    this.#tables.get("session")?.free(session);
  }
}

/** By the index of a declaration: its place among those of one kind of key; -1: it is of another. */
type Places = readonly number[];

function placesOf(all: readonly { readonly key: StateKey }[], by: StateKey["by"]): Places {
  let next = 0;
  return all.map(({ key }) => (key.by === by ? next++ : -1));
}

interface Columns {
  readonly labels: Places;
  readonly counters: Places;
  readonly values: Places;
}

const START = 256;

/** The keys of one kind. */
class KeyTable {
  readonly columns: Columns;
  readonly #names: NameTable;
  readonly #strides: {
    readonly labels: number;
    readonly counters: number;
    readonly values: number;
  };
  /** By the number of a name: where its state stands, plus one; 0: nothing is kept of it. */
  #slots = new Uint32Array(START);
  readonly #free: number[] = [];
  #used = 0;
  /** Labels: 0 not set, 1 doubtful, 2 set. */
  #labels: Uint8Array;
  #totals: Float64Array;
  /** Counters of which nobody knows the total. */
  #doubtful: Uint8Array;
  /** By slot and counter, or list. */
  readonly #counts = new Windows<number>();
  readonly #lists = new Windows<Value>();

  constructor(names: NameTable, columns: Columns) {
    this.columns = columns;
    this.#names = names;
    const width = (places: Places): number => places.filter((place) => place >= 0).length;
    const strides = (this.#strides = {
      labels: width(columns.labels),
      counters: width(columns.counters),
      values: width(columns.values),
    });
    this.#labels = new Uint8Array(START * strides.labels);
    this.#totals = new Float64Array(START * strides.counters);
    this.#doubtful = new Uint8Array(START * strides.counters);
  }

  cells(key: string, create: boolean): KeyedState | undefined {
    const number = create ? this.#names.number(key) : this.#names.find(key);
    if (number < 0) return undefined;
    const known = this.#slots[number] ?? 0;
    if (known > 0) return new SlotState(this, known - 1);
    return create ? new SlotState(this, this.#take(number)) : undefined;
  }

  #take(number: number): number {
    if (number >= this.#slots.length) {
      const slots = new Uint32Array(Math.max(number + 1, 2 * this.#slots.length));
      slots.set(this.#slots);
      this.#slots = slots;
    }
    const slot = this.#free.pop() ?? this.#used++;
    this.#slots[number] = slot + 1;
    const { labels, counters } = this.#strides;
    this.#labels = roomFor(this.#labels, (slot + 1) * labels, (size) => new Uint8Array(size));
    this.#totals = roomFor(this.#totals, (slot + 1) * counters, (size) => new Float64Array(size));
    this.#doubtful = roomFor(this.#doubtful, (slot + 1) * counters, (size) => new Uint8Array(size));
    return slot;
  }

  free(key: string): void {
    const number = this.#names.find(key);
    const slot = (number < 0 ? 0 : (this.#slots[number] ?? 0)) - 1;
    if (slot < 0) return;
    this.#slots[number] = 0;
    this.#free.push(slot);
    const { labels, counters, values } = this.#strides;
    this.#labels.fill(0, slot * labels, (slot + 1) * labels);
    this.#totals.fill(0, slot * counters, (slot + 1) * counters);
    this.#doubtful.fill(0, slot * counters, (slot + 1) * counters);
    for (let i = 0; i < counters; i++) this.#counts.drop(slot * counters + i);
    for (let i = 0; i < values; i++) this.#lists.drop(slot * values + i);
  }

  label(slot: number, index: number): number {
    return this.#labels[slot * this.#strides.labels + (this.columns.labels[index] ?? 0)] ?? 0;
  }

  setLabel(slot: number, index: number, state: number): void {
    this.#labels[slot * this.#strides.labels + (this.columns.labels[index] ?? 0)] = state;
  }

  counterAt(slot: number, index: number): number {
    return slot * this.#strides.counters + (this.columns.counters[index] ?? 0);
  }

  total(at: number): number | undefined {
    return this.#doubtful[at] === 1 ? undefined : (this.#totals[at] ?? 0);
  }

  add(at: number, amount: number | undefined): void {
    if (amount === undefined) this.#doubtful[at] = 1;
    else this.#totals[at] = (this.#totals[at] ?? 0) + amount;
  }

  counts(at: number, within: number, create: boolean): Window<number> | undefined {
    return this.#counts.at(at, within, create);
  }

  list(
    slot: number,
    index: number,
    { within, create }: { readonly within: number | undefined; readonly create: boolean },
  ): Window<Value> | undefined {
    const at = slot * this.#strides.values + (this.columns.values[index] ?? 0);
    return this.#lists.at(at, within, create);
  }
}

function roomFor<T extends Uint8Array | Float64Array>(
  array: T,
  size: number,
  make: (size: number) => T,
): T {
  if (size <= array.length) return array;
  const longer = make(Math.max(size, 2 * array.length));
  longer.set(array);
  return longer;
}

/** Windows by place: few keys have any. */
class Windows<T> {
  readonly #all = new Map<number, Window<T>>();

  at(at: number, within: number | undefined, create: boolean): Window<T> | undefined {
    const known = this.#all.get(at);
    if (known !== undefined || !create) return known;
    const fresh = new Window<T>(within);
    this.#all.set(at, fresh);
    return fresh;
  }

  drop(at: number): void {
    this.#all.delete(at);
  }
}

/** A counter without a window. */
class Total implements CounterState {
  readonly #table: KeyTable;
  readonly #at: number;

  constructor(table: KeyTable, at: number) {
    this.#table = table;
    this.#at = at;
  }

  add(amount: number | undefined): void {
    this.#table.add(this.#at, amount);
  }

  read(): number | undefined {
    return this.#table.total(this.#at);
  }
}

/** A counter over a window. */
class WindowedCount implements CounterState {
  readonly #window: Window<number>;

  constructor(window: Window<number>) {
    this.#window = window;
  }

  add(amount: number | undefined, at: number | undefined): void {
    this.#window.add({ at, value: amount, sure: true });
  }

  read(now: number | undefined): number | undefined {
    return sumOf(this.#window, now);
  }
}

/** What one key has; made for one look, so that none is kept. */
class SlotState implements KeyedState {
  readonly #table: KeyTable;
  readonly #slot: number;

  constructor(table: KeyTable, slot: number) {
    this.#table = table;
    this.#slot = slot;
  }

  label(index: number): true | "doubtful" | undefined {
    const state = this.#table.label(this.#slot, index);
    return state === 2 ? true : state === 1 ? "doubtful" : undefined;
  }

  setLabel(index: number, state: true | "doubtful"): void {
    if (state === true) this.#table.setLabel(this.#slot, index, 2);
    else if (this.#table.label(this.#slot, index) === 0) this.#table.setLabel(this.#slot, index, 1);
  }

  counter(index: number, within: number | undefined): CounterState | undefined {
    const at = this.#table.counterAt(this.#slot, index);
    if (within === undefined) return new Total(this.#table, at);
    const window = this.#table.counts(at, within, false);
    return window === undefined ? undefined : new WindowedCount(window);
  }

  openCounter(index: number, within: number | undefined): CounterState {
    const at = this.#table.counterAt(this.#slot, index);
    const window = within === undefined ? undefined : this.#table.counts(at, within, true);
    return window === undefined ? new Total(this.#table, at) : new WindowedCount(window);
  }

  values(index: number, within: number | undefined): Window<Value> | undefined {
    return this.#table.list(this.#slot, index, { within, create: false });
  }

  openValues(index: number, within: number | undefined): Window<Value> {
    return this.#table.list(this.#slot, index, { within, create: true }) ?? new Window(within);
  }
}
