import type { CounterDeclaration, LabelDeclaration, ValuesDeclaration } from "../policy/model.ts";
import type { CompiledDeclaration, CompiledSet } from "./compile-set.ts";
import type { Chain } from "./delegation.ts";
import { member, stringMember } from "../request/json.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import type { RunCertainty } from "./run-certainty.ts";
import {
  amountOf,
  keyOf,
  scopedKey,
  storable,
  type CellSource,
  type KeyedState,
} from "./state-store.ts";
import type { Truth } from "./truth.ts";
import type { Settle } from "./window.ts";

/**
 * What calls without a key would have written (design 5.2): counted and listed, not spread over all
 * keys.
 */
export interface KeylessWrites {
  writes: number;
  readonly declarations: Map<string, number>;
}

/** Where state is written. */
export interface Ledgers {
  /** What the set declares, as changes ({@link changesOf}). */
  readonly changes: readonly Change[];
  readonly source: CellSource;
  readonly keyless: KeylessWrites;
}

type Declaration = LabelDeclaration | CounterDeclaration | ValuesDeclaration;
export type Certainty = "yes" | "maybe" | "no";

/**
 * Whether a declaration is triggered: `attempted` if the call was made, `permitted` if it ran,
 * `completed` if it also ended well.
 */
function triggered(
  declaration: Declaration,
  row: EvaluationContext,
  { made, ran }: Pick<Advanced, "made" | "ran">,
): Certainty {
  if (declaration.on === "attempted") return made === true ? "yes" : "maybe";
  if (declaration.on === "permitted" || ran === "no") return ran;
  const status =
    row.outcomeKnown && row.mask?.masked(["outcome", "status"]) !== true
      ? stringMember(row.request.outcome, "status")
      : undefined;
  if (status === "ok") return ran;
  if (status !== undefined) return "no";
  const absent =
    row.outcomeKnown &&
    row.mask?.complete(["outcome"]) === true &&
    row.mask.masked(["outcome", "status"]) === false &&
    member(row.request.outcome, "status") === undefined;
  return absent ? "no" : "maybe";
}

/**
 * Trigger and `when` together; an error in `when` sets unknown, so it counts as doubtful (design
 * 5.3).
 */
function certainty(trigger: Certainty, when: Truth): Certainty {
  if (trigger === "no" || when === false) return "no";
  return trigger === "yes" && when === true ? "yes" : "maybe";
}

interface Write {
  readonly cells: readonly KeyedState[];
  readonly row: EvaluationContext;
  readonly certainty: "yes" | "maybe";
  /** Takes what settles the change once the outcome of the call is told; undefined: nobody tells. */
  readonly awaits: ((settle: Settle) => void) | undefined;
}

/** A change worked out on the state before the call, to be made once all are. */
type Commit = () => void;

function writeLabel({ cells, certainty, awaits }: Write, index: number): Commit {
  return () => {
    for (const one of cells)
      if (awaits !== undefined && one.awaitLabel !== undefined) awaits(one.awaitLabel(index));
      else one.setLabel(index, certainty === "yes" ? true : "doubtful");
  };
}

function writeCounter(
  declaration: CounterDeclaration,
  compiled: CompiledDeclaration,
  write: Write,
  index: number,
): Commit {
  const { awaits, certainty, row } = write;
  const isTold = certainty === "yes" || awaits !== undefined;
  const amount = isTold ? amountOf(compiled.add?.(row)) : undefined;
  return () => {
    for (const cells of write.cells) {
      const counter = cells.openCounter(index, declaration.within);
      const { time } = row.request;
      if (awaits !== undefined && counter.await !== undefined) awaits(counter.await(amount, time));
      else counter.add(certainty === "yes" ? amount : undefined, time);
    }
  };
}

function writeValue(
  declaration: ValuesDeclaration,
  compiled: CompiledDeclaration,
  write: Write,
  index: number,
): Commit {
  const { awaits, row } = write;
  const added = compiled.add?.(row);
  const value = storable(added) ? added : undefined;
  const sure = write.certainty === "yes";
  const at = row.request.time;
  return () => {
    for (const cells of write.cells) {
      const window = cells.openValues(index, declaration.within);
      const isFull = window.size >= declaration.max && window.awaited === 0;
      // without a window nothing ever leaves, so what comes after the first `max` can only be
      // unknown, as a full list is
      if (declaration.within === undefined && isFull) continue;
      if (awaits !== undefined && cells.awaitLabel !== undefined) awaits(window.await(at, value));
      else window.add({ at, value, sure });
    }
  };
}

