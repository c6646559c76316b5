import { BASE64 } from "./functions/base64.ts";
import { CALENDAR } from "./functions/calendar.ts";
import { CONVERSIONS } from "./functions/conversions.ts";
import { DETECT } from "./functions/detect.ts";
import { FORMAT } from "./functions/format.ts";
import { LISTS } from "./functions/lists.ts";
import { LINKS } from "./functions/links.ts";
import { MATH } from "./functions/math.ts";
import { OPTIONALS } from "./functions/optionals.ts";
import { PLACES } from "./functions/places.ts";
import { SETS } from "./functions/sets.ts";
import { SHELL } from "./functions/shell.ts";
import { STRINGS } from "./functions/strings.ts";
import { BASIC } from "./functions/basic.ts";
import type { Overload } from "./functions/overload.ts";
import { badAmong } from "./logic.ts";
import { Failure, type Bad, type Value } from "./value.ts";

const ALL: readonly Overload[] = [...BASIC, ...CONVERSIONS, ...CALENDAR, ...STRINGS, ...FORMAT, ...MATH, ...SETS, ...LISTS, ...OPTIONALS, ...BASE64, ...PLACES, ...LINKS, ...SHELL, ...DETECT];

const BY_NAME = new Map<string, Overload[]>();
for (const overload of ALL) {
  const others = BY_NAME.get(overload.name);
  if (others === undefined) BY_NAME.set(overload.name, [overload]);
  else others.push(overload);
}

/** All overloads of a function by its full name; methods have a dot before theirs: `size`, `.size`, `math.greatest`. */
export function overloadsOf(name: string): readonly Overload[] {
  return BY_NAME.get(name) ?? [];
}

/** The names of all functions and, with a leading dot, methods. */
export function functionNames(): Iterable<string> {
  return BY_NAME.keys();
}

/** One function as compiled code calls it. Strict: error beats unknown among its arguments (design 3.5). */
export interface Callable {
  (args: readonly (Value | Bad)[]): Value | Bad;
}

/** The function `name` for `arity` arguments, its target included; undefined where there is none. */
export function callable(name: string, arity: number): Callable | undefined {
  const overloads = overloadsOf(name).filter((overload) => overload.params.length === arity);
  if (overloads.length === 0) return undefined;
  const none = new Failure(`no such overload: \`${name.replace(/^\./, "")}\` does not take these arguments`);
  return (args) => {
    for (const overload of overloads) {
      const result = overload.call(args);
      if (result !== undefined) return result;
    }
    return badAmong(args) ?? none;
  };
}
export { normalizeDomain, normalizePath, normalizeUrl } from "./normalize.ts";
