import { ERROR, FALSE, TRUE, UNKNOWN, type TruthValue } from "./truth-value.ts";

/** A literal that an operand is compared with. */
export type Literal = number | string | boolean;
export type OrderOperator = "<" | "<=" | ">" | ">=";

/**
 * A value that an operand may have, as far as the comparisons of its group can tell values apart.
 */
type Point =
  | { readonly is: "number"; readonly at: number }
  | { readonly is: "literal"; readonly value: string | boolean }
  | { readonly is: "nan" | "other" | "unknown" | "error" };

type Test = (point: Point) => TruthValue;

function ordered(op: OrderOperator, a: number, b: number): boolean {
  switch (op) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
  }
}

function truth(holds: boolean): TruthValue {
  return holds ? TRUE : FALSE;
}

/**
 * Numbers that stand for all: every bound, and one between each two neighbours and beyond the ends.
 */
export function samplesAround(bounds: Iterable<number>): readonly number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const samples: number[] = [];
  sorted.forEach((bound, i) => {
    const before = sorted[i - 1];
    samples.push(
      before === undefined ? bound - Math.max(1, Math.abs(bound)) : before + (bound - before) / 2,
      bound,
    );
  });
  const last = sorted[sorted.length - 1];
  if (last !== undefined) samples.push(last + Math.max(1, Math.abs(last)));
  return samples;
}

/**
 * All comparisons of one operand with literals. They hang together: whatever the operand's value
 * is, it decides them all at once. An operand that is unknown or an error makes each of them so;
 * one of another type is in no order and equal to nothing (cel-spec, equality).
 */
export class OperandGroup {
  readonly #tests: { readonly atom: number; readonly test: Test }[] = [];
  readonly #numbers = new Set<number>();
  readonly #literals = new Set<string | boolean>();
  readonly #errors: boolean;

  /** `errors` is false where the operand can never be an error nor of another type: `now`. */
  constructor(errors: boolean) {
    this.#errors = errors;
  }

  order(atom: number, op: OrderOperator, bound: number): void {
    this.#numbers.add(bound);
    this.#tests.push({
      atom,
      test: (point) =>
        point.is === "number"
          ? truth(ordered(op, point.at, bound))
          : point.is === "nan"
            ? FALSE
            : point.is === "unknown"
              ? UNKNOWN
              : ERROR,
    });
  }

  /** Equal to one of the literals. */
  among(atom: number, literals: readonly Literal[]): void {
    for (const literal of literals) {
      if (typeof literal === "number") this.#numbers.add(literal);
      else this.#literals.add(literal);
    }
    this.#tests.push({
      atom,
      test: (point) => {
        if (point.is === "unknown") return UNKNOWN;
        if (point.is === "error") return ERROR;
        return truth(
          point.is === "number"
            ? literals.includes(point.at)
            : point.is === "literal" && literals.includes(point.value),
        );
      },
    });
  }

  #points(): readonly Point[] {
    const numbers = samplesAround(this.#numbers).map((at) => ({ is: "number" as const, at }));
    const literals = [...this.#literals].map((value) => ({ is: "literal" as const, value }));
    const odd = this.#errors
      ? [{ is: "nan" as const }, { is: "other" as const }, { is: "error" as const }]
      : [];
    return [...numbers, ...literals, ...odd, { is: "unknown" }];
  }

  get atoms(): readonly number[] {
    return this.#tests.map(({ atom }) => atom);
  }

  /** Every way in which the group's atoms can come out together, without repeats. */
  outcomes(): readonly (readonly TruthValue[])[] {
    const seen = new Map<string, readonly TruthValue[]>();
    for (const point of this.#points()) {
      const values = this.#tests.map(({ test }) => test(point));
      seen.set(values.join(), values);
    }
    return [...seen.values()];
  }
}
