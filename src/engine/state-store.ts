import { Failure, PartialList, Unknown, type Value } from "../condition/value.ts";
import type { CounterDeclaration, LabelDeclaration, ValuesDeclaration } from "../policy/model.ts";
import type { CompiledDeclaration, CompiledSet } from "./compile-set.ts";
import type { UnknownState } from "./declarations.ts";
import type { Entity } from "./entity.ts";
import { readEntity } from "./entity.ts";
import { attributePath } from "./recorded.ts";
import { principalOf } from "./delegation.ts";
import type { EvaluationContext, StateView } from "./evaluation-context.ts";
import { Window, type Settle, type View } from "./window.ts";

type Declaration = LabelDeclaration | CounterDeclaration | ValuesDeclaration;

/**
 * That an earlier part of a session was forgotten, and the time of its last event; undefined:
 * events had no time.
 */
export interface Forgotten {
  readonly at: number | undefined;
}

/** What one key has, by the index of each declaration. */
export interface KeyedState {
  label(index: number): true | "doubtful" | undefined;
  /** Sets a label, or notes that it may have been set. */
  setLabel(index: number, state: true | "doubtful"): void;
  /** The counter of an index; undefined: nothing was ever added. */
  counter(index: number, within: number | undefined): CounterState | undefined;
  /** The counter of an index, to add to. */
  openCounter(index: number, within: number | undefined): CounterState;
  /** The list of an index; undefined: nothing was ever added. */
  values(index: number, within: number | undefined): Window<Value> | undefined;
  /** The list of an index, to add to. */
  openValues(index: number, within: number | undefined): Window<Value>;
  /** Sets a label in doubt until it is told whether it was set; left out: nobody will tell. */
  awaitLabel?(index: number): Settle;
}

/** A counter of one key. */
export interface CounterState {
  /** Undefined: nobody knows how much was added. */
  add(amount: number | undefined, at: number | undefined): void;
  /** Adds in doubt until it is told whether it was added; left out: nobody will tell. */
  await?(amount: number | undefined, at: number | undefined): Settle;
  /** The total at a time; undefined: nobody knows it. */
  read(now: number | undefined): number | undefined;
}

/**
 * What one key has: labels by index (true, or doubtful), windows of counters and values by index.
 */
export class KeyedEntries implements KeyedState {
  readonly #labels = new Map<number, true | "doubtful">();
  readonly #counters = new Map<number, Counter>();
  readonly #values = new Map<number, Window<Value>>();
  /** How many calls may have set a label, as will be told; undefined: there never was one. */
  #awaited: Map<number, number> | undefined;
  readonly #forgotten: Forgotten | undefined;

  /** `forgotten`: more was kept of this key once, and nobody knows what. */
  constructor(forgotten: Forgotten | undefined) {
    this.#forgotten = forgotten;
  }

  label(index: number): true | "doubtful" | undefined {
    const isDoubtful = this.#forgotten !== undefined || (this.#awaited?.get(index) ?? 0) > 0;
    return this.#labels.get(index) ?? (isDoubtful ? "doubtful" : undefined);
  }

