import type { CompiledRule } from "../engine/compiled-rule.ts";
import { TupleTable } from "./values/tuple-table.ts";
import { bitsOf, type Evaluation } from "./evaluation.ts";

/** What tells an outcome besides the rules that match. */
export interface Circumstances {
  /** The number of what the catalog's records of agents say; 0: nothing, in any version. */
  readonly denial: number;
  readonly frame: number;
  readonly resource: number;
  /** What was recorded, with its number, where that is a version. */
  readonly recorded: { readonly number: number; readonly effect: string } | undefined;
}

const FIXED = 5;

/**
 * Gives what the rules of all versions come to a number. Where only rules match that stand in all
 * versions, these decide alike, and it is enough to know one of those that decide: else every other
 * call would be an outcome of its own where many rules match.
 */
export class Outcomes {
  readonly #evaluation: Evaluation;
  readonly #table: TupleTable;
  readonly #scratch: Int32Array;
  /** Slots of one version alone, and such that ask for more than an effect. */
  readonly #told: Uint32Array;
  readonly #denying: Uint32Array;
  /** Slots that decide without covering a call (design 9.2). */
  readonly #wildcards: Uint32Array;

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
    this.#told = bitsOf(
      slots,
      ({ versions, rule }) => versions.length < sets.versions || asksForMore(rule),
    );
    this.#denying = bitsOf(slots, ({ rule }) => rule.rule.effect === "deny");
    this.#wildcards = bitsOf(slots, ({ rule }) => sets.isWildcard(rule));
  }

  /**
   * The number of the outcome of the row that was evaluated last; `full`: whether every rule that
   * matches is told apart.
   */
  of({ denial, frame, resource, recorded }: Circumstances, full: boolean): number {
    const { matched, undecided } = this.#evaluation;
    const scratch = this.#scratch;
    scratch[0] = undecided;
    scratch[1] = denial;
    scratch[2] = frame;
    scratch[3] = resource;
    scratch[4] = recorded?.number ?? 0;
    const denies = this.#meets(this.#denying);
    const isAlike =
      !full &&
      undecided === 0 &&
      !this.#meets(this.#told) &&
      (recorded === undefined ||
        (denial === 0 && recorded.effect === (denies || !this.#meets() ? "deny" : "allow")));
    if (isAlike) this.#tellOne(denies);
    else scratch.set(matched, FIXED);
    return this.#table.intern(scratch);
  }

  /** Whether any slot that matches is among `others`; by default: whether any matches. */
  #meets(others?: Uint32Array): boolean {
    const { matched } = this.#evaluation;
    for (let word = 0; word < matched.length; word++)
      if (((matched[word] ?? 0) & (others?.[word] ?? ~0)) !== 0) return true;
    return false;
  }

  /** Leaves of the slots that match the first one that decides, one that covers before others. */
  #tellOne(denies: boolean): void {
    this.#scratch.fill(0, FIXED);
    if (!this.#tellFirst(denies, false)) this.#tellFirst(denies, true);
  }

  #tellFirst(denies: boolean, wildcards: boolean): boolean {
    const { matched } = this.#evaluation;
    for (let word = 0; word < matched.length; word++) {
      const denying = this.#denying[word] ?? 0;
      const wild = this.#wildcards[word] ?? 0;
      const left =
        (matched[word] ?? 0) & (denies ? denying : ~denying) & (wildcards ? wild : ~wild);
      if (left === 0) continue;
      this.#scratch[FIXED + word] = left & -left;
      return true;
    }
    return false;
  }
}

function asksForMore({ rule }: CompiledRule): boolean {
  return rule.effect === "require_approval" || rule.mode === "shadow";
}
