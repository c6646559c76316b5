import { matchRule, staticFit } from "../engine/compiled-rule.ts";
import type { Outcome } from "../engine/decide.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { outcomeText } from "./values/interner.ts";
import type { ClassParts } from "./values/class-parts.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { Source } from "./values/source.ts";
import { bitOf, BITS, Input, wordOf } from "./input.ts";
import {
  SCOPES,
  slotsOf,
  UNHELD,
  writesOf,
  type Cut,
  type SeenCall,
  type Slot,
  type Write,
} from "./slots.ts";
import { Vector } from "./vector.ts";

/** Where the words of an input stand, by the code that alone tells what its sources come to. */
export interface Told {
  /** By row; -1: more of the row tells it. */
  readonly codes: Int32Array | Uint32Array;
  /** By code; -1: not known yet. */
  readonly places: Int32Array;
}

/** What a row is asked while it is evaluated. */
export interface EvaluatedRow {
  /** Where it stands in its segment. */
  readonly at: number;
  /** Goes to another row of the segment. */
  to(at: number): void;
  /** By row of the segment: the code that alone tells what a source comes to, if one does. */
  codesThatTell(source: Source): Told["codes"] | undefined;
  /** By input: what the evaluation of the segment's rows found; null: no code tells it. */
  readonly told: (Told | null)[];
  /** A number that is the same only for rows of which a source holds alike. */
  classOf(source: Source): number;
  /** How many moments at which something expires have passed; -1: the row has no time. */
  moment(): number;
  /** The call as each version sees it. */
  seen(): readonly SeenCall[];
  /** Whether the row is counted. */
  readonly counts: boolean;
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
  /**
   * Of the row that was evaluated last: which slots surely match, whatever earlier calls left and
   * whenever it is.
   */
  readonly matched: Uint32Array;
  /** Of that row: a number for what the slots came to that are neither matched nor unmatched. */
  undecided = 0;
  /** Which slots the subject, action and resource of any row that counts may fit. */
  readonly reached: Uint32Array;
  readonly #parts: ClassParts;
  readonly #inputs: readonly Input[];
  readonly #exact: readonly Exact[];
  /** The declarations of state; their bits come after those of the slots. */
  readonly #writes: readonly Write[];
  /** The slots that hang on columns alone; all that do not. */
  readonly #told: Uint32Array;
  /** By version: its slots that read state or time, and its declarations. */
  readonly #liveOf: readonly Bits[];
  readonly #writesOf: readonly Bits[];
  /** The slots that read state or time, and the declarations, of any version. */
  readonly #touching: Bits;
  /** The slots that ask people. */
  readonly #asking: Bits;
  /** The slots that contain a session where they match. */
  readonly #containing: Bits;
  /** The slots and declarations that read more of a call than columns hold. */
  readonly #unheld: Bits;
  /** The slots that have exceptions. */
  readonly #excepting: Uint32Array;
  /** The slots that name the tools for which they are meant. */
  readonly #naming: Uint32Array;
  readonly #all: Uint32Array;
  readonly #open: Uint32Array;
  readonly #placed: Int32Array;
  /** For rows that are evaluated alone. */
  readonly #single: Vector;
  readonly #steps = new PairTable();
  readonly #known = new Kept();
  readonly #sums = new PairTable();
  /** Of the last row: which slots all columns leave matched, those that hang on state too. */
  readonly #sure: Uint32Array;
  readonly #written = new PairTable();
  readonly #places = new Map<number, readonly number[]>();
  /** The slots that matched the last row on the state that was asked last. */
  readonly #held: number[] = [];
  #named = false;

