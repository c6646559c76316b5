import { MAX_STRING } from "../arithmetic.ts";
import { STRING } from "../types.ts";
import { NoValue, Failure, Uint, type Value } from "../value.ts";
import { numberText, textOf } from "./format-text.ts";
import { binary, list, string, type Overload } from "./overload.ts";

const BAD_CLAUSE = new Failure("`format` supports %s, %d, %f, %e, %b, %o, %x, %X and %%");
const TOO_FEW = new Failure("`format` has fewer arguments than placeholders");
const MISFIT = new Failure(
  "no such overload: this argument does not fit its placeholder in `format`",
);
const TOO_LARGE = new Failure("the result is too large");
const MAX_PRECISION = 60;
/** Digits beyond the wanted ones in which a double that is no exact tie differs from one. */
const GUARD = 30;

/**
 * Whether the digits that `long` has beyond `short` are exactly a half: then the even neighbour is
 * right.
 */
function isTie(long: string, digits: number): boolean {
  return /^50*$/.test(long.slice(digits));
}

function mantissa(precision: number, write: (precision: number) => string): string {
  const rounded = write(precision);
  const [long = ""] = write(precision + GUARD).split("e");
  const cut = long.length - GUARD;
  if (!isTie(long, cut) || precision + GUARD > 100) return rounded;
  const down = long.slice(0, cut).replace(/\.$/, "");
  return /[02468]$/.test(down)
    ? down + rounded.slice(rounded.split("e")[0]?.length ?? rounded.length)
    : rounded;
}

function fixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  if (Math.abs(value) >= 1e21)
    return precision === 0 ? BigInt(value).toString() : `${BigInt(value)}.${"0".repeat(precision)}`;
  return mantissa(precision, (digits) => value.toFixed(digits));
}

function exponential(value: number, precision: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  return mantissa(precision, (digits) => value.toExponential(digits)).replace(
    /e([+-])(\d)$/,
    "e$10$2",
  );
}

function asDouble(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint ? Number(value.value) : undefined;
}

function asInteger(value: Value): bigint | undefined {
  if (typeof value === "bigint") return value;
  return value instanceof Uint ? value.value : undefined;
}

function decimal(value: Value): string | NoValue {
  return typeof value === "number" ? numberText(value) : (asInteger(value)?.toString() ?? MISFIT);
}

function hex(value: Value): string | NoValue {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array)
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return asInteger(value)?.toString(16) ?? MISFIT;
}

function upper(text: string | NoValue): string | NoValue {
  return typeof text === "string" ? text.toUpperCase() : text;
}

function real(value: Value, write: (value: number) => string): string | NoValue {
  const number = asDouble(value);
  return number === undefined ? MISFIT : write(number);
}

function clauseText(letter: string, precision: number, value: Value): string | NoValue {
  switch (letter) {
    case "s":
      return textOf(value);
    case "d":
      return decimal(value);
    case "f":
      return real(value, (number) => fixed(number, precision));
    case "e":
      return real(value, (number) => exponential(number, precision));
    case "b":
      return typeof value === "boolean"
        ? String(Number(value))
        : (asInteger(value)?.toString(2) ?? MISFIT);
    case "o":
      return asInteger(value)?.toString(8) ?? MISFIT;
    case "x":
      return hex(value);
    default:
      return upper(hex(value));
  }
}

const CLAUSE = /%(?:(%)|(?:\.(\d{1,3}))?([sdfebxXo]))/y;

interface Progress {
  text: string;
  used: number;
}

function expandClause(
  progress: Progress,
  clause: RegExpExecArray,
  args: readonly Value[],
): NoValue | undefined {
  if (clause[1] === "%") {
    progress.text += "%";
    return undefined;
  }
  const value = args[progress.used++];
  const precision = Number(clause[2] ?? "6");
  if (value === undefined) return TOO_FEW;
  if (precision > MAX_PRECISION) return BAD_CLAUSE;
  const text = clauseText(clause[3] ?? "", precision, value);
  if (text instanceof NoValue) return text;
  progress.text += text;
  return progress.text.length > MAX_STRING ? TOO_LARGE : undefined;
}

function format(template: string, args: readonly Value[]): string | NoValue {
  const progress: Progress = { text: "", used: 0 };
  let from = 0;
  for (let at = template.indexOf("%"); at >= 0; at = template.indexOf("%", from)) {
    progress.text += template.slice(from, at);
    CLAUSE.lastIndex = at;
    const clause = CLAUSE.exec(template);
    if (clause === null) return BAD_CLAUSE;
    const bad = expandClause(progress, clause, args);
    if (bad !== undefined) return bad;
    from = at + clause[0].length;
  }
  return progress.text + template.slice(from);
}

/**
 * `template.format(list)` of the `strings` extension of cel-go; `%f` and `%e` round halves to even.
 */
export const FORMAT: readonly Overload[] = [binary(".format", [string, list], STRING, format)];
