import type { Expr } from "../../condition/ast.ts";
import type { Dictionary } from "../../trace/columns/dictionary.ts";

/** Whether an expression names an attribute by its plain path. */
export function isPath(expr: Expr): boolean {
  return (
    expr.kind === "ident" || (expr.kind === "select" && !expr.optional && isPath(expr.operand))
  );
}

/**
 * The number that an expression writes; undefined: it writes none, or one that a double does not
 * hold.
 */
function written(expr: Expr): number | undefined {
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = written(expr.operand);
    return inner === undefined ? undefined : -inner;
  }
  if (expr.kind !== "literal") return undefined;
  const { literal } = expr;
  if (literal.type === "double") return Number.isNaN(literal.value) ? undefined : literal.value;
  if (literal.type !== "int" && literal.type !== "uint") return undefined;
  const value = Number(literal.value);
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * A text that an expression writes, as bytes; undefined: it writes none, or one that no UTF-8
 * holds.
 */
function writtenText(expr: Expr): Uint8Array | undefined {
  if (expr.kind !== "literal" || expr.literal.type !== "string") return undefined;
  const { value } = expr.literal;
  return /\p{Surrogate}/u.test(value) ? undefined : encoder.encode(value);
}

const encoder = new TextEncoder();
const ORDER: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/** Whether the bytes of a text between two places pass; they hold no escapes. */
export type BytesTest = (pool: Uint8Array, from: number, to: number) => boolean;

/**
 * What is all that an atom asks of one attribute: how a number stands to a bound, or whether a text
 * begins, ends or goes on in a certain way. Values that are alike in that are alike to the atom.
 */
export type PlainAtom = { readonly bound: number } | { readonly test: BytesTest };

/** What an atom asks of its attribute, where that is plain; undefined: it asks more. */
export function plainAtom(expr: Expr): PlainAtom | undefined {
  if (expr.kind === "call") return callOf(expr);
  if (expr.kind !== "binary") return undefined;
  if (expr.op === "in") return isPath(expr.left) ? listOf(expr.right) : undefined;
  if (!ORDER.has(expr.op)) return undefined;
  const literal = isPath(expr.left) ? expr.right : isPath(expr.right) ? expr.left : undefined;
  const bound = literal === undefined ? undefined : written(literal);
  if (bound !== undefined) return { bound };
  const text =
    literal === undefined || (expr.op !== "==" && expr.op !== "!=")
      ? undefined
      : writtenText(literal);
  return text === undefined
    ? undefined
    : { test: (pool, from, to) => to - from === text.length && standsAt(pool, from, text) };
}

function callOf({ name, target, args }: Extract<Expr, { kind: "call" }>): PlainAtom | undefined {
  const [arg] = args;
  const text =
    target === undefined || !isPath(target) || arg === undefined || args.length !== 1
      ? undefined
      : writtenText(arg);
  if (text === undefined) return undefined;
  if (name === "startsWith")
    return { test: (pool, from, to) => to - from >= text.length && standsAt(pool, from, text) };
  if (name === "endsWith")
    return {
      test: (pool, from, to) => to - from >= text.length && standsAt(pool, to - text.length, text),
    };
  return name === "contains"
    ? { test: (pool, from, to) => standsIn(pool, from, to, text) }
    : undefined;
}

function listOf(expr: Expr): PlainAtom | undefined {
  if (expr.kind !== "list") return undefined;
  const texts = expr.elements.map(({ value, optional }) =>
    optional ? undefined : writtenText(value),
  );
  const sound = texts.filter((text) => text !== undefined);
  if (sound.length < texts.length) return undefined;
  return {
    test: (pool, from, to) =>
      sound.some((text) => to - from === text.length && standsAt(pool, from, text)),
  };
}

function standsAt(pool: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (pool[at + i] !== text[i]) return false;
  return true;
}

function standsIn(pool: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  for (let at = from; at + text.length <= to; at++) if (standsAt(pool, at, text)) return true;
  return false;
}

