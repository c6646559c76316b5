import { outcomeText, type Interner } from "./values/interner.ts";
import { Kept } from "../text/pair-table.ts";
import { bitOf, BITS, wordOf } from "./bits.ts";
import { SCOPES, type Cut, type Part, type SeenCall } from "./slots.ts";
import type { Source } from "./values/source.ts";

/** Words of rows: the slots that are surely matched, and those that are not surely unmatched. */
export interface RowWords {
  readonly matched: Uint32Array;
  readonly open: Uint32Array;
}

/** A slot with its parts that hang on the same sources. */
interface Asked {
  readonly index: number;
  readonly slot: Cut;
  readonly tests: readonly Part["test"][];
}

/**
 * What the parts on the same sources come to, by class of what those hold: as words of bits, which
 * slots they leave surely matched and which not surely unmatched. Each class is asked once.
 */
export class Input {
  readonly sources: readonly Source[];
  /** Its place among those of the scopes; -1: it is of conditions. */
  readonly scope: number;
  /** The words in which it has slots. */
  readonly words: readonly number[];
  /** By word: the slots with a part here. */
  readonly slots: Uint32Array;
  /** By class and word. */
  matched: Uint32Array;
  open: Uint32Array;
  readonly #asked: readonly Asked[];
  readonly #width: number;
  readonly #text: Interner;
  readonly #codes = new Kept();
  /** By class and slot: what the parts came to, where that is neither true nor false. */
  readonly #details = new Map<number, number>();
  readonly #count: number;
  #size = 0;

  constructor(name: string, slots: readonly Cut[], text: Interner) {
    this.#text = text;
    this.scope = SCOPES.findIndex((scope) => scope === name);
    this.#count = slots.length;
    this.#asked = slots.flatMap((slot, index) => {
      const tests = slot.parts.filter(({ input }) => input === name).map(({ test }) => test);
      return tests.length === 0 ? [] : [{ index, slot, tests }];
    });
    this.sources =
      slots.flatMap(({ parts }) => parts).find(({ input }) => input === name)?.sources ?? [];
    this.#width = Math.ceil(slots.length / BITS);
    this.slots = new Uint32Array(this.#width);
    for (const { index } of this.#asked)
      this.slots[wordOf(index)] = (this.slots[wordOf(index)] ?? 0) | bitOf(index);
    this.words = [...this.slots.keys()].filter((word) => this.slots[word] !== 0);
    this.matched = new Uint32Array(16 * this.#width);
    this.open = new Uint32Array(16 * this.#width);
  }

  get isIdle(): boolean {
    return this.#asked.length === 0;
  }

  /** Whether any slot of a row that is still open has a part here; its words begin at a place. */
  asks(open: Uint32Array, base: number): boolean {
    for (let i = 0; i < this.words.length; i++) {
      const word = this.words[i] ?? 0;
      if (((open[base + word] ?? 0) & (this.slots[word] ?? 0)) !== 0) return true;
    }
    return false;
  }

  /** Joins the words of a class to those of a row, which begin at `base`. */
  join(place: number, row: RowWords, base: number): void {
    const { matched, open } = row;
    for (let i = 0; i < this.words.length; i++) {
      const word = this.words[i] ?? 0;
      matched[base + word] = (matched[base + word] ?? 0) & (this.matched[place + word] ?? 0);
      open[base + word] = (open[base + word] ?? 0) & (this.open[place + word] ?? 0);
    }
  }

  /** Where the words of a class stand; -1: it was not asked yet. */
  placeOf(number: number): number {
    return this.#codes.get(number) - 1;
  }

  /**
   * Asks a class, and gives the place of its words; `seen` is a call of the class, as each version
   * sees it.
   */
  fill(number: number, seen: readonly SeenCall[]): number {
    const code = this.#size++;
    const width = this.#width;
    const at = code * width;
    if (at + width > this.matched.length) {
      this.matched = grown(this.matched);
      this.open = grown(this.open);
    }
    this.matched.fill(0xffff_ffff, at, at + width);
    this.open.fill(0xffff_ffff, at, at + width);
    for (const { index, slot, tests } of this.#asked) {
      const call = seen[slot.versions[0] ?? 0];
      if (call === undefined) throw new Error("a rule is of no version");
      const truths = tests.map((test) => test(call));
      const word = at + wordOf(index);
      if (truths.every((truth) => truth === true)) continue;
      this.matched[word] = (this.matched[word] ?? 0) & ~bitOf(index);
      if (truths.includes(false)) this.open[word] = (this.open[word] ?? 0) & ~bitOf(index);
      else
        this.#details.set(
          at * this.#count + index,
          this.#text.code(truths.map(outcomeText).join("\u0001")),
        );
    }
    this.#codes.set(number, at + 1);
    return at;
  }

  /** What a slot's parts came to, of the class at a place; 0: true. */
  detail(place: number, slot: number): number {
    return this.#details.get(place * this.#count + slot) ?? 0;
  }
}

function grown(words: Uint32Array): Uint32Array {
  const twice = new Uint32Array(2 * words.length);
  twice.set(words);
  return twice;
}
