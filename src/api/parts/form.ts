import type { CountsPart } from "../../documents/trace-part.ts";
import { PAGE_WORDS } from "../../trace/bit-set.ts";
import { isJsonObject } from "../../request/json.ts";

/** Numbers of a page of a set of bits: its own, and its words. */
const PAGE = 1 + PAGE_WORDS;

/** Tells whether a value has a form. */
export type Form<T> = (value: unknown) => value is T;

/** The form of each member of an object. */
export type Members<T> = { readonly [Name in keyof T]-?: Form<T[Name]> };

export const isText: Form<string> = (value): value is string => typeof value === "string";
export const isFlag: Form<boolean> = (value): value is boolean => typeof value === "boolean";
/** So much nothing counts up to in one part; the sums of a hundred thousand parts stay exact. */
const MOST = 2 ** 36;
/** A whole number from 0 on. */
export const isCount: Form<number> = (value): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < MOST;
/** The times that there are, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;
export const isTime: Form<number> = (value): value is number =>
  isNumber(value) && Math.abs(value) <= LAST_TIME;
export const isNumber: Form<number> = (value): value is number => Number.isFinite(value);

/** One of some texts or numbers. */
export function oneOf<const T extends string | number>(...all: readonly T[]): Form<T> {
  return (value): value is T => all.some((one) => one === value);
}

export function orNull<T>(form: Form<T>): Form<T | null> {
  return (value): value is T | null => value === null || form(value);
}

/** A member that may be missing. */
export function maybe<T>(form: Form<T>): Form<T | undefined> {
  return (value): value is T | undefined => value === undefined || form(value);
}

export function listOf<T>(form: Form<T>): Form<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(form);
}

/** A list of exactly two. */
export function pairOf<A, B>(first: Form<A>, second: Form<B>): Form<readonly [A, B]> {
  return (value): value is readonly [A, B] =>
    Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}

/** A hash: sixteen hexadecimal digits. */
export const hash: Form<string> = (value): value is string =>
  typeof value === "string" && /^[0-9a-f]{16}$/.test(value);
export const numbers = listOf(isCount);
/** Numbers of 32 bits. */
const words: Form<readonly number[]> = (value): value is readonly number[] =>
  numbers(value) && value.every((one) => one < 2 ** 32);
/** Hashes of 64 bits, two numbers each. */
export const halves: Form<readonly number[]> = (value): value is readonly number[] =>
  words(value) && value.length % 2 === 0;
/** What a set of bits tells of itself. */
export const bits: Form<readonly number[]> = (value): value is readonly number[] =>
  words(value) && value.length % PAGE === 0;
export const texts = listOf(isText);
/** How often each key came. */
export const counts: Form<CountsPart> = listOf(pairOf(isText, isCount));

/** An object that has all these members; it may have more. */
export function objectOf<T>(members: Members<T>): Form<T> {
  const forms: readonly (readonly [string, Form<unknown>])[] = Object.entries(members);
  return (value): value is T =>
    isJsonObject(value) &&
    forms.every(([name, form]) => form(Object.hasOwn(value, name) ? value[name] : undefined));
}
