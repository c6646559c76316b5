import { Input } from "./input.ts";
import type { EvaluatedRow, Told } from "./evaluated-row.ts";
import { SCOPES, type Cut } from "./slots.ts";
import { Vector } from "./vector.ts";
import { PairTable } from "../text/pair-table.ts";
import type { Interner } from "./values/interner.ts";
import type { Source } from "./values/source.ts";

/**
 * All that rules read of a call, input by input: what each leaves of the rules is looked up by the
 * class of what a row holds.
 */
export class RuleInputs {
  readonly all: readonly Input[];
  readonly #words: number;
  readonly #steps = new PairTable();

  /** `words`: so many hold a bit for each of the cuts. */
  constructor(cuts: readonly Cut[], words: number, text: Interner) {
    const names = new Set<string>([
      ...SCOPES,
      ...cuts.flatMap((cut) => cut.parts.map(({ input }) => input)),
    ]);
    this.#words = words;
    this.all = [...names]
      .map((name) => new Input(name, cuts, text))
      .sort((a, b) => costOf(a) - costOf(b));
  }

  /** A vector for so many rows. */
  vector(rows: number): Vector {
    return new Vector(rows, { words: this.#words, inputs: this.all.length });
  }

  /**
   * Evaluates all rows of a vector, an input after the other; `row` goes through them, and `open` has
   * a bit for each slot.
   */
  fill(vector: Vector, row: EvaluatedRow, open: Uint32Array): void {
    vector.begin(open);
    for (let i = 0; i < this.all.length; i++) {
      vector.note(i);
      const input = this.all[i];
      if (input !== undefined && !input.isIdle) this.#joinAll(i, vector, row);
    }
    vector.note(this.all.length);
  }

  /** Joins what an input comes to, for all rows of a vector that it may still tell. */
  #joinAll(i: number, vector: Vector, row: EvaluatedRow): void {
    const input = this.all[i];
    if (input === undefined) return;
    const told = this.#toldOf(i, input, row);
    const { rows, size, open, placed, words } = vector;
    const first = i * rows.length;
    for (let k = 0; k < size; k++) {
      const base = k * words;
      if (i >= SCOPED && !input.asks(open, base)) continue;
      const at = rows[k] ?? 0;
      const code = told === null ? -1 : (told.codes[at] ?? -1);
      let place = told === null || code < 0 ? -1 : (told.places[code] ?? -1);
      if (place < 0) {
        if (row.at !== at) row.to(at);
        place = this.placeOf(input, row);
        if (told !== null && code >= 0) told.places[code] = place;
      }
      placed[first + k] = place;
      input.join(place, vector, base);
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

  /** Where the words of what an input comes to for a row stand. */
  placeOf(input: Input, row: EvaluatedRow): number {
    const number = this.#classOf(input.sources, row);
    const known = input.placeOf(number);
    return known < 0 ? input.fill(number, row.seen()) : known;
  }

  #classOf(sources: readonly Source[], row: EvaluatedRow): number {
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return row.classOf(only);
    let at = 0;
    for (const source of sources) at = this.#steps.step(at, row.classOf(source));
    return at;
  }
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
