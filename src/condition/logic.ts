import {
  NoValue,
  Failure,
  isList,
  PartialList,
  PartialRecord,
  Unknown,
  type Value,
} from "./value.ts";

const NOT_BOOLEAN = new Failure("no such overload: a condition is not a boolean");

/**
 * Adds an operand that decided nothing to what is known against `&&`, `||` or a macro: unknown
 * beats error, unknowns unite; a value that is no boolean is an error (design 3.5).
 */
export function undecided(before: NoValue | undefined, operand: Value | NoValue): NoValue {
  const bad = operand instanceof NoValue ? operand : NOT_BOOLEAN;
  if (before === undefined || before === bad) return bad;
  if (before instanceof Unknown) return bad instanceof Unknown ? before.with(bad) : before;
  return bad instanceof Unknown ? bad : before;
}

/**
 * Like {@link undecided} for every other operator and function: error beats unknown, the first
 * error stays.
 */
export function strict(before: NoValue | undefined, bad: NoValue): NoValue {
  if (before === undefined || before === bad) return bad;
  if (before instanceof Unknown) return bad instanceof Unknown ? before.with(bad) : bad;
  return before;
}

/**
 * What the elements that a list may also have make of a macro, where `result` is the macro's body
 * on such an element.
 */
export function unseen(result: Value | NoValue, rest: NoValue): NoValue {
  return rest instanceof Unknown && result instanceof Unknown ? rest.with(result) : rest;
}

/** `!operand` where it is neither true nor false. */
export function notBoolean(operand: Value | NoValue): NoValue {
  return operand instanceof NoValue ? operand : NOT_BOOLEAN;
}

function maskedMembers(record: PartialRecord): NoValue | undefined {
  let bad: NoValue | undefined;
  for (const value of record.members.values())
    if (value instanceof NoValue) bad = strict(bad, value);
  return bad;
}

/** Why the members of `record` cannot all be told; undefined where they can. */
export function incomplete(record: PartialRecord): NoValue | undefined {
  const masked = maskedMembers(record);
  return record.open ? strict(masked, new Unknown([record.path])) : masked;
}

/**
 * Why `value` cannot be taken as a whole: it is NoValue, or a list or record with members that are;
 * undefined where it can.
 */
export function badPart(value: Value | NoValue): NoValue | undefined {
  if (value instanceof NoValue) return value;
  if (value instanceof PartialList) return value.rest;
  if (value instanceof PartialRecord) return incomplete(value);
  if (!isList(value)) return undefined;
  let bad: NoValue | undefined;
  for (const element of value) if (element instanceof NoValue) bad = strict(bad, element);
  return bad;
}

/** All that {@link badPart} finds in `values`, as a strict function sees it. */
export function badAmong(values: readonly (Value | NoValue)[]): NoValue | undefined {
  let bad: NoValue | undefined;
  for (const value of values) {
    const part = badPart(value);
    if (part !== undefined) bad = strict(bad, part);
  }
  return bad;
}
