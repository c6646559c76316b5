import { isImpossible, type Effort } from "./answer.ts";
import {
  movingWays,
  narrowingWays,
  releasingWays,
  versionRules,
  wholeWay,
  wideningWays,
  withoutLikeParts,
  type VersionRules,
  type Voter,
  type Way,
} from "./change-ways.ts";
import { ALWAYS, allOf, anyOf, type Formula } from "./formula.ts";
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
  /** It widens, and only so: denied calls no longer contain what they contained (design 6.5). */
  readonly onlyReleases?: true;
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
  /** What else holds of the calls that are asked about; undefined: nothing. */
  readonly given?: Formula;
}

const EFFORT: Effort = { branches: 20_000 };

type Possible = "impossible" | "possible" | "unknown";

interface Sides {
  readonly before: VersionRules;
  readonly after: VersionRules;
}

/**
 * Asks of what is different in the changed rules, then, where that proves nothing, of all of these
 * rules, then of all rules.
 */
class Judge {
  readonly #change: ChangedRules;
  readonly #stages: readonly Sides[];

  constructor(change: ChangedRules) {
    this.#change = change;
    const { before, after, open } = change;
    const own = { before: before.filter((one) => one.own), after: after.filter((one) => one.own) };
    const others = before.length + after.length > own.before.length + own.after.length;
    const sides = (rules: Pick<ChangedRules, "before" | "after">, isOpen: boolean): Sides => ({
      before: versionRules(rules.before, { refusals: true, open: isOpen }),
      after: versionRules(rules.after, { refusals: true, open: isOpen }),
    });
    this.#stages = [
      sides(withoutLikeParts(own.before, own.after), others || open),
      ...(others ? [sides(own, true)] : []),
      sides(change, open),
    ];
  }

  #ask(ways: readonly Way[], world: readonly Formula[]): Possible {
    const { always, infer, work, given = ALWAYS } = this.#change;
    const formula = allOf([always, given, ...world, anyOf(ways.map(wholeWay))]);
    return isImpossible({ work, facts: infer }, formula, EFFORT);
  }

  /** Impossible where one stage proves it; else as the changed rules alone say. */
  #proved(ways: (sides: Sides) => readonly Way[], world: readonly Formula[]): Possible {
    let told: Possible = "unknown";
    for (const sides of this.#stages) {
      const found = this.#ask(ways(sides), world);
      if (found === "impossible") return found;
      if (found === "possible") told = found;
    }
    return told;
  }

  permitsMore(): Possible {
    const { joint, permitted } = this.#change;
    return this.#proved(
      ({ before, after }) => wideningWays(before, after, joint).flat(),
      [permitted],
    );
  }

  releases(): Possible {
    return this.#proved(({ before, after }) => releasingWays(before, after), []);
  }

  narrows(): Possible {
    const { joint, permitted } = this.#change;
    const found = this.#proved(
      ({ before, after }) => narrowingWays(before, after, joint),
      [permitted],
    );
    return found === "impossible"
      ? this.#proved(({ before, after }) => releasingWays(after, before), [])
      : found;
  }

  moves(): Possible {
    return this.#proved(
      ({ before, after }) => [...movingWays(before, after), ...movingWays(after, before)],
      [],
    );
  }
}

/** What is asked of a change: for what is not, the answer is no. */
export type Asked = Pick<ChangeImpact, "widens" | "narrows" | "moves">;

const ALL: Asked = { widens: true, narrows: true, moves: true };

/**
 * What going from one list of rules to another can do, everything else left as it is; recorded
 * refusals count. Sound: what is called harmless is so for every call and state, since whatever is
 * not understood may come out in any way.
 */
export function judgeChange(change: ChangedRules, asked: Asked = ALL): ChangeImpact {
  const judge = new Judge(change);
  const permits = asked.widens ? judge.permitsMore() : "impossible";
  const releases = asked.widens && permits === "impossible" ? judge.releases() : "impossible";
  const widens = permits === "impossible" ? releases : permits;
  const narrows = asked.narrows ? judge.narrows() : "impossible";
  const decides = widens !== "impossible" || narrows !== "impossible";
  const moves = decides ? "possible" : asked.moves ? judge.moves() : "impossible";
  return {
    widens: widens !== "impossible",
    narrows: narrows !== "impossible",
    moves: moves !== "impossible",
    conclusive: ![widens, narrows, moves].includes("unknown"),
    ...(releases !== "impossible" && { onlyReleases: true }),
  };
}
