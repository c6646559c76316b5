import { compileCondition } from "../../condition/compile.ts";
import type { Expr } from "../../condition/ast.ts";
import type { NoValue, Value } from "../../condition/value.ts";
import type { ColumnState } from "../../engine/column-state.ts";
import type { CompiledDeclaration, CompiledSet } from "../../engine/compile-set.ts";
import type { AppliedDecision } from "../../engine/policy-session.ts";
import type { Certainty } from "../../engine/state-advance.ts";
import { amountOf, storable } from "../../engine/state-store.ts";
import { stringMember } from "../../request/json.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { SegmentRows } from "../values/segment-rows.ts";
import type { TouchingWrite } from "../evaluation.ts";
import { ColumnReader } from "./column-reader.ts";
import type { LiveRow } from "./live-row.ts";
import { liveTest, type Conditioned, type LiveTest } from "./live-test.ts";
import type { Declaration, RowKeys } from "./row-keys.ts";
import { placeOf, type StatePlace } from "./row-state.ts";

/** One declaration, ready to be triggered. */
interface Write extends StatePlace {
  readonly when: LiveTest;
  readonly add: (row: LiveRow) => Value | NoValue | undefined;
  /** Makes a change of a key's state. */
  readonly make: (change: Change, slot: number, now: number | undefined) => void;
}

/** A change worked out on the state before the call, to be made once all are. */
interface Change {
  readonly write: Write;
  readonly key: number;
  readonly isSure: boolean;
  readonly added: Value | NoValue | undefined;
}

/** What a version's state is kept in, and how rows are read for it. */
export interface StateReaders {
  readonly state: ColumnState;
  readonly keys: RowKeys;
  readonly read: Conditioned;
}

/**
 * Changes a version's state after a call, by the numbers of keys: the same as `advanceState` does
 * where nobody may tell later how the call ended.
 */
export class StateWriter {
  readonly #keys: RowKeys;
  readonly #writes: readonly Write[];
  readonly #status = new ColumnReader(COLUMN.status, statusOf);

  constructor(set: CompiledSet, readers: StateReaders) {
    this.#keys = readers.keys;
    this.#writes = writesOf(set, readers);
  }

  /**
   * Changes the state by a row's call, as it counts in a history. False: nothing is changed, since a
   * call without a key, or with agents above, is for the engine.
   */
  write(row: LiveRow, open: readonly TouchingWrite[], end: AppliedDecision): boolean {
    const changes: Change[] = [];
    for (const { place, sure } of open) {
      const write = this.#writes[place];
      if (write === undefined) throw new Error("a bit is of no declaration");
      const certain = this.#certainty(write, { row, end, sure });
      if (certain === "no") continue;
      const key = write.key(row);
      if (key < 0 || (write.declaration.key.by === "subject" && !this.#keys.isAlone(row)))
        return false;
      changes.push({ write, key, isSure: certain === "yes", added: write.add(row) });
    }
    for (const change of changes) {
      const { write, key } = change;
      write.make(change, write.table.open(key), row.now);
    }
    return true;
  }

  #certainty(
    { declaration, when }: Write,
    {
      row,
      end,
      sure,
    }: { readonly row: LiveRow; readonly end: AppliedDecision; readonly sure: boolean },
  ): Certainty {
    const trigger = this.#trigger(declaration, row, end);
    const holds = trigger !== "no" && (sure || when(row));
    return holds === false ? "no" : holds === true ? trigger : "maybe";
  }

  #trigger(
    { on }: Declaration,
    row: LiveRow,
    { ran, outcomeKnown }: Pick<AppliedDecision, "ran" | "outcomeKnown">,
  ): Certainty {
    if (on === "attempted") return "yes";
    if (on === "permitted" || ran === "no") return ran;
    const status = outcomeKnown ? this.#status.of(row) : "";
    return status === "ok" ? ran : status === "" ? "maybe" : "no";
  }
}

/** How a row's call ended; empty: that is not recorded. */
function statusOf({ views, frames }: SegmentRows, at: number): string {
  const { outcome } = views.request(at, [COLUMN.status], frames.of(at));
  return stringMember(outcome, "status") ?? "";
}

/** The declarations of a set in the order of labels, counters and values. */
function writesOf(
  { declarations, compiled }: CompiledSet,
  readers: StateReaders,
): readonly Write[] {
  const { labels, counters, values } = declarations;
  return [
    ...labels.map((one, i) => labelWrite(baseOf(one, compiled.labels[i], readers), i)),
    ...counters.map((one, i) => counterWrite(baseOf(one, compiled.counters[i], readers), i)),
    ...values.map((one, i) => valuesWrite(baseOf(one, compiled.values[i], readers), i)),
  ];
}

type Base<D extends Declaration> = StatePlace<D> & Pick<Write, "when" | "add">;

function baseOf<D extends Declaration>(
  declaration: D & { readonly add?: { readonly expr: Expr } },
  compiled: CompiledDeclaration | undefined,
  { state, keys, read }: StateReaders,
): Base<D> {
  const { when, add } = declaration;
  return {
    ...placeOf({ declaration, compiled }, state, keys),
    when: when === undefined ? () => true : liveTest(when.expr, read),
    add: add === undefined ? () => undefined : compileCondition(add.expr, read.host),
  };
}

function labelWrite(base: Base<Declaration>, index: number): Write {
  const { table } = base;
  return { ...base, make: ({ isSure }, slot) => table.setLabel(slot, index, isSure ? 2 : 1) };
}

function counterWrite(
  base: Base<CompiledSet["declarations"]["counters"][number]>,
  index: number,
): Write {
  const { table, declaration } = base;
  const { within } = declaration;
  return {
    ...base,
    make: ({ isSure, added }, slot, now) => {
      const value = isSure ? amountOf(added) : undefined;
      const at = table.counterAt(slot, index);
      if (within === undefined) table.add(at, value);
      else table.openAmounts(at, within).add(value, now);
    },
  };
}

function valuesWrite(
  base: Base<CompiledSet["declarations"]["values"][number]>,
  index: number,
): Write {
  const { table, declaration } = base;
  const { within, max } = declaration;
  return {
    ...base,
    make: ({ isSure, added }, slot, now) => {
      const value = storable(added) ? added : undefined;
      const window = table.openList(slot, index, within);
      // without a window nothing ever leaves, so what comes after the first `max` can only be
      // unknown, as a full list is
      if (within !== undefined || window.size < max) window.add({ at: now, value, sure: isSure });
    },
  };
}