  awaitLabel(index: number): Settle {
    const awaited = (this.#awaited ??= new Map());
    awaited.set(index, (awaited.get(index) ?? 0) + 1);
    return (happened) => {
      awaited.set(index, (awaited.get(index) ?? 0) - 1);
      if (happened) this.setLabel(index, true);
    };
  }

  /** Sets a label, or notes that it may have been set. */
  setLabel(index: number, state: true | "doubtful"): void {
    if (state === true || !this.#labels.has(index)) this.#labels.set(index, state);
  }

  /** The counter of an index; undefined: nothing was ever added. */
  counter(index: number, within: number | undefined): Counter | undefined {
    return (
      this.#counters.get(index) ??
      (this.#forgotten === undefined ? undefined : this.openCounter(index, within))
    );
  }

  /** The counter of an index, to add to. */
  openCounter(index: number, within: number | undefined): Counter {
    const known = this.#counters.get(index);
    if (known !== undefined) return known;
    const fresh = new Counter(within);
    // what was forgotten may be anything, but nothing later than the last event before
    if (this.#forgotten !== undefined) fresh.add(undefined, this.#forgotten.at);
    this.#counters.set(index, fresh);
    return fresh;
  }

  /** The list of an index; undefined: nothing was ever added. */
  values(index: number, within: number | undefined): Window<Value> | undefined {
    return (
      this.#values.get(index) ??
      (this.#forgotten === undefined ? undefined : this.openValues(index, within))
    );
  }

  /** The list of an index, to add to. */
  openValues(index: number, within: number | undefined): Window<Value> {
    const known = this.#values.get(index);
    if (known !== undefined) return known;
    const fresh = new Window<Value>(within);
    if (this.#forgotten !== undefined)
      fresh.add({ at: this.#forgotten.at, value: undefined, sure: false });
    this.#values.set(index, fresh);
    return fresh;
  }
}

/** A counter's total where it has no window, else its entries. */
class Counter implements CounterState {
  total = 0;
  doubtful = false;
  #awaited = 0;
  readonly window: Window<number> | undefined;

  constructor(within: number | undefined) {
    this.window = within === undefined ? undefined : new Window(within);
  }

  add(amount: number | undefined, at: number | undefined): void {
    if (this.window !== undefined) this.window.add({ at, value: amount, sure: true });
    else if (amount === undefined) this.doubtful = true;
    else this.total += amount;
  }

  await(amount: number | undefined, at: number | undefined): Settle {
    if (this.window !== undefined) return this.window.await(at, amount);
    this.#awaited++;
    return (happened) => {
      this.#awaited--;
      if (happened) this.add(amount, at);
    };
  }

  read(now: number | undefined): number | undefined {
    if (this.window !== undefined) return sumOf(this.window, now);
    return this.doubtful || this.#awaited > 0 ? undefined : this.total;
  }
}

/** What a window of amounts comes to at a time; undefined: nobody knows. */
export function sumOf(window: Window<number>, now: number | undefined): number | undefined {
  const view = window.view(now);
  if (view.open || view.perhaps.length > 0) return undefined;
  if (view.values.length === 0) return 0;
  if (view.sum !== undefined) return view.sum;
  let sum = 0;
  for (const amount of view.values) sum += amount;
  return (view.sum = sum);
}

const TENANT = attributePath(["subject", "tenant"]);

/**
 * The key under which a declaration keeps its state for a call; undefined where the call has none
 * (design 5.2).
 */
export function keyOf(
  declaration: Declaration,
  compiled: CompiledDeclaration,
  row: EvaluationContext,
): string | undefined {
  switch (declaration.key.by) {
    case "session":
      return row.request.session;
    case "subject":
      return subjectKey(row.subject);
    case "on_behalf_of":
      return principalOf(row.request, row.mask).name;
    case "tenant":
      return textOf(readEntity(row.subject, TENANT, row.mask));
    case "condition":
      return compiled.key === undefined ? undefined : textOf(compiled.key(row));
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function subjectKey(subject: Entity): string | undefined {
  return subject.type === undefined || subject.id === undefined
    ? undefined
    : `${subject.type}:${subject.id}`;
}

/**
 * Finds the cells of a key: those of a session live with the session, the others as long as the
 * run.
 */
export interface CellSource {
  cells(by: Declaration["key"]["by"], key: string, create: boolean): KeyedState | undefined;
}

/** The state that the calls before this one left (design 5), read by key. */
export class StateStore implements StateView {
  readonly #set: CompiledSet;
  readonly #source: CellSource;
  readonly #unknown: UnknownState;

  constructor(set: CompiledSet, source: CellSource) {
    this.#set = set;
    this.#source = source;
    this.#unknown = set.unknownState;
  }

  #cells(
    kind: "labels" | "counters" | "values",
    index: number,
    row: EvaluationContext,
  ): KeyedState | "keyless" | undefined {
    const declaration = this.#set.declarations[kind][index];
    const compiled = this.#set.compiled[kind][index];
    if (declaration === undefined || compiled === undefined) return undefined;
    const key = keyOf(declaration, compiled, row);
    return key === undefined
      ? "keyless"
      : this.#source.cells(declaration.key.by, scopedKey(declaration, key), false);
  }

  label(index: number, row: EvaluationContext): boolean | Unknown {
    const cells = this.#cells("labels", index, row);
    if (cells === undefined) return false;
    const state = cells === "keyless" ? "doubtful" : cells.label(index);
    return state === "doubtful" ? (this.#unknown.labels[index] ?? false) : state === true;
  }

  counter(index: number, row: EvaluationContext): number | Unknown {
    const cells = this.#cells("counters", index, row);
    const unknown = this.#unknown.counters[index] ?? new Unknown([]);
    if (cells === "keyless") return unknown;
    const counter = cells?.counter(index, this.#set.declarations.counters[index]?.within);
    return counter === undefined ? 0 : (counter.read(row.request.time) ?? unknown);
  }

  values(index: number, row: EvaluationContext): readonly Value[] | PartialList {
    const cells = this.#cells("values", index, row);
    const unknown = this.#unknown.values[index] ?? new Unknown([]);
    if (cells === "keyless") return new PartialList([], unknown);
    const declaration = this.#set.declarations.values[index];
    const view =
      declaration &&
      cells?.values(index, declaration.within)?.view(row.request.time, declaration.max);
    return shownValues(view, unknown);
  }
}

/** A list as conditions read it; undefined: nothing was ever added. */
export function shownValues(
  view: View<Value> | undefined,
  unknown: Unknown,
): readonly Value[] | PartialList {
  if (view === undefined) return [];
  // once the list is full, what is not found in it is unknown (design 5.1)
  if (view.open || view.full) return new PartialList(view.values, unknown);
  return view.perhaps.length > 0
    ? new PartialList(view.values, unknown, view.perhaps)
    : view.values;
}

/** Keys of different kinds never meet, nor do those of conditions with one another. */
export function scopedKey(declaration: Declaration, key: string): string {
  return declaration.key.by === "condition" ? `${declaration.key.condition.text}\u0000${key}` : key;
}

/**
 * An `add` as an amount: undefined where it is an error, negative, NaN, or unknown (design 5.3).
 */
export function amountOf(value: unknown): number | undefined {
  const amount = typeof value === "bigint" ? Number(value) : value;
  return typeof amount === "number" && amount >= 0 && !Number.isNaN(amount) ? amount : undefined;
}

/** Whether a value can be kept in a list: anything that was recorded and is no error. */
export function storable(value: unknown): value is Value {
  return value !== undefined && !(value instanceof Unknown) && !(value instanceof Failure);
}
