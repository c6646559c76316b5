import { ADDRESSES } from "./functions/addresses.ts";
import { BASE64 } from "./functions/base64.ts";
import { CALENDAR } from "./functions/calendar.ts";
import { CONVERSIONS } from "./functions/conversions.ts";
import { DETECT } from "./functions/detect.ts";
import { FORMAT } from "./functions/format.ts";
import { LISTS } from "./functions/lists.ts";
import { LINKS } from "./functions/links.ts";
import { JSON_TEXTS } from "./functions/json-texts.ts";
import { MAPS } from "./functions/maps.ts";
import { MATH } from "./functions/math.ts";
import { OPTIONALS } from "./functions/optionals.ts";
import { PLACES } from "./functions/places.ts";
import { SETS } from "./functions/sets.ts";
import { SHELL } from "./functions/shell.ts";
import { STRINGS } from "./functions/strings.ts";
import { BASIC } from "./functions/basic.ts";
import type { Overload } from "./functions/overload.ts";
import { badAmong } from "./logic.ts";
import { spend, TOO_COSTLY } from "./meter.ts";
import { Failure, isList, type NoValue, type Value } from "./value.ts";

const ALL: readonly Overload[] = [
  ...BASIC,
  ...CONVERSIONS,
  ...CALENDAR,
  ...STRINGS,
  ...FORMAT,
  ...MATH,
  ...SETS,
  ...LISTS,
  ...MAPS,
  ...JSON_TEXTS,
  ...OPTIONALS,
  ...BASE64,
  ...PLACES,
  ...ADDRESSES,
  ...LINKS,
  ...SHELL,
  ...DETECT,
];

function byName(overloads: readonly Overload[]): ReadonlyMap<string, readonly Overload[]> {
  const grouped = new Map<string, Overload[]>();
  for (const overload of overloads) {
    const others = grouped.get(overload.name);
    if (others === undefined) grouped.set(overload.name, [overload]);
    else others.push(overload);
  }
  return grouped;
}

const BY_NAME = byName(ALL);

/**
 * All overloads of a function by its full name; methods have a dot before theirs: `size`, `.size`,
 * `math.greatest`.
 */
export function overloadsOf(name: string): readonly Overload[] {
  return BY_NAME.get(name) ?? [];
}

/** The names of all functions and, with a leading dot, methods. */
export function functionNames(): Iterable<string> {
  return BY_NAME.keys();
}

/**
 * Functions that look at each character of a text: steps a character, instead of one for sixteen.
 */
const STEPS_A_CHARACTER: ReadonlyMap<string, number> = new Map([
  ["matches", 1],
  ["detect", 4],
  ["json", 1],
  ["commands", 4],
  ["links", 1 / 2],
  ["shell", 4],
  ...["charAt", "indexOf", "lastIndexOf", "substring", "split", "replace", "reverse", "quote"].map(
    (name) => [name, 1 / 4] as const,
  ),
]);

function sizeSteps(value: Value | NoValue | undefined, aCharacter: number): number {
  if (typeof value === "string") return value.length * aCharacter;
  if (value instanceof Uint8Array) return value.length >> 4;
  return isList(value) ? value.length : 0;
}

/** The steps of a call: what it takes to look through its arguments once. */
function callSteps(args: readonly (Value | NoValue)[], aCharacter: number): number {
  let steps = 1;
  for (const arg of args) steps += sizeSteps(arg, aCharacter);
  return steps;
}

/**
 * One function as compiled code calls it. Strict: error beats unknown among its arguments (design
 * 3.5).
 */
export interface Callable {
  (args: readonly (Value | NoValue)[]): Value | NoValue;
}

/**
 * The function `name` for `arity` arguments, its target included; undefined where there is none.
 */
export function callable(name: string, arity: number): Callable | undefined {
  const overloads = overloadsOf(name).filter((overload) => overload.params.length === arity);
  if (overloads.length === 0) return undefined;
  const word = name.replace(/^\./, "");
  const none = new Failure(`no such overload: \`${word}\` does not take these arguments`);
  const aCharacter = STEPS_A_CHARACTER.get(word.replace(/^.*\./, "")) ?? 1 / 16;
  return (args) => {
    if (!spend(callSteps(args, aCharacter))) return TOO_COSTLY;
    for (const overload of overloads) {
      const result = overload.call(args);
      if (result !== undefined) return spend(sizeSteps(result, 1 / 16)) ? result : TOO_COSTLY;
    }
    return badAmong(args) ?? none;
  };
}
