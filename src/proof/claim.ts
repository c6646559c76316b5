import { complementTest, type CellTest } from "./cell.ts";
import { ALWAYS, allOf, anyOf, literal, NEVER, type Formula, type Variable } from "./formula.ts";

/**
 * What may be asked of something three-valued (design 3.5): that it is true, that it is false, and
 * the opposites, which errors and unknowns fulfil too.
 */
export type Want = "true" | "false" | "notTrue" | "notFalse";

/** Something three-valued, as the classical formula that says when it is so. */
export type Claim = (want: Want) => Formula;

const OPPOSITE: Readonly<Record<Want, Want>> = {
  true: "false",
  false: "true",
  notTrue: "notFalse",
  notFalse: "notTrue",
};

export function constantClaim(value: boolean | undefined): Claim {
  return (want) => {
    if (want === "true" || want === "false") return value === (want === "true") ? ALWAYS : NEVER;
    return value === (want === "notTrue") ? NEVER : ALWAYS;
  };
}

export function negate(claim: Claim): Claim {
  return (want) => claim(OPPOSITE[want]);
}

/** `&&` over any number: false absorbs (design 3.5). */
export function every(claims: readonly Claim[]): Claim {
  return (want) =>
    (want === "true" || want === "notFalse" ? allOf : anyOf)(claims.map((claim) => claim(want)));
}

/** `||` over any number: true absorbs. */
export function some(claims: readonly Claim[]): Claim {
  return (want) =>
    (want === "true" || want === "notFalse" ? anyOf : allOf)(claims.map((claim) => claim(want)));
}

/** `condition ? then : otherwise`. */
export function choose(condition: Claim, then: Claim, otherwise: Claim): Claim {
  return (want) => {
    const branches = [
      { side: "true", claim: then },
      { side: "false", claim: otherwise },
    ] as const;
    if (want === "true" || want === "false")
      return anyOf(branches.map(({ side, claim }) => allOf([condition(side), claim(want)])));
    return allOf(
      branches.map(({ side, claim }) =>
        anyOf([condition(side === "true" ? "notTrue" : "notFalse"), claim(want)]),
      ),
    );
  };
}

/**
 * When one variable makes something true and when false; `present`: what has to hold besides for it
 * to be either.
 */
export interface CellClaim {
  readonly variable: Variable;
  readonly whenTrue: CellTest;
  readonly whenFalse: CellTest;
  readonly present?: readonly Formula[];
}

/**
 * INVARIANT: both tests are exact, since their complements stand for the opposites; only `present`
 * follows from them.
 */
export function cellClaim({ variable, whenTrue, whenFalse, present = [] }: CellClaim): Claim {
  return (want) => {
    if (want === "notTrue") return literal(variable, complementTest(whenTrue));
    if (want === "notFalse") return literal(variable, complementTest(whenFalse));
    return allOf([literal(variable, want === "true" ? whenTrue : whenFalse), ...present]);
  };
}
