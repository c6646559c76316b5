import { isImpossible, type Effort } from "./answer.ts";
import {
  movingWays,
  refusal,
  releasingWays,
  wholeWay,
  wideningWays,
  type Side,
  type Voter,
  type Way,
} from "./change-ways.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import type { Infer } from "./solver.ts";
import type { Work } from "./work.ts";

/** What a change can do to a decision on one request and one given state (design 4.2, 10.2). */
export interface ChangeImpact {
  /** A decision may become laxer. */
  readonly widens: boolean;
  /** A decision may become stricter. */
  readonly narrows: boolean;
  /** Any decision may become another one; always true where one of the others is. */
  readonly moves: boolean;
  /** False where it could not be told, and the change is taken as widening. */
  readonly conclusive: boolean;
}

/** The rules of two versions, and what else is known. */
export interface ChangedRules {
  readonly before: readonly Voter[];
  readonly after: readonly Voter[];
  /** True where other rules may have a say besides, nobody knows which. */
  readonly open: boolean;
  /** True where calls are decided for more subjects than the caller (design 4.5). */
  readonly joint: boolean;
  /** What holds of every call, and what of every call that is permitted. */
  readonly always: Formula;
  readonly permitted: Formula;
  readonly infer: Infer;
  readonly work: Work;
}

const EFFORT: Effort = { branches: 20_000 };

function sideOf(voters: readonly Voter[], open: boolean): Side {
  const kept = open ? voters.filter(({ own }) => own) : voters;
  const by = (effect: string): readonly Voter[] =>
    kept.filter(({ rule }) => rule.effect === effect);
  const approvals = by("require_approval");
  return {
    denies: [...by("deny"), ...approvals.map(refusal)],
    allows: by("allow"),
    approvals,
    open,
  };
}

type Possible = "impossible" | "possible" | "unknown";

/** Asks of the changed rules alone, then, where that proves nothing, of all. */
class Judge {
  readonly #change: ChangedRules;
  readonly #stages: readonly { readonly before: Side; readonly after: Side }[];

  constructor(change: ChangedRules) {
    this.#change = change;
    const { before, after } = change;
    const others = [...before, ...after].some(({ own }) => !own);
    this.#stages = (change.open ? [true] : others ? [true, false] : [false]).map((open) => ({
      before: sideOf(before, open),
      after: sideOf(after, open),
    }));
  }

  #ask(ways: readonly Way[], world: readonly Formula[]): Possible {
    const { always, infer, work } = this.#change;
    const formula = allOf([always, ...world, anyOf(ways.map(wholeWay))]);
    return isImpossible({ work, facts: infer }, formula, EFFORT);
  }

  /** What the first stage says that proves it impossible; else what the least of them says. */
  #proved(ask: (before: Side, after: Side) => Possible, reverse: boolean): Possible {
    let first: Possible | undefined;
    for (const { before, after } of this.#stages) {
      const found = reverse ? ask(after, before) : ask(before, after);
      if (found === "impossible") return found;
      first ??= found;
    }
    return first ?? "unknown";
  }

  widens(reverse: boolean): Possible {
    const { joint, permitted } = this.#change;
    const effects = this.#proved((before, after) => {
      const ways = wideningWays(before, after, joint).flat();
      return this.#ask(ways, [permitted]);
    }, reverse);
    if (effects !== "impossible") return effects;
    return this.#proved((before, after) => this.#ask(releasingWays(before, after), []), reverse);
  }

  moves(): Possible {
    return this.#proved(
      (before, after) =>
        this.#ask([...movingWays(before, after), ...movingWays(after, before)], []),
      false,
    );
  }
}

/**
 * What going from one list of rules to another can do, everything else left as it is; recorded
 * refusals count. Sound: what is called harmless is so for every call and state, since whatever is
 * not understood may come out in any way.
 */
export function judgeChange(change: ChangedRules): ChangeImpact {
  const judge = new Judge(change);
  const [widens, narrows] = [judge.widens(false), judge.widens(true)];
  const decides = widens !== "impossible" || narrows !== "impossible";
  const moves = decides ? "possible" : judge.moves();
  return {
    widens: widens !== "impossible",
    narrows: narrows !== "impossible",
    moves: moves !== "impossible",
    conclusive: ![widens, narrows, moves].includes("unknown"),
  };
}