  constructor(parts: ClassParts) {
    this.#parts = parts;
    const slots = slotsOf(parts);
    this.slots = slots;
    this.#writes = writesOf(parts);
    const cuts: readonly Cut[] = [...slots, ...this.#writes];
    const names = new Set<string>([
      ...SCOPES,
      ...cuts.flatMap((cut) => cut.parts.map(({ input }) => input)),
    ]);
    this.#inputs = [...names]
      .map((name) => new Input(name, cuts, parts.text))
      .sort((a, b) => costOf(a) - costOf(b));
    const width = Math.ceil(cuts.length / BITS);
    const words = (holds: (slot: Slot) => boolean): Uint32Array =>
      bitsOf(cuts, (_, i) => {
        const slot = slots[i];
        return slot !== undefined && holds(slot);
      });
    this.#all = bitsOf(cuts, () => true);
    this.#told = words(({ live }) => live.length === 0);
    this.#unheld = wordsSet(bitsOf(cuts, ({ unheld }) => unheld));
    const isOf = (version: number, { versions }: Cut): boolean => versions.includes(version);
    this.#liveOf = parts.versions.map((_, version) =>
      wordsSet(words((slot) => slot.live.length > 0 && isOf(version, slot))),
    );
    this.#writesOf = parts.versions.map((_, version) =>
      wordsSet(bitsOf(cuts, (cut, i) => i >= slots.length && isOf(version, cut))),
    );
    this.#touching = wordsSet(
      bitsOf(cuts, (_, i) => i >= slots.length || (slots[i]?.live.length ?? 0) > 0),
    );
    this.#asking = wordsSet(words(({ rule }) => rule.approval !== undefined));
    this.#containing = wordsSet(
      words(({ rule: { rule } }) => rule.onDeny !== undefined && rule.mode === "enforce"),
    );
    this.#excepting = words(({ exceptions }) => exceptions !== undefined);
    this.#naming = words(
      ({ rule: { rule } }) => rule.actions !== undefined && !rule.actions.includes("**"),
    );
    this.matched = new Uint32Array(width);
    this.reached = new Uint32Array(width);
    this.#open = new Uint32Array(width);
    this.#sure = new Uint32Array(width);
    this.#placed = new Int32Array(this.#inputs.length);
    this.#single = this.vector(1);
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

  /** INVARIANT: the rules that were found to match the last row are those that the engine finds. */
  check(outcome: Pick<Outcome, "members">, version: number): void {
    const found = new Set<string>();
    for (const { rules, shadow } of outcome.members)
      for (const { name, truth } of [...rules, ...shadow]) if (truth === true) found.add(name);
    const isLive = this.isLive(version);
    const told: string[] = [];
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i];
      if (slot === undefined) break;
      const holds =
        slot.live.length > 0
          ? isLive && this.#held.includes(i)
          : ((this.matched[wordOf(i)] ?? 0) & bitOf(i)) !== 0;
      if (holds && slot.versions.includes(version)) told.push(slot.rule.name);
    }
    if (told.length !== found.size || told.some((name) => !found.has(name)))
      throw new Error(
        `rules by columns are not those of the engine: ${told.join()} beside ${[...found].join()}`,
      );
  }

  /** A vector for so many rows. */
  vector(rows: number): Vector {
    return new Vector(rows, { words: this.matched.length, inputs: this.#inputs.length });
  }

  /**
   * Evaluates the row at which `row` stands: {@link matched} and {@link undecided} are its outcome. A
   * text: why columns do not tell it.
   */
  run(row: EvaluatedRow): string | undefined {
    this.#single.rows[0] = row.at;
    this.#single.size = 1;
    this.fill(this.#single, row);
    return this.take(this.#single, 0, row);
  }

  /** Evaluates all rows of a vector, an input after the other; `row` goes through them. */
  fill(vector: Vector, row: EvaluatedRow): void {
    vector.begin(this.#all);
    for (let i = 0; i < this.#inputs.length; i++) {
      vector.note(i);
      const input = this.#inputs[i];
      if (input !== undefined && !input.isIdle) this.#joinAll(i, vector, row);
    }
    vector.note(this.#inputs.length);
  }

  /** Goes to the row of a vector at which `row` stands; else as {@link run}. */
  take(vector: Vector, k: number, row: EvaluatedRow): string | undefined {
    const { words } = vector;
    const capacity = vector.rows.length;
    this.#named = false;
    for (let word = 0; word < words; word++) {
      const at = k * words + word;
      this.matched[word] = vector.matched[at] ?? 0;
      this.#open[word] = vector.open[at] ?? 0;
      if (row.counts) this.reached[word] = (this.reached[word] ?? 0) | (vector.scoped[at] ?? 0);
      if (((vector.fitting[at] ?? 0) & (this.#naming[word] ?? 0)) !== 0) this.#named = true;
    }
    if (this.#any(this.#unheld)) return UNHELD;
    for (let i = 0; i < this.#placed.length; i++)
      this.#placed[i] = vector.placed[i * capacity + k] ?? 0;
    this.#settle(row);
    return undefined;
  }

  /** Joins what an input comes to, for all rows of a vector that it may still tell. */
  #joinAll(i: number, vector: Vector, row: EvaluatedRow): void {
    const input = this.#inputs[i];
    if (input === undefined) return;
    const told = this.#toldOf(i, input, row);
    const { rows, size, matched, open, placed, words } = vector;
    const first = i * rows.length;
    for (let k = 0; k < size; k++) {
      const base = k * words;
      if (i >= SCOPED && !input.asks(open, base)) continue;
      const at = rows[k] ?? 0;
      const code = told === null ? -1 : (told.codes[at] ?? -1);
      let place = told === null || code < 0 ? -1 : (told.places[code] ?? -1);
      if (place < 0) {
        if (row.at !== at) row.to(at);
        place = this.#placeOf(input, row);
        if (told !== null && code >= 0) told.places[code] = place;
      }
      placed[first + k] = place;
      for (let j = 0; j < input.words.length; j++) {
        const word = input.words[j] ?? 0;
        matched[base + word] = (matched[base + word] ?? 0) & (input.matched[place + word] ?? 0);
        open[base + word] = (open[base + word] ?? 0) & (input.open[place + word] ?? 0);
      }
    }
  }

  #toldOf(i: number, { sources }: Input, row: EvaluatedRow): Told | null {
    const known = row.told[i];
    if (known !== undefined) return known;
    const [only] = sources;
    const codes = only === undefined || sources.length > 1 ? undefined : row.codesThatTell(only);
    const told = codes === undefined ? null : { codes, places: placesOf(codes) };
    row.told[i] = told;
    return told;
  }

  #placeOf(input: Input, row: EvaluatedRow): number {
    const number = this.#classOf(input.sources, row);
    const known = input.placeOf(number);
    return known < 0 ? input.fill(number, row.seen()) : known;
  }

  #join(at: number, input: Input, row: EvaluatedRow): void {
    const place = this.#placeOf(input, row);
    this.#placed[at] = place;
    for (const word of input.words) {
      this.matched[word] = (this.matched[word] ?? 0) & (input.matched[place + word] ?? 0);
      this.#open[word] = (this.#open[word] ?? 0) & (input.open[place + word] ?? 0);
    }
  }

  #classOf(sources: readonly Source[], row: EvaluatedRow): number {
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return row.classOf(only);
    let at = 0;
    for (const source of sources) at = this.#steps.step(at, row.classOf(source));
    return at;
  }

  /**
   * Tells what the slots come to that hang on an unknown, an error or an exception; those that hang
   * on state or time are left open.
   */
  #settle(row: EvaluatedRow): void {
    this.undecided = 0;
    for (let word = 0; word < this.#open.length; word++) {
      const told = this.#told[word] ?? 0;
      const open = (this.#open[word] ?? 0) & told;
      this.#sure[word] = this.matched[word] ?? 0;
      this.matched[word] = (this.matched[word] ?? 0) & told;
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

  /** The names of a version's rules that any row reached. */
  reachedNames(version: number): readonly string[] {
    return this.slots.flatMap(({ rule, versions }, i) =>
      versions.includes(version) && ((this.reached[wordOf(i)] ?? 0) & bitOf(i)) !== 0
        ? [rule.name]
        : [],
    );
  }

  /** Whether rows reached every rule. */
  get reachesAll(): boolean {
    return this.reached.every((word, i) => word === this.#all[i]);
  }

  /** Whether a slot matches the last row; undefined: that is not sure. */
  matches(index: number): boolean | undefined {
    if (((this.#open[wordOf(index)] ?? 0) & bitOf(index)) === 0) return false;
    return ((this.matched[wordOf(index)] ?? 0) & bitOf(index)) === 0 ? undefined : true;
  }

  /** Whether any rule matches the last row, or is not surely unmatched. */
  get isOpen(): boolean {
    for (let word = 0; word < this.#open.length; word++) if (this.#open[word] !== 0) return true;
    return false;
  }

  /** What a row's action alone leaves of the rules; the row is not evaluated by it. */
  ofAction(row: EvaluatedRow): ActionLeaves {
    this.#open.set(this.#all);
    this.matched.set(this.#all);
    this.#joinOfAction(row, ({ scope }) => scope >= 0);
    const scoped = this.isOpen;
    const named = this.#open.some((word, i) => (word & (this.#naming[i] ?? 0)) !== 0);
    this.#joinOfAction(row, ({ scope }) => scope < 0);
    return { scoped, named, open: this.isOpen };
  }

  #joinOfAction(row: EvaluatedRow, holds: (input: Input) => boolean): void {
    this.#inputs.forEach((input, i) => {
      if (!input.isIdle && holds(input) && input.sources.every(({ kind }) => kind === "action"))
        this.#join(i, input, row);
    });
  }

  /** Whether any of a version's rules hangs on state or time, for the last row. */
  isLive(version: number): boolean {
    return this.#any(this.#liveOf[version]);
  }

  /** Whether the last row may write a version's state. */
  mayWrite(version: number): boolean {
    return this.#any(this.#writesOf[version]);
  }

  /** Whether any rule that may match the last row asks people. */
  get asksPeople(): boolean {
    return this.#any(this.#asking);
  }

  /** Whether any rule that may match the last row starts a containment. */
  get mayContain(): boolean {
    return this.#any(this.#containing);
  }

  #any(bits: Bits | undefined): boolean {
    if (bits === undefined) return false;
    for (let i = 0; i < bits.words.length; i++) {
      const word = bits.words[i] ?? 0;
      if (((this.#open[word] ?? 0) & (bits.bits[word] ?? 0)) !== 0) return true;
    }
    return false;
  }

  /**
   * A number for which rules and declarations hang on state or time, for the last row, and of which
   * of them columns leave nothing else open.
   */
  touching(): number {
    let at = 0;
    for (const word of this.#touching.words) {
      const open = (this.#open[word] ?? 0) & (this.#touching.bits[word] ?? 0);
      at = this.#touched.step(this.#touched.step(at, open), open & (this.#sure[word] ?? 0));
    }
    return at;
  }

  readonly #touched = new PairTable();

  /** The rules of a version that hang on state or time for the last row. */
  liveSlots(version: number): readonly TouchingSlot[] {
    return this.#indexes(this.#liveOf[version]).flatMap((index) => {
      const slot = this.slots[index];
      return slot === undefined
        ? []
        : [{ index, slot, sure: slot.exceptions === undefined && this.#isSure(index) }];
    });
  }

  /** The declarations of a version that the last row may trigger. */
  openWrites(version: number): readonly TouchingWrite[] {
    return this.#indexes(this.#writesOf[version]).flatMap((index) => {
      const write = this.#writes[index - this.slots.length];
      return write === undefined
        ? []
        : [{ place: write.place, sure: !write.live && this.#isSure(index) }];
    });
  }

  #isSure(index: number): boolean {
    return ((this.#sure[wordOf(index)] ?? 0) & bitOf(index)) !== 0;
  }

  /** The declarations of a version that the last row may trigger, by their place. */
  writes(version: number): readonly number[] {
    const bits = this.#writesOf[version];
    let at = this.#written.step(0, version);
    for (const word of bits?.words ?? [])
      at = this.#written.step(at, (this.#open[word] ?? 0) & (bits?.bits[word] ?? 0));
    const known = this.#places.get(at);
    if (known !== undefined) return known;
    const made = this.#indexes(bits).flatMap(
      (index) => this.#writes[index - this.slots.length]?.place ?? [],
    );
    this.#places.set(at, made);
    return made;
  }

  #indexes(bits: Bits | undefined): readonly number[] {
    const found: number[] = [];
    for (const word of bits?.words ?? [])
      for (
        let left = (this.#open[word] ?? 0) & (bits?.bits[word] ?? 0);
        left !== 0;
        left &= left - 1
      )
        found.push(word * BITS + 31 - Math.clz32(left & -left));
    return found;
  }

  /**
   * A number for what a version's rules come to that hang on state or time, for the last row on a
   * state: `live` is the little that they read, `whole` all that the version sees of the call.
   */
  onState(version: number, row: EvaluatedRow, { live, whole }: OnState): number {
    const bits = this.#liveOf[version];
    let at = 0;
    this.#held.length = 0;
    for (const word of bits?.words ?? []) {
      let left = (this.#open[word] ?? 0) & (bits?.bits[word] ?? 0);
      while (left !== 0) {
        const index = word * BITS + 31 - Math.clz32(left & -left);
        left &= left - 1;
        const outcome = this.#onState(index, row, { live, whole });
        if (outcome === TRUE) this.#held.push(index);
        if (outcome !== FALSE) at = this.#sums.step(this.#sums.step(at, index), outcome);
      }
    }
    return at;
  }

  #onState(index: number, row: EvaluatedRow, { live, whole }: OnState): number {
    const exact = this.#exact[index];
    if (exact === undefined) throw new Error("a bit is of no rule");
    const { slot } = exact;
    let plain = slot.exceptions === undefined && this.#isSure(index);
    for (const { conjunct, test } of slot.live) {
      const outcome = test(live);
      if (outcome === false && conjunct) return FALSE;
      if (outcome !== true) plain = false;
    }
    return plain ? TRUE : this.#exactOnState(index, exact, { row, live, whole });
  }

  #exactOnState(
    index: number,
    exact: Exact,
    { row, live, whole }: OnState & { readonly row: EvaluatedRow },
  ): number {
    let at = this.#combination(index, exact, row);
    for (const { test } of exact.slot.live)
      at = this.#steps.step(at, this.#parts.text.code(outcomeText(test(live))));
    return this.#remembered(at, () => this.#outcomeOfRule(exact.slot, whole()));
  }

  #settleOne(index: number, row: EvaluatedRow): void {
    const exact = this.#exact[index];
    if (exact === undefined) throw new Error("a bit is of no rule");
    const outcome = this.#outcomeOf(index, exact, row);
    const word = wordOf(index);
    if (outcome === FALSE) {
      this.#open[word] = (this.#open[word] ?? 0) & ~bitOf(index);
      return;
    }
    if (outcome === TRUE) this.matched[word] = (this.matched[word] ?? 0) | bitOf(index);
    else
      this.undecided = this.#sums.step(this.#sums.step(this.undecided, index), outcome - OTHERWISE);
  }

  #outcomeOf(index: number, exact: Exact, row: EvaluatedRow): number {
    return this.#remembered(this.#combination(index, exact, row), () => {
      const call = row.seen()[exact.slot.versions[0] ?? 0];
      if (call === undefined) throw new Error("a rule is of no version");
      return this.#outcomeOfRule(exact.slot, call);
    });
  }

  /** A number for what a slot's parts came to for the last row, all that state and time tell aside. */
  combination(index: number, row: EvaluatedRow): number {
    const exact = this.#exact[index];
    if (exact === undefined) throw new Error("a bit is of no rule");
    return this.#combination(index, exact, row);
  }

  #combination(index: number, { slot, inputs, expires }: Exact, row: EvaluatedRow): number {
    let at = this.#steps.step(0, -1 - index);
    for (const input of inputs)
      at = this.#steps.step(at, this.#inputs[input]?.detail(this.#placed[input] ?? 0, index) ?? 0);
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
    return OTHERWISE + this.#parts.text.code(`${outcomeText(truth)}${excepted ? "excepted" : ""}`);
  }
}

/** A rule that hangs on state or time. */
export interface TouchingSlot {
  readonly index: number;
  readonly slot: Slot;
  /** Whether it matches where its conjuncts on state and time are true. */
  readonly sure: boolean;
}

/** A declaration that a row may trigger. */
export interface TouchingWrite {
  /** Its place among labels, counters and values. */
  readonly place: number;
  /** Whether its condition surely holds. */
  readonly sure: boolean;
}

/** What the action of a call leaves open of rules. */
export interface ActionLeaves {
  /** Whether the scope of any rule may fit, and of any that names the tools it is meant for. */
  readonly scoped: boolean;
  readonly named: boolean;
  /** Whether any rule may match. */
  readonly open: boolean;
}

/** A call on a version's state: the little that conditions on state read, and all of it. */
export interface OnState {
  readonly live: EvaluationContext;
  readonly whole: () => SeenCall;
}

/** Bits, and the words in which there are any. */
interface Bits {
  readonly bits: Uint32Array;
  readonly words: readonly number[];
}

function wordsSet(bits: Uint32Array): Bits {
  return { bits, words: [...bits.keys()].filter((word) => bits[word] !== 0) };
}

/** How many inputs the scopes of rules are. */
const SCOPED = SCOPES.length;

/** For each code that a row has, no place. */
function placesOf(codes: Told["codes"]): Int32Array {
  let most = -1;
  for (let row = 0; row < codes.length; row++) most = Math.max(most, codes[row] ?? -1);
  return new Int32Array(most + 1).fill(-1);
}

/** Inputs of scopes come first, then the cheap ones. */
function costOf({ sources, isIdle, scope }: Input): number {
  if (scope >= 0) return scope;
  const joint = sources.some(({ kind }) => kind === "joint");
  return isIdle ? SCOPED : SCOPED + sources.length + (joint ? 100 : 0);
}

/** The words in which the slots are set for which something holds. */
export function bitsOf<T>(
  all: readonly T[],
  holds: (one: T, index: number) => boolean,
): Uint32Array {
  const words = new Uint32Array(Math.ceil(all.length / BITS));
  all.forEach((one, index) => {
    if (holds(one, index)) words[wordOf(index)] = (words[wordOf(index)] ?? 0) | bitOf(index);
  });
  return words;
}
