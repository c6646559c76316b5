import { int as intRange } from "../arithmetic.ts";
import { order } from "../compare.ts";
import { BOOL, DOUBLE, DYN, INT, UINT, type Type } from "../types.ts";
import { NoValue, Failure, Uint, type Value } from "../value.ts";
import {
  binary,
  double,
  elementOf,
  int,
  list,
  sameAsFirst,
  uint,
  unary,
  type Operand,
  type Overload,
  type Param,
} from "./overload.ts";

const NO_NUMBER = new Failure("no such overload: this function takes numbers");
const EMPTY = new Failure("an empty list has no least or greatest element");
const NEGATIVE_SHIFT = new Failure("a shift cannot be negative");
const MASK = (1n << 64n) - 1n;

type Numeric = number | bigint | Uint;

/** Any number, for functions that put int, uint and double on one line. */
const numeric: Param<Numeric> = {
  type: DYN,
  accepts: (value): value is Numeric =>
    typeof value === "number" || typeof value === "bigint" || value instanceof Uint,
};

function extreme(values: readonly Value[], sign: number): Value | NoValue {
  let best: Value | undefined;
  for (const value of values) {
    if (!numeric.accepts(value)) return NO_NUMBER;
    const o = best === undefined ? 1 : order(value, best);
    if (o instanceof NoValue) return o;
    if (best === undefined || o * sign > 0) best = value;
  }
  return best ?? EMPTY;
}

const MOST_ARGUMENTS = 32;

/** `math.greatest` of 1 to 32 numbers or of a list. */
function extremes(name: string, sign: number): readonly Overload[] {
  const overloads: Overload[] = [
    unary(name, list, elementOf, (values) => extreme(values, sign)),
    unary(name, numeric, sameAsFirst, (value) => value),
  ];
  for (let arity = 2; arity <= MOST_ARGUMENTS; arity++) overloads.push(wide(name, sign, arity));
  return overloads;
}

function wide(name: string, sign: number, arity: number): Overload {
  const same = (args: readonly Type[]): Type =>
    args.every((type) => type.kind === args[0]?.kind) ? sameAsFirst(args) : DYN;
  return {
    name,
    params: new Array<Type>(arity).fill(DYN),
    result: same,
    call: (args) =>
      args.length === arity && args.every((value) => numeric.accepts(value))
        ? extreme(args.filter(numeric.accepts), sign)
        : undefined,
  };
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function rounding(name: string, body: (value: number) => number): Overload {
  return unary(name, double, DOUBLE, body);
}

function signs(): readonly Overload[] {
  return [
    unary("math.abs", int, INT, (value) => intRange(value < 0n ? -value : value)),
    unary("math.abs", uint, UINT, (value) => value),
    unary("math.abs", double, DOUBLE, Math.abs),
    unary("math.sign", int, INT, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
    unary("math.sign", uint, UINT, (value) => new Uint(value.value > 0n ? 1n : 0n)),
    unary("math.sign", double, DOUBLE, Math.sign),
  ];
}

type Bits = (a: bigint, b: bigint) => bigint;

function bitPair(name: string, bits: Bits): readonly Overload[] {
  return [
    binary(name, [int, int], INT, (a, b) => BigInt.asIntN(64, bits(a, b))),
    binary(name, [uint, uint], UINT, (a, b) => new Uint(bits(a.value, b.value) & MASK)),
  ];
}

/** WHY: beyond 64 all bits are gone, and `1n << 2n ** 60n` would exhaust memory. */
function shift(name: string, bits: Bits): readonly Overload[] {
  const by = (count: bigint, body: (count: bigint) => Operand): Operand =>
    count < 0n ? NEGATIVE_SHIFT : body(count > 64n ? 64n : count);
  return [
    binary(name, [int, int], INT, (a, count) =>
      by(count, (n) => BigInt.asIntN(64, bits(BigInt.asUintN(64, a), n))),
    ),
    binary(name, [uint, int], UINT, (a, count) =>
      by(count, (n) => new Uint(bits(a.value, n) & MASK)),
    ),
  ];
}

function roots(): readonly Overload[] {
  return [
    unary("math.sqrt", double, DOUBLE, Math.sqrt),
    unary("math.sqrt", int, DOUBLE, (value) => Math.sqrt(Number(value))),
    unary("math.sqrt", uint, DOUBLE, (value) => Math.sqrt(Number(value.value))),
  ];
}

/** The `math` extension of cel-go. */
export const MATH: readonly Overload[] = [
  ...extremes("math.greatest", 1),
  ...extremes("math.least", -1),
  rounding("math.ceil", Math.ceil),
  rounding("math.floor", Math.floor),
  rounding("math.round", roundHalfAway),
  rounding("math.trunc", Math.trunc),
  ...signs(),
  ...roots(),
  unary("math.isNaN", double, BOOL, Number.isNaN),
  unary("math.isInf", double, BOOL, (value) => Math.abs(value) === Infinity),
  unary("math.isFinite", double, BOOL, Number.isFinite),
  ...bitPair("math.bitAnd", (a, b) => a & b),
  ...bitPair("math.bitOr", (a, b) => a | b),
  ...bitPair("math.bitXor", (a, b) => a ^ b),
  unary("math.bitNot", int, INT, (value) => ~value),
  unary("math.bitNot", uint, UINT, (value) => new Uint(~value.value & MASK)),
  ...shift("math.bitShiftLeft", (a, n) => a << n),
  ...shift("math.bitShiftRight", (a, n) => a >> n),
];
