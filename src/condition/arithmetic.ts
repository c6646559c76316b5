import { strict } from "./logic.ts";
import { spend, textSteps, TOO_COSTLY } from "./meter.ts";
import { durationOf, timestampOf } from "./time.ts";
import {
  NoValue,
  Duration,
  Failure,
  isList,
  PartialList,
  Timestamp,
  Uint,
  type Value,
} from "./value.ts";

const OVERFLOW = new Failure("integer overflow");
const UINT_OVERFLOW = new Failure("unsigned integer overflow");
const TIME_RANGE = new Failure("time out of range");
const BY_ZERO = new Failure("division by zero");
const TOO_LARGE = new Failure("the result is too large");
const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const UMAX = 2n ** 64n - 1n;

/** Longest string and list that conditions may build. */
export const MAX_STRING = 1 << 24;
export const MAX_LIST = 1_000_000;

/** `value` as a CEL int, or the overflow. */
export function int(value: bigint): bigint | Failure {
  return value < MIN || value > MAX ? OVERFLOW : value;
}

/** `value` as a CEL uint, or the overflow. */
export function uint(value: bigint): Uint | Failure {
  return value < 0n || value > UMAX ? UINT_OVERFLOW : new Uint(value);
}

function noOverload(op: string, a: Value | NoValue, b: Value | NoValue): NoValue {
  if (a instanceof NoValue) return b instanceof NoValue ? strict(a, b) : a;
  return b instanceof NoValue
    ? b
    : new Failure(`no such overload: these two values do not take \`${op}\``);
}

function addTimes(a: Value | NoValue, b: Value | NoValue): Value | undefined | NoValue {
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampOf(a.nanos + b.nanos) ?? TIME_RANGE;
  if (a instanceof Duration && b instanceof Timestamp)
    return timestampOf(a.nanos + b.nanos) ?? TIME_RANGE;
  if (a instanceof Duration && b instanceof Duration)
    return durationOf(a.nanos + b.nanos) ?? TIME_RANGE;
  return undefined;
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function addBytes(a: Uint8Array, b: Uint8Array): Uint8Array | Failure {
  if (a.length + b.length > MAX_STRING) return TOO_LARGE;
  return spend((a.length + b.length) >> 4) ? joinBytes(a, b) : TOO_COSTLY;
}

function addPartial(a: Value | NoValue, b: Value | NoValue): PartialList | undefined {
  if (b instanceof PartialList && a instanceof PartialList) {
    const others =
      a.others === undefined || b.others === undefined ? undefined : [...a.others, ...b.others];
    return new PartialList([...a.items, ...b.items], strict(a.rest, b.rest), others);
  }
  if (a instanceof PartialList)
    return isList(b) ? new PartialList([...a.items, ...b], a.rest, a.others) : undefined;
  return b instanceof PartialList && isList(a)
    ? new PartialList([...a, ...b.items], b.rest, b.others)
    : undefined;
}

function addLists(a: Value | NoValue, b: Value | NoValue): Value | NoValue | undefined {
  if (a instanceof PartialList || b instanceof PartialList) return addPartial(a, b);
  if (!isList(a)) return undefined;
  if (!isList(b)) return undefined;
  if (a.length + b.length > MAX_LIST) return TOO_LARGE;
  return spend(a.length + b.length) ? [...a, ...b] : TOO_COSTLY;
}

function addTexts(a: string, b: string): string | Failure {
  if (a.length + b.length > MAX_STRING) return TOO_LARGE;
  return spend(textSteps(a) + textSteps(b)) ? a + b : TOO_COSTLY;
}

/** `a + b`. */
export function add(a: Value | NoValue, b: Value | NoValue): Value | NoValue {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "bigint" && typeof b === "bigint") return int(a + b);
  if (typeof a === "string" && typeof b === "string") return addTexts(a, b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return addBytes(a, b);
  return addTimes(a, b) ?? addLists(a, b) ?? noOverload("+", a, b);
}

/** `a - b`. */
export function subtract(a: Value | NoValue, b: Value | NoValue): Value | NoValue {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "bigint" && typeof b === "bigint") return int(a - b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value - b.value);
  if (a instanceof Timestamp && b instanceof Timestamp)
    return durationOf(a.nanos - b.nanos) ?? TIME_RANGE;
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampOf(a.nanos - b.nanos) ?? TIME_RANGE;
  if (a instanceof Duration && b instanceof Duration)
    return durationOf(a.nanos - b.nanos) ?? TIME_RANGE;
  return noOverload("-", a, b);
}

/** `a * b`. */
export function multiply(a: Value | NoValue, b: Value | NoValue): Value | NoValue {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "bigint" && typeof b === "bigint") return int(a * b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value * b.value);
  return noOverload("*", a, b);
}

/** `a / b`; whole numbers round toward zero, doubles by zero give an infinity or NaN. */
export function divide(a: Value | NoValue, b: Value | NoValue): Value | NoValue {
  if (typeof a === "number" && typeof b === "number") return a / b;
  if (typeof a === "bigint" && typeof b === "bigint") return b === 0n ? BY_ZERO : int(a / b);
  if (a instanceof Uint && b instanceof Uint)
    return b.value === 0n ? BY_ZERO : uint(a.value / b.value);
  return noOverload("/", a, b);
}

/** `a % b`, on whole numbers only; the sign is that of `a`. */
export function remainder(a: Value | NoValue, b: Value | NoValue): Value | NoValue {
  if (typeof a === "bigint" && typeof b === "bigint") return b === 0n ? BY_ZERO : a % b;
  if (a instanceof Uint && b instanceof Uint)
    return b.value === 0n ? BY_ZERO : uint(a.value % b.value);
  return noOverload("%", a, b);
}

const NOT_NEGATABLE = new Failure("no such overload: this value does not take `-`");

/** `-a`. */
export function negate(a: Value | NoValue): Value | NoValue {
  if (typeof a === "number") return -a;
  if (typeof a === "bigint") return int(-a);
  if (a instanceof NoValue) return a;
  return a instanceof Duration ? new Duration(-a.nanos) : NOT_NEGATABLE;
}
