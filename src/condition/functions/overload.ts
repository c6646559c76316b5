import { isMap, type AnyMap } from "../maps.ts";
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  TIMESTAMP,
  UINT,
  type Type,
} from "../types.ts";
import {
  NoValue,
  Duration,
  isList,
  Optional,
  PartialList,
  Timestamp,
  Uint,
  type Value,
} from "../value.ts";

export type Operand = Value | NoValue;

/** What one parameter takes: its type for the checker, its test at run time. */
export interface Param<T extends Value> {
  readonly type: Type;
  accepts(value: Operand): value is T;
}

/**
 * One way to call a function. `name` starts with a dot for methods, whose first parameter is the
 * target.
 */
export interface Overload {
  readonly name: string;
  readonly params: readonly Type[];
  /** The type of the result, from those of the arguments. */
  result(args: readonly Type[]): Type;
  /** The result; undefined where the arguments do not fit. */
  call(args: readonly Operand[]): Operand | undefined;
}

export const bool: Param<boolean> = {
  type: BOOL,
  accepts: (v): v is boolean => typeof v === "boolean",
};
export const string: Param<string> = {
  type: STRING,
  accepts: (v): v is string => typeof v === "string",
};
export const int: Param<bigint> = { type: INT, accepts: (v): v is bigint => typeof v === "bigint" };
export const double: Param<number> = {
  type: DOUBLE,
  accepts: (v): v is number => typeof v === "number",
};
export const uint: Param<Uint> = { type: UINT, accepts: (v): v is Uint => v instanceof Uint };
export const bytes: Param<Uint8Array> = {
  type: BYTES,
  accepts: (v): v is Uint8Array => v instanceof Uint8Array,
};
export const timestamp: Param<Timestamp> = {
  type: TIMESTAMP,
  accepts: (v): v is Timestamp => v instanceof Timestamp,
};
export const duration: Param<Duration> = {
  type: DURATION,
  accepts: (v): v is Duration => v instanceof Duration,
};
export const optional: Param<Optional> = {
  type: optionalOf(DYN),
  accepts: (v): v is Optional => v instanceof Optional,
};
export const map: Param<AnyMap> = { type: mapOf(DYN, DYN), accepts: (v): v is AnyMap => isMap(v) };
export const dyn: Param<Value> = { type: DYN, accepts: (v): v is Value => !(v instanceof NoValue) };
/** A list whose length is known; elements may be NoValue. */
export const anyList: Param<readonly Operand[]> = {
  type: listOf(DYN),
  accepts: (v): v is readonly Operand[] => isList(v),
};
/** A list of which every element is known. */
export const list: Param<readonly Value[]> = {
  type: listOf(DYN),
  accepts: (v): v is readonly Value[] =>
    isList(v) && !(v instanceof PartialList) && v.every((element) => !(element instanceof NoValue)),
};

/** The result type of an overload: fixed, or made from the types of the arguments. */
export type ResultType = Type | ((args: readonly Type[]) => Type);

function resultOf(result: ResultType): (args: readonly Type[]) => Type {
  return typeof result === "function" ? result : () => result;
}

export function constant(name: string, result: Type, value: Value): Overload {
  return { name, params: [], result: () => result, call: () => value };
}

export function unary<A extends Value>(
  name: string,
  a: Param<A>,
  result: ResultType,
  body: (a: A) => Operand,
): Overload {
  return {
    name,
    params: [a.type],
    result: resultOf(result),
    call: ([x]) => (x !== undefined && a.accepts(x) ? body(x) : undefined),
  };
}

export function binary<A extends Value, B extends Value>(
  name: string,
  [a, b]: readonly [Param<A>, Param<B>],
  result: ResultType,
  body: (a: A, b: B) => Operand,
): Overload {
  return {
    name,
    params: [a.type, b.type],
    result: resultOf(result),
    call: ([x, y]) =>
      x !== undefined && y !== undefined && a.accepts(x) && b.accepts(y) ? body(x, y) : undefined,
  };
}

export function ternary<A extends Value, B extends Value, C extends Value>(
  name: string,
  [a, b, c]: readonly [Param<A>, Param<B>, Param<C>],
  result: ResultType,
  body: (a: A, b: B, c: C) => Operand,
): Overload {
  return {
    name,
    params: [a.type, b.type, c.type],
    result: resultOf(result),
    call: ([x, y, z]) =>
      x !== undefined &&
      y !== undefined &&
      z !== undefined &&
      a.accepts(x) &&
      b.accepts(y) &&
      c.accepts(z)
        ? body(x, y, z)
        : undefined,
  };
}

/** The element type of the list in `args[0]`. */
export function elementOf(args: readonly Type[]): Type {
  const [first] = args;
  return first?.kind === "list" ? first.element : DYN;
}

/** The type of `args[0]`. */
export function sameAsFirst(args: readonly Type[]): Type {
  return args[0] ?? DYN;
}
