import { matchRule, staticFit } from "../engine/compiled-rule.ts";
import { outcomeText } from "../replay/columns/interner.ts";
import type { KeyParts } from "../replay/columns/key-parts.ts";
import { Kept, PairTable } from "../replay/columns/pair-table.ts";
import { bitOf, BITS, Input, wordOf } from "./input.ts";
import { SCOPES, slotsOf, type SeenCall, type Slot, type Source } from "./slots.ts";

/** What a row is asked while it is evaluated. */
export interface EvaluatedRow {
  /** A number that is the same only for rows of which a source holds alike. */
  classOf(source: Source): number;
  /** How many moments at which something expires have passed; -1: the row has no time. */
  moment(): number;
  /** The call as each version sees it. */
  seen(): readonly SeenCall[];
}

/** INVARIANT: above all of these a number is one of a text. */
const FALSE = 1;
const TRUE = 2;
const OTHERWISE = 3;

/** A slot that no word tells: its parts, joined by the engine's own hand. */
interface Exact {
  readonly slot: Slot;
  /** The inputs on which it hangs, by their place. */
  readonly inputs: readonly number[];
  readonly expires: boolean;
}

/**
 * Evaluates all rules of all versions for one row after the other: each part of a rule is looked up
 * by the class of what it reads, and joined with the others as a bit. Where a rule hangs on an
 * unknown, an error or an exception the engine tells what it comes to, once for each combination of
 * what its parts came to.
 */
export class Evaluation {
  readonly slots: readonly Slot[];
  /** Of the row that was evaluated last: which slots surely match. */
  readonly matched: Uint32Array;
  /** Of that row: a number for what the slots came to that are neither matched nor unmatched. */
  undecided = 0;
  /** Which of its slots may match. */
  readonly open: Uint32Array;
  /** Which slots any row's subject, action and resource may fit. */
  readonly reached: Uint32Array;
  readonly #parts: KeyParts;
  readonly #inputs: readonly Input[];
  readonly #exact: readonly Exact[];
  /** The slots that have exceptions. */
  readonly #excepting: Uint32Array;
  /** The slots that name the tools for which they are meant. */
  readonly #naming: Uint32Array;
  readonly #all: Uint32Array;
  /** The slots of which columns do not tell all. */
  readonly #unheld: Uint32Array;
  readonly #places: Int32Array;
  readonly #steps = new PairTable();
  readonly #known = new Kept();
  readonly #sums = new PairTable();
  #named = false;