const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const DIGITS = 15;
const TENS = Array.from({ length: DIGITS + 1 }, (_, i) => 10 ** i);

/**
 * The number whose JSON text a dictionary holds, read off its bytes; NaN: it is none, or one that
 * wants a parser. Up to fifteen digits are an exact whole number, and a power of ten is one too, so
 * their quotient is the number nearest.
 */
function numberOf({ pool, offsets }: Dictionary, code: number): number {
  let at = offsets[code] ?? 0;
  const end = offsets[code + 1] ?? 0;
  const negative = pool[at] === MINUS;
  if (negative) at++;
  if (at === end || end - at > DIGITS + 1) return NaN;
  let whole = 0;
  let digits = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const byte = pool[at] ?? 0;
    if (byte === DOT) fraction = digits;
    else {
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9) return NaN;
      whole = 10 * whole + digit;
      digits++;
    }
  }
  if (digits > DIGITS) return NaN;
  const value = fraction < 0 ? whole : whole / (TENS[digits - fraction] ?? NaN);
  return negative ? -value : value;
}

const QUOTE = 34;
const BACKSLASH = 92;
/** INVARIANT: a mask of so many bits is an exact whole number. */
const MOST_TESTS = 30;

/**
 * The values of a column by what plain atoms ask of them. A number's class is its place among the
 * bounds: one class between two neighbours, and one for each bound itself. A text's is which tests
 * it passes. Atoms on numbers take all texts alike, and those on texts all numbers.
 */
export class PlainClasses {
  readonly #bounds: Float64Array;
  readonly #tests: readonly BytesTest[];
  readonly #numbers: Int32Array;
  readonly #texts = new Map<number, number>();

  private constructor(atoms: readonly PlainAtom[]) {
    this.#bounds = Float64Array.from(
      new Set(atoms.flatMap((atom) => ("bound" in atom ? [atom.bound] : []))),
    ).sort();
    this.#tests = atoms.flatMap((atom) => ("test" in atom ? [atom.test] : []));
    this.#numbers = new Int32Array(2 * this.#bounds.length + 1).fill(-1);
  }

  /** Undefined where one of the atoms asks more. */
  static of(atoms: readonly (PlainAtom | undefined)[]): PlainClasses | undefined {
    const plain = atoms.filter((atom) => atom !== undefined);
    return plain.length < atoms.length || plain.filter((atom) => "test" in atom).length > MOST_TESTS
      ? undefined
      : new PlainClasses(plain);
  }

  /**
   * The number that `make` gives for any value that is alike to this one; undefined: what stands
   * there is neither a plain number nor a plain text.
   */
  number(dictionary: Dictionary, code: number, make: () => number): number | undefined {
    const start = dictionary.offsets[code] ?? 0;
    return dictionary.pool[start] === QUOTE
      ? this.#ofText(dictionary, code, make)
      : this.#ofNumber(numberOf(dictionary, code), make);
  }

  #ofNumber(value: number, make: () => number): number | undefined {
    if (Number.isNaN(value)) return undefined;
    const at = this.#place(value);
    const known = this.#numbers[at] ?? -1;
    return known >= 0 ? known : (this.#numbers[at] = make());
  }

  #place(value: number): number {
    const bounds = this.#bounds;
    let low = 0;
    for (let high = bounds.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return bounds[low] === value ? 2 * low + 1 : 2 * low;
  }

  #ofText({ pool, offsets }: Dictionary, code: number, make: () => number): number | undefined {
    const from = (offsets[code] ?? 0) + 1;
    const to = (offsets[code + 1] ?? 0) - 1;
    for (let at = from; at < to; at++) if (pool[at] === BACKSLASH) return undefined;
    let mask = 0;
    for (const test of this.#tests) mask = 2 * mask + (test(pool, from, to) ? 1 : 0);
    const known = this.#texts.get(mask);
    if (known !== undefined) return known;
    const made = make();
    this.#texts.set(mask, made);
    return made;
  }
}
