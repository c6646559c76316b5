import { SCOPES } from "./slots.ts";

/** What evaluation asks of a vector: how many words of slots there are, and how many inputs. */
interface Size {
  readonly words: number;
  readonly inputs: number;
}

/** Some rows of one segment, in order, with what the inputs leave of all slots for each of them. */
export class Vector {
  /** Where the rows stand in their segment; only the first {@link size} of them count. */
  readonly rows: Int32Array;
  size = 0;
  /** By row and word: the slots that are surely matched, and those that are not surely unmatched. */
  readonly matched: Uint32Array;
  readonly open: Uint32Array;
  /** By row and word: the slots that the scopes alone leave open. */
  readonly scoped: Uint32Array;
  /** By row and word: the slots that surely fit the row's subject and action. */
  readonly fitting: Uint32Array;
  /** By input and row: where the words of what the input comes to stand. */
  readonly placed: Int32Array;
  readonly words: number;

  constructor(rows: number, { words, inputs }: Size) {
    this.rows = new Int32Array(rows);
    this.words = words;
    this.matched = new Uint32Array(rows * words);
    this.open = new Uint32Array(rows * words);
    this.scoped = new Uint32Array(rows * words);
    this.fitting = new Uint32Array(rows * words);
    this.placed = new Int32Array(rows * inputs);
  }

  /** Leaves all slots of all rows open: `all` has a bit for each. */
  begin(all: Uint32Array): void {
    for (let k = 0; k < this.size; k++) this.matched.set(all, k * this.words);
    this.open.set(this.matched.subarray(0, this.size * this.words));
  }

  /** Notes what the inputs so far leave: how many of them were asked. */
  note(inputs: number): void {
    const end = this.size * this.words;
    if (inputs === NAMES) this.fitting.set(this.matched.subarray(0, end));
    if (inputs === SCOPES.length) this.scoped.set(this.open.subarray(0, end));
  }
}

/** The scopes that are names: of subjects and of actions. */
const NAMES = 2;