/**
 * The cells that a call writes: its own key's, and under `key: subject` those of every agent of its
 * chain (design 4.5).
 */
function cellsFor(
  ledgers: Ledgers,
  declaration: Declaration,
  address: { key: string; chain: Chain },
): readonly KeyedState[] {
  if (declaration.key.by !== "subject" || address.chain.agents.length === 0) {
    const own = ledgers.source.cells(declaration.key.by, scopedKey(declaration, address.key), true);
    return own === undefined ? [] : [own];
  }
  const keys = [...new Set([address.key, ...address.chain.agents])];
  return keys.flatMap(
    (key) => ledgers.source.cells(declaration.key.by, scopedKey(declaration, key), true) ?? [],
  );
}

/** What one declaration writes. */
export interface Change {
  readonly declaration: Declaration;
  readonly compiled: CompiledDeclaration;
  readonly prepare: (write: Write) => Commit;
}

/** What calls may change under a set, in the order of labels, counters and values. */
export function changesOf(set: CompiledSet): readonly Change[] {
  const { declarations, compiled } = set;
  const of = <D extends Declaration>(
    list: readonly D[],
    conditions: readonly CompiledDeclaration[],
    write: (d: D, c: CompiledDeclaration, w: Write, index: number) => Commit,
  ): readonly Change[] =>
    list.flatMap((declaration, index) => {
      const condition = conditions[index];
      return condition === undefined
        ? []
        : [
            {
              declaration,
              compiled: condition,
              prepare: (w: Write) => write(declaration, condition, w, index),
            },
          ];
    });
  return [
    ...of(declarations.labels, compiled.labels, (_d, _c, w, index) => writeLabel(w, index)),
    ...of(declarations.counters, compiled.counters, writeCounter),
    ...of(declarations.values, compiled.values, writeValue),
  ];
}

/** How a call counts in a history. */
export interface Advanced {
  /** Never false: what was not made changes nothing (design 7.5). */
  readonly made: Truth;
  readonly ran: RunCertainty;
  readonly chain: Chain;
  /** The declarations that it may trigger, by their place, where that is known. */
  readonly only?: readonly number[] | undefined;
  /**
   * Takes what settles changes that hang on an outcome which may still be told; undefined: it never
   * will.
   */
  readonly awaits?: ((settle: Settle) => void) | undefined;
}

/**
 * Changes the state after a call that was made, or may have been (design 5.3). INVARIANT: every
 * condition and amount is worked out on the state before any write.
 */
export function advanceState(ledgers: Ledgers, row: EvaluationContext, advanced: Advanced): void {
  const all = ledgers.changes;
  const commits: Commit[] = [];
  if (advanced.only === undefined)
    for (const change of all) prepared(change, commits, { ledgers, row, advanced });
  else
    for (const place of advanced.only) {
      const change = all[place];
      if (change !== undefined) prepared(change, commits, { ledgers, row, advanced });
    }
  for (const commit of commits) commit();
}

/** Adds what one declaration is to write, where the call triggers it. */
function prepared(
  { declaration, compiled, prepare }: Change,
  commits: Commit[],
  {
    ledgers,
    row,
    advanced,
  }: { readonly ledgers: Ledgers; readonly row: EvaluationContext; readonly advanced: Advanced },
): void {
  const trigger = triggered(declaration, row, advanced);
  if (trigger === "no") return;
  const when = compiled.when === undefined ? true : compiled.when(row);
  const sure = certainty(trigger, when);
  if (sure === "no") return;
  const key = keyOf(declaration, compiled, row);
  // the agents above are counted too (design 4.5); who they are is not recorded
  if (declaration.key.by === "subject" && advanced.chain.unknown !== undefined)
    noteKeyless(ledgers.keyless, declaration.name);
  if (key === undefined) noteKeyless(ledgers.keyless, declaration.name);
  else
    commits.push(
      prepare({
        cells: cellsFor(ledgers, declaration, { key, chain: advanced.chain }),
        row,
        certainty: sure,
        // in doubt only since nobody told yet how the call ended
        awaits:
          trigger === "maybe" && when === true && advanced.ran === "yes"
            ? advanced.awaits
            : undefined,
      }),
    );
}

function noteKeyless(keyless: KeylessWrites, name: string): void {
  keyless.writes++;
  keyless.declarations.set(name, (keyless.declarations.get(name) ?? 0) + 1);
}