  constructor(parts: KeyParts) {
    this.#parts = parts;
    const slots = slotsOf(parts);
    this.slots = slots;
    const names = new Set<string>([
      ...SCOPES,
      ...slots.flatMap((slot) => slot.parts.map(({ input }) => input)),
    ]);
    this.#inputs = [...names]
      .map((name) => new Input(name, slots, parts.text))
      .sort((a, b) => costOf(a) - costOf(b));
    const width = Math.ceil(slots.length / BITS);
    const words = (holds: (slot: Slot) => boolean): Uint32Array => bitsWhere(slots, holds);
    this.#all = words(() => true);
    this.#excepting = words(({ exceptions }) => exceptions !== undefined);
    this.#unheld = words(({ unheld }) => unheld !== undefined);
    this.#naming = words(
      ({ rule: { rule } }) => rule.actions !== undefined && !rule.actions.includes("**"),
    );
    this.matched = new Uint32Array(width);
    this.reached = new Uint32Array(width);
    this.open = new Uint32Array(width);
    this.#places = new Int32Array(this.#inputs.length);
    this.#exact = slots.map((slot, index) => ({
      slot,
      inputs: [...this.#inputs.keys()].filter(
        (input) => ((this.#inputs[input]?.slots[wordOf(index)] ?? 0) & bitOf(index)) !== 0,
      ),
      expires: slot.rule.exceptions.some(({ exception }) => exception.expires !== undefined),
    }));
  }

  /** Whether a rule that surely fits the last row's subject and action names its tool. */
  get named(): boolean {
    return this.#named;
  }

  /**
   * Evaluates a row: {@link matched} and {@link undecided} are its outcome. A text: why columns do
   * not tell it.
   */
  run(row: EvaluatedRow): string | undefined {
    const [matched, open] = [this.matched, this.open];
    matched.set(this.#all);
    open.set(this.#all);
    for (let i = 0; i < this.#inputs.length; i++) {
      const input = this.#inputs[i];
      if (input === undefined) break;
      if (i === SCOPED) this.#noteScopes();
      if (i < SCOPED ? !input.isIdle : this.#asks(input)) this.#join(i, input, row);
      if (i === 1) this.#noteNamed();
    }
    if (this.#inputs.length === SCOPED) this.#noteScopes();
    const unheld = this.#openUnheld();
    if (unheld === undefined) this.#settle(row);
    return unheld;
  }

  /** Why the first open slot that is not told by columns is not; undefined: there is none. */
  #openUnheld(): string | undefined {
    for (let word = 0; word < this.open.length; word++) {
      const left = (this.open[word] ?? 0) & (this.#unheld[word] ?? 0);
      if (left !== 0) return this.slots[word * BITS + 31 - Math.clz32(left & -left)]?.unheld;
    }
    return undefined;
  }

  /** Whether any slot that is still open has a part in an input. */
  #asks({ words, slots }: Input): boolean {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      if (((this.open[word] ?? 0) & (slots[word] ?? 0)) !== 0) return true;
    }
    return false;
  }

  #join(at: number, input: Input, row: EvaluatedRow): void {
    const place = input.place(this.#classOf(input.sources, row), () => row.seen());
    this.#places[at] = place;
    const { words } = input;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      this.matched[word] = (this.matched[word] ?? 0) & (input.matched[place + word] ?? 0);
      this.open[word] = (this.open[word] ?? 0) & (input.open[place + word] ?? 0);
    }
  }

  #classOf(sources: readonly Source[], row: EvaluatedRow): number {
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return row.classOf(only);
    let at = 0;
    for (const source of sources) at = this.#steps.step(at, row.classOf(source));
    return at;
  }

  #noteNamed(): void {
    this.#named = false;
    for (let word = 0; word < this.matched.length; word++)
      if (((this.matched[word] ?? 0) & (this.#naming[word] ?? 0)) !== 0) this.#named = true;
  }

  #noteScopes(): void {
    for (let word = 0; word < this.open.length; word++)
      this.reached[word] = (this.reached[word] ?? 0) | (this.open[word] ?? 0);
  }

  /** Tells what the slots come to that hang on an unknown, an error or an exception. */
  #settle(row: EvaluatedRow): void {
    this.undecided = 0;
    for (let word = 0; word < this.open.length; word++) {
      const open = this.open[word] ?? 0;
      const excepting = this.#excepting[word] ?? 0;
      let left = open & (~(this.matched[word] ?? 0) | excepting);
      this.matched[word] = (this.matched[word] ?? 0) & ~excepting;
      while (left !== 0) {
        const bit = 31 - Math.clz32(left & -left);
        left &= left - 1;
        this.#settleOne(word * BITS + bit, row);
      }
    }
  }

  #settleOne(index: number, row: EvaluatedRow): void {
    const exact = this.#exact[index];
    if (exact === undefined) throw new Error("a bit is of no rule");
    const outcome = this.#outcomeOf(index, exact, row);
    const word = wordOf(index);
    if (outcome === FALSE) {
      this.open[word] = (this.open[word] ?? 0) & ~bitOf(index);
      return;
    }
    if (outcome === TRUE) this.matched[word] = (this.matched[word] ?? 0) | bitOf(index);
    else
      this.undecided = this.#sums.step(this.#sums.step(this.undecided, index), outcome - OTHERWISE);
  }

  #outcomeOf(index: number, { slot, inputs, expires }: Exact, row: EvaluatedRow): number {
    let at = this.#steps.step(0, -1 - index);
    for (const input of inputs)
      at = this.#steps.step(at, this.#inputs[input]?.detail(this.#places[input] ?? 0, index) ?? 0);
    for (const source of slot.exceptions ?? []) at = this.#steps.step(at, row.classOf(source));
    if (expires) at = this.#steps.step(at, row.moment());
    const known = this.#known.get(at);
    if (known !== 0) return known;
    const outcome = this.#ask(slot, row);
    this.#known.set(at, outcome);
    return outcome;
  }

  #ask({ rule, versions }: Slot, row: EvaluatedRow): number {
    const call = row.seen()[versions[0] ?? 0];
    if (call === undefined) throw new Error("a rule is of no version");
    const fit = staticFit(rule, call.row, call.action);
    const { truth, excepted } = matchRule(rule, call.row, { fit, action: call.action });
    if (truth === true) return TRUE;
    if (truth === false && !excepted) return FALSE;
    return OTHERWISE + this.#parts.text.code(`${outcomeText(truth)}${excepted ? "excepted" : ""}`);
  }
}

/** How many inputs the scopes of rules are. */
const SCOPED = SCOPES.length;

/** Inputs of scopes come first, then the cheap ones. */
function costOf({ sources, isIdle, scope }: Input): number {
  if (scope >= 0) return scope;
  const joint = sources.some(({ kind }) => kind === "joint");
  return isIdle ? SCOPED : SCOPED + sources.length + (joint ? 100 : 0);
}

/** The words in which the slots are set for which something holds. */
export function bitsWhere(slots: readonly Slot[], holds: (slot: Slot) => boolean): Uint32Array {
  const words = new Uint32Array(Math.ceil(slots.length / BITS));
  slots.forEach((slot, index) => {
    if (holds(slot)) words[wordOf(index)] = (words[wordOf(index)] ?? 0) | bitOf(index);
  });
  return words;
}
