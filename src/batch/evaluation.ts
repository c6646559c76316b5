import type { Outcome } from "../engine/decide.ts";
import { bitOf, BITS, bitsOf, hasAny, indexesOf, wordOf, wordsSet, type Bits } from "./bits.ts";
import type { EvaluatedRow } from "./evaluated-row.ts";
import { ExactSlots, FALSE, OTHERWISE, TRUE, type OnState } from "./exact-slots.ts";
import type { Input } from "./input.ts";
import { RuleInputs } from "./rule-inputs.ts";
import { slotsOf, UNHELD, writesOf, type Cut, type Slot, type Write } from "./slots.ts";
import type { ClassParts } from "./values/class-parts.ts";
import { PairTable } from "../text/pair-table.ts";
import type { Vector } from "./vector.ts";

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
  /** Which slots matched any row that {@link noteMatched} was told of. */
  readonly #noted: Uint32Array;
  readonly #inputs: RuleInputs;
  readonly #exact: ExactSlots;
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
  readonly #sums = new PairTable();
  /** Of the last row: which slots all columns leave matched, those that hang on state too. */
  readonly #sure: Uint32Array;
  /** The slots that matched the last row on the state that was asked last. */
  readonly #held: number[] = [];
  #named = false;

  constructor(parts: ClassParts) {
    const slots = slotsOf(parts);
    this.slots = slots;
    this.#writes = writesOf(parts);
    const cuts: readonly Cut[] = [...slots, ...this.#writes];
    const width = Math.ceil(cuts.length / BITS);
    this.#inputs = new RuleInputs(cuts, width, parts.text);
    this.#exact = new ExactSlots(slots, this.#inputs.all, parts.text);
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
    this.#noted = new Uint32Array(width);
    this.#open = new Uint32Array(width);
    this.#sure = new Uint32Array(width);
    this.#placed = new Int32Array(this.#inputs.all.length);
    this.#single = this.vector(1);
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
    return this.#inputs.vector(rows);
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
    this.#inputs.fill(vector, row, this.#all);
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
    return this.#names(this.reached, version);
  }

  /** Notes which rules match the last row, of which the outcome does not tell them all. */
  noteMatched(): void {
    for (let word = 0; word < this.#noted.length; word++)
      this.#noted[word] = (this.#noted[word] ?? 0) | (this.matched[word] ?? 0);
  }

  /** The names of a version's rules that {@link noteMatched} noted. */
  notedNames(version: number): readonly string[] {
    return this.#names(this.#noted, version);
  }

  #names(words: Uint32Array, version: number): readonly string[] {
    return this.slots.flatMap(({ rule, versions }, i) =>
      versions.includes(version) && ((words[wordOf(i)] ?? 0) & bitOf(i)) !== 0 ? [rule.name] : [],
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
    for (const input of this.#inputs.all) {
      if (input.isIdle || !holds(input)) continue;
      if (input.sources.every(({ kind }) => kind === "action"))
        input.join(
          this.#inputs.placeOf(input, row),
          { matched: this.matched, open: this.#open },
          0,
        );
    }
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
    return bits !== undefined && hasAny(this.#open, bits);
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

  #indexes(bits: Bits | undefined): readonly number[] {
    return bits === undefined ? [] : indexesOf(this.#open, bits);
  }

  /**
   * A number for what a version's rules come to that hang on state or time, for the last row on a
   * state: `live` is the little that they read, `whole` all that the version sees of the call.
   */
  onState(version: number, row: EvaluatedRow, { live, whole }: OnState): number {
    const placed = { row, places: this.#placed };
    let at = 0;
    this.#held.length = 0;
    for (const index of this.#indexes(this.#liveOf[version])) {
      const sure = this.#isSure(index);
      const outcome = this.#exact.onState(index, placed, { live, whole, sure });
      if (outcome === TRUE) this.#held.push(index);
      if (outcome !== FALSE) at = this.#sums.step(this.#sums.step(at, index), outcome);
    }
    return at;
  }

  /** A number for what a slot's parts came to for the last row, all that state and time tell aside. */
  combination(index: number, row: EvaluatedRow): number {
    return this.#exact.combination(index, { row, places: this.#placed });
  }

  #settleOne(index: number, row: EvaluatedRow): void {
    const outcome = this.#exact.outcome(index, { row, places: this.#placed });
    const word = wordOf(index);
    if (outcome === FALSE) {
      this.#open[word] = (this.#open[word] ?? 0) & ~bitOf(index);
      return;
    }
    if (outcome === TRUE) this.matched[word] = (this.matched[word] ?? 0) | bitOf(index);
    else
      this.undecided = this.#sums.step(this.#sums.step(this.undecided, index), outcome - OTHERWISE);
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
