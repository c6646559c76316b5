import type { Value } from "../condition/value.ts";
import type { StateKey } from "../policy/model.ts";
import { NameTable } from "../text/name-table.ts";
import type { Declarations } from "./declarations.ts";
import { AmountWindow } from "./amount-window.ts";
import type { CellSource, CounterState, KeyedState } from "./state-store.ts";
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

  /** The keys of one kind by the numbers of their names; undefined: nothing is kept by such keys. */
  table(by: StateKey["by"]): KeyTable | undefined {
    return this.#tables.get(by);
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
export class KeyTable {
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
  readonly #counts = new Placed<AmountWindow>();
  readonly #lists = new Placed<Window<Value>>();

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
    const slot = create ? this.open(number) : this.slot(number);
    return slot < 0 ? undefined : new SlotState(this, slot);
  }

  /** Where the state of a key stands, by the number of its name; -1: nothing is kept of it. */
  slot(number: number): number {
    return (this.#slots[number] ?? 0) - 1;
  }

  /** The same to change it. */
  open(number: number): number {
    const known = this.#slots[number] ?? 0;
    return known > 0 ? known - 1 : this.#take(number);
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

  /** 0: the label of an index is not set, 1: it may be, 2: it is. */
  label(slot: number, index: number): number {
    return this.#labels[slot * this.#strides.labels + (this.columns.labels[index] ?? 0)] ?? 0;
  }

  /** Sets a label (2), or notes that it may have been set (1): what is set stays set. */
  setLabel(slot: number, index: number, state: 1 | 2): void {
    const at = slot * this.#strides.labels + (this.columns.labels[index] ?? 0);
    if (state > (this.#labels[at] ?? 0)) this.#labels[at] = state;
  }

  counterAt(slot: number, index: number): number {
    return slot * this.#strides.counters + (this.columns.counters[index] ?? 0);
  }

  /** The counter of an index at a time; undefined: nobody knows it. */
  counter(
    slot: number,
    index: number,
    within: number | undefined,
    now: number | undefined,
  ): number | undefined {
    const at = this.counterAt(slot, index);
    if (within === undefined) return this.total(at);
    const window = this.#counts.at(at);
    return window === undefined ? 0 : window.sum(now);
  }

  total(at: number): number | undefined {
    return this.#doubtful[at] === 1 ? undefined : (this.#totals[at] ?? 0);
  }

  add(at: number, amount: number | undefined): void {
    if (amount === undefined) this.#doubtful[at] = 1;
    else this.#totals[at] = (this.#totals[at] ?? 0) + amount;
  }

  /** The amounts of a counter over a window; undefined: nothing was ever added. */
  amounts(at: number): AmountWindow | undefined {
    return this.#counts.at(at);
  }

  /** The same, to add to. */
  openAmounts(at: number, within: number): AmountWindow {
    return this.#counts.at(at) ?? this.#counts.put(at, new AmountWindow(within));
  }

  /** The list of an index; undefined: nothing was ever added. */
  list(slot: number, index: number): Window<Value> | undefined {
    return this.#lists.at(this.#listAt(slot, index));
  }

  /** The same, to add to. */
  openList(slot: number, index: number, within: number | undefined): Window<Value> {
    const at = this.#listAt(slot, index);
    return this.#lists.at(at) ?? this.#lists.put(at, new Window<Value>(within));
  }

  #listAt(slot: number, index: number): number {
    return slot * this.#strides.values + (this.columns.values[index] ?? 0);
  }
}

function roomFor<T extends Uint8Array | Uint32Array | Float64Array>(
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
class Placed<T> {
  /** By place: that of its window among all, plus one; 0: none. */
  #places = new Uint32Array(START);
  readonly #all: (T | undefined)[] = [];
  readonly #free: number[] = [];

  at(at: number): T | undefined {
    const place = this.#places[at] ?? 0;
    return place === 0 ? undefined : this.#all[place - 1];
  }

  put(at: number, one: T): T {
    this.#places = roomFor(this.#places, at + 1, (size) => new Uint32Array(size));
    const place = this.#free.pop() ?? this.#all.length;
    this.#all[place] = one;
    this.#places[at] = place + 1;
    return one;
  }

  drop(at: number): void {
    const place = this.#places[at] ?? 0;
    if (place === 0) return;
    this.#places[at] = 0;
    this.#all[place - 1] = undefined;
    this.#free.push(place - 1);
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
  readonly #window: AmountWindow;

  constructor(window: AmountWindow) {
    this.#window = window;
  }

  add(amount: number | undefined, at: number | undefined): void {
    this.#window.add(amount, at);
  }

  read(now: number | undefined): number | undefined {
    return this.#window.sum(now);
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
    this.#table.setLabel(this.#slot, index, state === true ? 2 : 1);
  }

  counter(index: number, within: number | undefined): CounterState | undefined {
    const at = this.#table.counterAt(this.#slot, index);
    if (within === undefined) return new Total(this.#table, at);
    const window = this.#table.amounts(at);
    return window === undefined ? undefined : new WindowedCount(window);
  }

  openCounter(index: number, within: number | undefined): CounterState {
    const at = this.#table.counterAt(this.#slot, index);
    return within === undefined
      ? new Total(this.#table, at)
      : new WindowedCount(this.#table.openAmounts(at, within));
  }

  values(index: number): Window<Value> | undefined {
    return this.#table.list(this.#slot, index);
  }

  openValues(index: number, within: number | undefined): Window<Value> {
    return this.#table.openList(this.#slot, index, within);
  }
}
