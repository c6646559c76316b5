import type { CompiledRule } from "../engine/compiled-rule.ts";
import { TupleTable } from "./values/tuple-table.ts";
import { bitsOf } from "./bits.ts";
import type { Evaluation } from "./evaluation.ts";

/** What tells an outcome besides the rules that match. */
export interface Circumstances {
  /** The number of what the catalog's records of agents say; 0: nothing, in any version. */
  readonly denial: number;
  readonly frame: number;
  readonly resource: number;
  /** What was recorded, with its number, where that is a version. */
  readonly recorded: { readonly number: number; readonly effect: string } | undefined;
}

const FIXED = 6;

/**
 * Gives what the rules of all versions come to a number. Where all versions decide alike, it is
 * enough to know one rule that decides in each: else every other call would be an outcome of its own
 * where many rules match.
 */
export class Outcomes {
  readonly #evaluation: Evaluation;
  readonly #table: TupleTable;
  readonly #scratch: Int32Array;
  /** By version: its slots. */
  readonly #byVersion: readonly Uint32Array[];
  /** Slots of one version alone. */
  readonly #own: Uint32Array;
  /** Slots that ask for more than an effect. */
  readonly #asking: Uint32Array;
  readonly #obliging: Uint32Array;
  readonly #denying: Uint32Array;
  /** Slots that decide without covering a call (design 9.2). */
  readonly #wildcards: Uint32Array;
  /** Whether the outcome that was told last tells every rule that matches. */
  isFull = true;

  constructor(
    evaluation: Evaluation,
    sets: {
      readonly versions: number;
      readonly isWildcard: (rule: CompiledRule) => boolean;
    },
  ) {
    const { slots, matched } = evaluation;
    this.#evaluation = evaluation;
    this.#table = new TupleTable(matched.length + FIXED);
    this.#scratch = new Int32Array(matched.length + FIXED);
    this.#byVersion = Array.from({ length: sets.versions }, (_, version) =>
      bitsOf(slots, ({ versions }) => versions.includes(version)),
    );
    this.#own = bitsOf(slots, ({ versions }) => versions.length < sets.versions);
    this.#asking = bitsOf(slots, ({ rule }) => asksForMore(rule));
    this.#obliging = bitsOf(slots, ({ rule }) => rule.rule.obligations !== undefined);
    this.#denying = bitsOf(slots, ({ rule }) => rule.rule.effect === "deny");
    this.#wildcards = bitsOf(slots, ({ rule }) => sets.isWildcard(rule));
  }

  /**
   * The number of the outcome of the row that was evaluated last; `full`: whether every rule that
   * matches is told apart.
   */
  of(circumstances: Circumstances, full: boolean): number {
    const { matched, undecided } = this.#evaluation;
    const { denial, frame, resource, recorded } = circumstances;
    const scratch = this.#scratch;
    scratch[0] = undecided;
    scratch[1] = denial;
    scratch[2] = frame;
    scratch[3] = resource;
    scratch[4] = recorded?.number ?? 0;
    this.isFull =
      full || undecided !== 0 || this.#meets(this.#asking) || !this.#decidesAlike(circumstances);
    if (this.isFull) scratch.set(matched, FIXED);
    scratch[5] = this.isFull ? 1 : 0;
    return this.#table.intern(scratch);
  }

  /**
   * Whether all versions decide the row alike; then of the slots that match one is told that
   * decides in each, one that covers before others.
   */
  #decidesAlike({ denial, recorded }: Circumstances): boolean {
    const own = this.#meets(this.#own);
    if (denial !== 0 && (own || recorded !== undefined)) return false;
    const scratch = this.#scratch;
    scratch.fill(0, FIXED);
    const [first, ...others] = this.#byVersion;
    if (first === undefined) throw new Error("no version decides");
    const effect = this.#tellOne(first);
    if (recorded !== undefined) return recorded.effect === effect;
    if (!own) return true;
    return (
      others.every((version) => this.#tellOne(version) === effect) &&
      (effect === "deny" || !this.#meets(this.#obliging))
    );
  }

  /** Whether any slot that matches is among `some`. */
  #meets(some: Uint32Array): boolean {
    const { matched } = this.#evaluation;
    for (let word = 0; word < matched.length; word++)
      if (((matched[word] ?? 0) & (some[word] ?? 0)) !== 0) return true;
    return false;
  }

  /** The effect of the slots of a version that match; one that decides is told. */
  #tellOne(version: Uint32Array): "allow" | "deny" {
    for (const effect of EFFECTS)
      if (this.#tellFirst(version, effect, false) || this.#tellFirst(version, effect, true))
        return effect;
    return "deny";
  }

  #tellFirst(version: Uint32Array, effect: "allow" | "deny", wildcards: boolean): boolean {
    const { matched } = this.#evaluation;
    for (let word = 0; word < matched.length; word++) {
      const denying = this.#denying[word] ?? 0;
      const wild = this.#wildcards[word] ?? 0;
      const left =
        (matched[word] ?? 0) &
        (version[word] ?? 0) &
        (effect === "deny" ? denying : ~denying) &
        (wildcards ? wild : ~wild);
      if (left === 0) continue;
      this.#scratch[FIXED + word] = (this.#scratch[FIXED + word] ?? 0) | (left & -left);
      return true;
    }
    return false;
  }
}

/** The effects of slots that ask for no more, the one that wins first. */
const EFFECTS = ["deny", "allow"] as const;

function asksForMore({ rule }: CompiledRule): boolean {
  return rule.effect === "require_approval" || rule.mode === "shadow";
}
