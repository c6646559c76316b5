/** An exact fraction; every finite double is one. INVARIANT: the denominator is positive. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const ZERO: Rational = { top: 0n, bottom: 1n };

/** The exact value of a finite double. */
export function rational(value: number): Rational {
  let [scaled, bottom] = [value, 1n];
  while (!Number.isInteger(scaled)) [scaled, bottom] = [scaled * 2, bottom * 2n];
  return { top: BigInt(scaled), bottom };
}

export function add(a: Rational, b: Rational): Rational {
  return a.bottom === b.bottom
    ? { top: a.top + b.top, bottom: a.bottom }
    : { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
}

export function multiply(a: Rational, b: Rational): Rational {
  return { top: a.top * b.top, bottom: a.bottom * b.bottom };
}

/** `a / b`; `b` is not zero. */
export function divide(a: Rational, b: Rational): Rational {
  const bottom = a.bottom * b.top;
  const top = a.top * b.bottom;
  return bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom };
}

export function negative({ top, bottom }: Rational): Rational {
  return { top: -top, bottom };
}

/** Below zero, zero, above zero. */
export function sign({ top }: Rational): -1 | 0 | 1 {
  return top < 0n ? -1 : top > 0n ? 1 : 0;
}

/** The double nearest to it, as far as two roundings go. */
export function toNumber({ top, bottom }: Rational): number {
  const whole = top / bottom;
  return Number(whole) + Number(top - whole * bottom) / Number(bottom);
}

/** The greatest integer that is not above it. */
export function floor({ top, bottom }: Rational): bigint {
  const whole = top / bottom;
  return top < 0n && whole * bottom !== top ? whole - 1n : whole;
}
