import { BOX, complementTest, MAYBE, NOT_KNOWN, type CellTest } from "./cell.ts";
import type { TruthName } from "../documents/test-result.ts";
import { ALWAYS, allOf, anyOf, literal, NEVER, type Formula, type Variable } from "./formula.ts";

/**
 * What may be asked of something four-valued (design 3.5): that it is true, false, unknown or an
 * error, and the opposites.
 */
export type Want = TruthName | "notTrue" | "notFalse" | "notUnknown" | "notError";

/** Something four-valued, as the classical formula that says when it is so. */
export type Claim = (want: Want) => Formula;

const OPPOSITE: Readonly<Record<Want, Want>> = {
  true: "false",
  false: "true",
  unknown: "unknown",
  error: "error",
  notTrue: "notFalse",
  notFalse: "notTrue",
  notUnknown: "notUnknown",
  notError: "notError",
};

/** The value that a want denies; undefined: it asks for one. */
function denied(want: Want): TruthName | undefined {
  switch (want) {
    case "notTrue":
      return "true";
    case "notFalse":
      return "false";
    case "notUnknown":
      return "unknown";
    case "notError":
      return "error";
    default:
      return undefined;
  }
}

export function constantClaim(value: boolean | "unknown" | "error"): Claim {
  const text = String(value);
  return (want) => {
    const without = denied(want);
    return (without === undefined ? text === want : text !== without) ? ALWAYS : NEVER;
  };
}

export function negate(claim: Claim): Claim {
  return (want) => claim(OPPOSITE[want]);
}

/** `&&` over any number: false absorbs, then unknown beats error (design 3.5). */
export function every(claims: readonly Claim[]): Claim {
  const all = (...wants: readonly Want[]): Formula =>
    allOf(claims.flatMap((claim) => wants.map((want) => claim(want))));
  const any = (want: Want): Formula => anyOf(claims.map((claim) => claim(want)));
  return (want) => {
    switch (want) {
      case "true":
      case "notFalse":
        return all(want);
      case "false":
      case "notTrue":
        return any(want);
      case "unknown":
        return allOf([all("notFalse"), any("unknown")]);
      case "error":
        return allOf([all("notFalse", "notUnknown"), any("error")]);
      case "notUnknown":
        return anyOf([any("false"), all("notUnknown")]);
      case "notError":
        return anyOf([any("false"), any("unknown"), all("true")]);
    }
  };
}

/** `||` over any number: true absorbs. */
export function some(claims: readonly Claim[]): Claim {
  return negate(every(claims.map(negate)));
}

/** `condition ? then : otherwise`. */
export function choose(condition: Claim, then: Claim, otherwise: Claim): Claim {
  return (want) => {
    const without = denied(want);
    if (without === undefined)
      return anyOf([
        allOf([condition("true"), then(want)]),
        allOf([condition("false"), otherwise(want)]),
        ...(want === "unknown" || want === "error" ? [condition(want)] : []),
      ]);
    return allOf([
      anyOf([condition("notTrue"), then(want)]),
      anyOf([condition("notFalse"), otherwise(want)]),
      ...(without === "unknown" || without === "error" ? [condition(want)] : []),
    ]);
  };
}

/**
 * When one variable makes something true and when false; `present`: what has to hold besides for it
 * to be either. Else it is unknown where the variable is, or wherever `unknown` says so, and an
 * error where it is not.
 */
export interface CellClaim {
  readonly variable: Variable;
  readonly whenTrue: CellTest;
  readonly whenFalse: CellTest;
  readonly present?: readonly Formula[];
  readonly otherwise?: "unknown";
}

/** When a variable is not known, as far as a test asks for it. */
function unknownTest({ holding }: CellTest): CellTest {
  return holding === undefined
    ? { kinds: NOT_KNOWN }
    : { kinds: NOT_KNOWN | BOX, holding: { key: holding.key, mask: MAYBE } };
}

/**
 * INVARIANT: both tests are exact, since their complements stand for the opposites; only `present`
 * follows from them.
 */
export function cellClaim(claim: CellClaim): Claim {
  const { variable, whenTrue, whenFalse, present = [] } = claim;
  const is = (test: CellTest): Formula => literal(variable, test);
  const isNot = (test: CellTest): Formula => literal(variable, complementTest(test));
  const neither = (): readonly Formula[] => [isNot(whenTrue), isNot(whenFalse)];
  const unknown = unknownTest(whenTrue);
  return (want) => {
    switch (want) {
      case "true":
        return allOf([is(whenTrue), ...present]);
      case "false":
        return allOf([is(whenFalse), ...present]);
      case "notTrue":
        return isNot(whenTrue);
      case "notFalse":
        return isNot(whenFalse);
      case "unknown":
        return allOf(claim.otherwise === "unknown" ? neither() : [...neither(), is(unknown)]);
      case "error":
        return claim.otherwise === "unknown" ? NEVER : allOf([...neither(), isNot(unknown)]);
      case "notUnknown":
        return anyOf([
          is(whenTrue),
          is(whenFalse),
          ...(claim.otherwise === "unknown" ? [] : [isNot(unknown)]),
        ]);
      case "notError":
        return claim.otherwise === "unknown"
          ? ALWAYS
          : anyOf([is(whenTrue), is(whenFalse), is(unknown)]);
    }
  };
}

/** A claim that is made on first use, and each of its formulas once. */
export function rememberedClaim(make: () => Claim): Claim {
  let claim: Claim | undefined;
  const formulas = new Map<Want, Formula>();
  return (want) => {
    const known = formulas.get(want);
    if (known !== undefined) return known;
    const formula = (claim ??= make())(want);
    formulas.set(want, formula);
    return formula;
  };
}
