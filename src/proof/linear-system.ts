import {
  add,
  divide,
  floor,
  multiply,
  negative,
  rational,
  sign,
  toNumber,
  ZERO,
  type Rational,
} from "./rational.ts";

/** A sum of multiples of unknowns and a constant. */
export interface Sum {
  readonly factors: ReadonlyMap<string, Rational>;
  readonly constant: Rational;
}

/** That a sum is below zero, or (not `strict`) not above it. */
export interface Inequality extends Sum {
  readonly strict: boolean;
}

export function plus(a: Sum, b: Sum): Sum {
  const factors = new Map(a.factors);
  for (const [name, factor] of b.factors) {
    const sum = add(factors.get(name) ?? ZERO, factor);
    if (sign(sum) === 0) factors.delete(name);
    else factors.set(name, sum);
  }
  return { factors, constant: add(a.constant, b.constant) };
}

export function times(sum: Sum, by: Rational): Sum {
  return {
    factors: new Map([...sum.factors].map(([name, factor]) => [name, multiply(factor, by)])),
    constant: multiply(sum.constant, by),
  };
}

export function minus(a: Sum, b: Sum): Sum {
  return plus(a, times(b, rational(-1)));
}

/** More inequalities than these are not looked at. */
const MOST = 300;

interface Parts {
  readonly above: readonly Inequality[];
  readonly below: readonly Inequality[];
  readonly rest: readonly Inequality[];
}

function partition(system: readonly Inequality[], name: string): Parts {
  const side = (wanted: number): readonly Inequality[] =>
    system.filter(({ factors }) => sign(factors.get(name) ?? ZERO) === wanted);
  return { above: side(1), below: side(-1), rest: side(0) };
}

/** What follows of all other unknowns (Fourier and Motzkin); undefined: too much. */
function eliminate(system: readonly Inequality[], name: string): readonly Inequality[] | undefined {
  const { above, below, rest } = partition(system, name);
  if (rest.length + above.length * below.length > MOST) return undefined;
  const joined = above.flatMap((a) =>
    below.map((b): Inequality => {
      const [x, y] = [a.factors.get(name) ?? ZERO, b.factors.get(name) ?? ZERO];
      return { ...plus(times(a, negative(y)), times(b, x)), strict: a.strict || b.strict };
    }),
  );
  return [...rest, ...joined];
}

function isFalse({ factors, constant, strict }: Inequality): boolean {
  return factors.size === 0 && (strict ? sign(constant) >= 0 : sign(constant) > 0);
}

interface End {
  readonly at: Rational;
  readonly open: boolean;
}

function compare(a: Rational, b: Rational): number {
  return sign(add(a, negative(b)));
}

/** The tightest end that inequalities in one unknown set to it. */
function tightest(inequalities: readonly Inequality[], name: string, way: 1 | -1): End | undefined {
  let best: End | undefined;
  for (const { factors, constant, strict } of inequalities) {
    const at = divide(negative(constant), factors.get(name) ?? ZERO);
    const order = best === undefined ? 1 : compare(at, best.at) * way;
    if (order > 0) best = { at, open: strict };
    else if (order === 0 && best !== undefined && strict) best = { at, open: true };
  }
  return best;
}

const ONE = rational(1);
const HALF = rational(0.5);
/** From the whole number below another one, the nearest first. */
const STEPS = [ZERO, ONE, rational(2), rational(-1)];
/** Parts of one in which decimals are tried, the shortest first. */
const SCALES = [1, 10, 100, 1000, 10_000];

/** Multiples of parts of one near a number, each exactly a double; the fewest digits first. */
function numbersNear(near: Rational, scales: readonly number[]): readonly Rational[] {
  return scales.flatMap((scale) => {
    const parts = rational(scale);
    const whole = { top: floor(multiply(near, parts)), bottom: 1n };
    return STEPS.map((step) => {
      const one = add(whole, step);
      return scale === 1 ? one : rational(toNumber(divide(one, parts)));
    });
  });
}

/**
 * A number between two ends: zero, a whole one, an end, or the middle. `plain`: one with few digits
 * before an end, since 500.01 is read at a glance and 500.00000000000006 is not.
 */
function between(low: End | undefined, high: End | undefined, plain: boolean): Rational {
  const fits = (at: Rational): boolean =>
    (low === undefined || compare(at, low.at) > (low.open ? 0 : -1)) &&
    (high === undefined || compare(high.at, at) > (high.open ? 0 : -1));
  const near = low ?? high ?? { at: ZERO, open: false };
  const drafts = plain
    ? [ZERO, ONE, ...numbersNear(near.at, SCALES), near.at, high?.at ?? ZERO]
    : [ZERO, ONE, near.at, ...numbersNear(near.at, [1]), high?.at ?? ZERO];
  const found = drafts.find(fits);
  if (found !== undefined) return found;
  return low === undefined || high === undefined ? near.at : multiply(add(low.at, high.at), HALF);
}

function substitute(one: Inequality, values: ReadonlyMap<string, Rational>): Inequality {
  let sum: Sum = one;
  for (const [name, value] of values) {
    const factor = sum.factors.get(name);
    if (factor === undefined) continue;
    const factors = new Map(sum.factors);
    factors.delete(name);
    sum = { factors, constant: add(sum.constant, multiply(factor, value)) };
  }
  return { ...sum, strict: one.strict };
}

/** `solved`: numbers that fulfil all of it; `none`: there are none; `unclear`: too large to tell. */
export type Solution =
  | { readonly kind: "solved"; readonly values: ReadonlyMap<string, number> }
  | { readonly kind: "none" | "unclear" };

/** Solves inequalities over the real numbers, exactly; `plain`: with few digits, where such do. */
export function solve(system: readonly Inequality[], plain = false): Solution {
  const names = [...new Set(system.flatMap(({ factors }) => [...factors.keys()]))];
  const stages: (readonly Inequality[])[] = [system];
  for (const name of names) {
    const next = eliminate(stages.at(-1) ?? [], name);
    if (next === undefined) return { kind: "unclear" };
    if (next.some(isFalse)) return { kind: "none" };
    stages.push(next);
  }
  if (system.some(isFalse)) return { kind: "none" };
  const values = new Map<string, Rational>();
  for (const [i, name] of [...names.entries()].reverse()) {
    const known = (stages[i] ?? []).map((one) => substitute(one, values));
    const { above, below } = partition(known, name);
    values.set(name, between(tightest(below, name, 1), tightest(above, name, -1), plain));
  }
  return {
    kind: "solved",
    values: new Map([...values].map(([name, value]) => [name, toNumber(value)])),
  };
}
