import { matchRule, staticFit } from "../engine/compiled-rule.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { bitOf, wordOf } from "./bits.ts";
import type { EvaluatedRow } from "./evaluated-row.ts";
import type { Input } from "./input.ts";
import type { SeenCall, Slot } from "./slots.ts";
import { outcomeText, type Interner } from "./values/interner.ts";
import { Kept, PairTable } from "../text/pair-table.ts";

/** What a rule comes to. INVARIANT: above all of these a number is one of a text. */
export const FALSE = 1;
export const TRUE = 2;
export const OTHERWISE = 3;

/** A slot, with what tells its outcome. */
interface Exact {
  readonly slot: Slot;
  /** The inputs on which it hangs, by their place. */
  readonly inputs: readonly number[];
  readonly expires: boolean;
}

/** A row, and where the words of each input stand for it. */
export interface PlacedRow {
  readonly row: EvaluatedRow;
  readonly places: Int32Array;
}

interface Sure {
  readonly sure: boolean;
}

/**
 * Slots that words of bits do not tell, because they hang on an unknown, an error, an exception, on
 * state or time: the engine joins their parts, once for each combination of what these came to.
 */
export class ExactSlots {
  readonly #inputs: readonly Input[];
  readonly #exact: readonly Exact[];
  readonly #text: Interner;
  readonly #steps = new PairTable();
  readonly #known = new Kept();

  constructor(slots: readonly Slot[], inputs: readonly Input[], text: Interner) {
    this.#inputs = inputs;
    this.#text = text;
    this.#exact = slots.map((slot, index) => ({
      slot,
      inputs: [...inputs.keys()].filter(
        (input) => ((inputs[input]?.slots[wordOf(index)] ?? 0) & bitOf(index)) !== 0,
      ),
      expires: slot.rule.exceptions.some(({ exception }) => exception.expires !== undefined),
    }));
  }

  #of(index: number): Exact {
    const exact = this.#exact[index];
    if (exact === undefined) throw new Error("a bit is of no rule");
    return exact;
  }

  /**
   * What a slot comes to for a row on a state; `sure`: whether all its parts that hang on neither state
   * nor time are true.
   */
  onState(index: number, placed: PlacedRow, { live, whole, sure }: OnState & Sure): number {
    const exact = this.#of(index);
    const { slot } = exact;
    let plain = slot.exceptions === undefined && sure;
    for (const { conjunct, test } of slot.live) {
      const outcome = test(live);
      if (outcome === false && conjunct) return FALSE;
      if (outcome !== true) plain = false;
    }
    return plain ? TRUE : this.#exactOnState(index, placed, { live, whole });
  }

  #exactOnState(index: number, placed: PlacedRow, { live, whole }: OnState): number {
    const { slot } = this.#of(index);
    let at = this.combination(index, placed);
    for (const { test } of slot.live)
      at = this.#steps.step(at, this.#text.code(outcomeText(test(live))));
    return this.#remembered(at, () => this.#outcomeOfRule(slot, whole()));
  }

  /** What a slot that hangs on neither state nor time comes to for a row. */
  outcome(index: number, placed: PlacedRow): number {
    return this.#remembered(this.combination(index, placed), () => {
      const { slot } = this.#of(index);
      const call = placed.row.seen()[slot.versions[0] ?? 0];
      if (call === undefined) throw new Error("a rule is of no version");
      return this.#outcomeOfRule(slot, call);
    });
  }

  /** A number for what a slot's parts came to, all that state and time tell aside. */
  combination(index: number, { row, places }: PlacedRow): number {
    const { slot, inputs, expires } = this.#of(index);
    let at = this.#steps.step(0, -1 - index);
    for (const input of inputs)
      at = this.#steps.step(at, this.#inputs[input]?.detail(places[input] ?? 0, index) ?? 0);
    for (const source of slot.exceptions ?? []) at = this.#steps.step(at, row.classOf(source));
    return expires ? this.#steps.step(at, row.moment()) : at;
  }

  #remembered(at: number, make: () => number): number {
    const known = this.#known.get(at);
    if (known !== 0) return known;
    const outcome = make();
    this.#known.set(at, outcome);
    return outcome;
  }

  #outcomeOfRule({ rule }: Slot, { row, action }: SeenCall): number {
    const fit = staticFit(rule, row, action);
    const { truth, excepted } = matchRule(rule, row, { fit, action });
    if (truth === true) return TRUE;
    if (truth === false && !excepted) return FALSE;
    return OTHERWISE + this.#text.code(`${outcomeText(truth)}${excepted ? "excepted" : ""}`);
  }
}

/** A call on a version's state: the little that conditions on state read, and all of it. */
export interface OnState {
  readonly live: EvaluationContext;
  readonly whole: () => SeenCall;
}
