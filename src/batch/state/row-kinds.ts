import { compileCondition } from "../../condition/compile.ts";
import type { NoValue, Value } from "../../condition/value.ts";
import type { ClassParts } from "../values/class-parts.ts";
import { outcomeText } from "../values/interner.ts";
import { Kept, PairTable } from "../../text/pair-table.ts";
import type { EvaluatedRow } from "../evaluated-row.ts";
import type { Evaluation, TouchingSlot, TouchingWrite } from "../evaluation.ts";
import { ColumnHost } from "./column-host.ts";
import type { LiveRow } from "./live-row.ts";
import { liveTest, type LiveTest } from "./live-test.ts";

/** A rule that hangs on state or time, with its conjuncts that do. */
interface LiveRule {
  readonly index: number;
  /** Whether it matches where its conjuncts are true: an exception may say otherwise. */
  readonly isSure: boolean;
  readonly parts: LiveParts;
}

/** What of a rule hangs on state or time. */
interface LiveParts {
  /** Conjuncts: the rule does not match once one is false. */
  readonly tests: readonly LiveTest[];
  /** What all of it comes to, where that tells more. */
  readonly values: readonly ((row: LiveRow) => Value | NoValue)[];
}

/** Rows that columns tell alike: which rules they leave to the state, and what they may write. */
export interface RowKind {
  readonly number: number;
  /** By version. */
  readonly rules: readonly (readonly LiveRule[])[];
  readonly writes: readonly (readonly TouchingWrite[])[];
}

/** The kinds of rows, by what was evaluated of them. */
export class RowKinds {
  readonly #parts: ClassParts;
  readonly #evaluation: Evaluation;
  readonly #kinds: RowKind[] = [];
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  /** By version: what its conditions read. */
  readonly hosts: readonly ColumnHost[];
  /** By slot: its parts on state and time. */
  readonly #live: (LiveParts | undefined)[] = [];
  readonly #doubts = new PairTable();

  constructor(parts: ClassParts, evaluation: Evaluation) {
    this.#parts = parts;
    this.#evaluation = evaluation;
    this.hosts = parts.versions.map(({ set }) => new ColumnHost(set, parts.layout));
  }

  /** The kind of the row that was evaluated last, and came to this outcome by columns. */
  of(outcome: number): RowKind {
    const at = this.#steps.step(this.#evaluation.touching(), outcome);
    const known = this.#kinds[this.#numbers.get(at) - 1];
    if (known !== undefined) return known;
    const made = this.#make();
    this.#kinds.push(made);
    this.#numbers.set(at, this.#kinds.length);
    return made;
  }

  #make(): RowKind {
    const versions = [...this.#parts.versions.keys()];
    return {
      number: this.#kinds.length + 1,
      rules: versions.map((version) =>
        this.#evaluation.liveSlots(version).map((touching) => this.#ruleOf(touching)),
      ),
      writes: versions.map((version) => this.#evaluation.openWrites(version)),
    };
  }

  #ruleOf({ index, slot, sure }: TouchingSlot): LiveRule {
    const [version = 0] = slot.versions;
    const host = this.hosts[version];
    if (host === undefined) throw new Error("a rule is of no version");
    const parts = (this.#live[index] ??= {
      tests: slot.live.flatMap(({ conjunct, expr }) =>
        conjunct ? liveTest(expr, { version, host, parts: this.#parts }) : [],
      ),
      values: slot.live.map(({ expr }) => compileCondition(expr, host)),
    });
    return { index, isSure: sure, parts };
  }

  /**
   * A number for all that a rule comes to for the row that was evaluated last, where that is not
   * only true or false (`evaluated`: the same row).
   */
  doubtOf({ index, parts }: LiveRule, row: LiveRow, evaluated: EvaluatedRow): number {
    let at = this.#doubts.step(0, this.#evaluation.combination(index, evaluated));
    for (const value of parts.values)
      at = this.#doubts.step(at, this.#parts.text.code(outcomeText(value(row))));
    return at;
  }
}

/** Whether a rule matches a row on its state; undefined: {@link RowKinds.doubtOf} tells more. */
export function matches({ parts, isSure }: LiveRule, row: LiveRow): boolean | undefined {
  const { tests } = parts;
  let isTrue = isSure;
  for (let i = 0; i < tests.length; i++) {
    const outcome = tests[i]?.(row);
    if (outcome === false) return false;
    if (outcome === undefined) isTrue = false;
  }
  return isTrue ? true : undefined;
}
