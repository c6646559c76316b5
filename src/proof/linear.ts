import { literalNumber } from "../condition/literal-value.ts";
import type { Expr } from "../condition/ast.ts";
import { EQUAL, GREATER, LESS, NOT_A_NUMBER, NUMBER, type Cell } from "./cell.ts";
import type { Literal, Variable } from "./formula.ts";
import { minus, plus, solve, times, type Inequality, type Sum } from "./linear-system.ts";
import { rational, sign, ZERO } from "./rational.ts";
import type { Model } from "./model.ts";
import { attribute, pathOf } from "./variables.ts";

/**
 * A term that is a sum of numbers. `rounds`: how often its double is rounded on the way; more than
 * once, and only its operands are understood.
 */
interface Term {
  readonly sum: Sum;
  readonly rounds: number;
}

function constant(value: number): Term {
  return { sum: { factors: new Map(), constant: rational(value) }, rounds: 0 };
}

function unknownOf(path: readonly string[]): Term {
  const factors = new Map([[JSON.stringify(path), rational(1)]]);
  return { sum: { factors, constant: ZERO }, rounds: 0 };
}

/** A literal number that no reckoning rounds. */
function exactNumber(expr: Expr): number | undefined {
  const value = literalNumber(expr) ?? NaN;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function productOf(left: Expr, right: Expr): Term | undefined {
  const [a, b] = [exactNumber(left), exactNumber(right)];
  const [factor, other] = a === undefined ? [b, left] : [a, right];
  const term = termOf(other);
  return factor === undefined || term === undefined
    ? undefined
    : { sum: times(term.sum, rational(factor)), rounds: term.rounds + 1 };
}

/** What an expression adds up; undefined: it is something else. */
function termOf(expr: Expr): Term | undefined {
  const number = exactNumber(expr);
  if (number !== undefined) return constant(number);
  const path = pathOf(expr);
  if (path !== undefined) return unknownOf(path);
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = termOf(expr.operand);
    return inner && { sum: times(inner.sum, rational(-1)), rounds: inner.rounds };
  }
  if (expr.kind !== "binary") return undefined;
  if (expr.op === "*") return productOf(expr.left, expr.right);
  if (expr.op !== "+" && expr.op !== "-") return undefined;
  const [a, b] = [termOf(expr.left), termOf(expr.right)];
  if (a === undefined || b === undefined) return undefined;
  const sum = expr.op === "+" ? plus(a.sum, b.sum) : minus(a.sum, b.sum);
  return { sum, rounds: a.rounds + b.rounds + 1 };
}

const terms = new WeakMap<Variable, { readonly term: Term | undefined }>();

function termOfVariable(variable: Variable): Term | undefined {
  const known = terms.get(variable);
  if (known !== undefined) return known.term;
  const { path, expr } = variable;
  const term = path !== undefined ? unknownOf(path) : expr === undefined ? undefined : termOf(expr);
  terms.set(variable, { term });
  return term;
}

/** A sum of more than one number, or one with a number beside it. */
function isReckoned(variable: Variable): boolean {
  return variable.path === undefined && (termOfVariable(variable)?.sum.factors.size ?? 0) > 0;
}

const view = new DataView(new ArrayBuffer(8));

/** The double next to a finite one, upwards or downwards. */
function neighbour(value: number, up: boolean): number {
  if (value === 0) return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 === up ? 1n : -1n));
  return view.getFloat64(0);
}

/** Beyond this rounding may end at infinity, so an end there says nothing. */
const FAR = 2 ** 1000;

/** An end of a range of doubles, as the sum behind them is held against it. */
function endOf(
  value: number,
  open: boolean,
  progress: { rounds: number; up: boolean },
): {
  readonly at: number;
  readonly strict: boolean;
} {
  if (progress.rounds > 0)
    return { at: open ? value : neighbour(value, progress.up), strict: true };
  // a double beyond an end is at least the next one
  return { at: open ? neighbour(value, !progress.up) : value, strict: false };
}

/**
 * What holds of a sum whose rounded value lies in a range. WHY the neighbours: rounding keeps the
 * order, so a value up to 1 comes of a sum below the double behind 1, and a value below 1 of a sum
 * below 1.
 */
function within({ sum, rounds }: Term, cell: Cell): readonly Inequality[] {
  const [first, last] = [cell.numbers[0], cell.numbers.at(-1)];
  const found: Inequality[] = [];
  if (first !== undefined && Math.abs(first.low) < FAR) {
    const { at, strict } = endOf(first.low, first.lowOpen, { rounds, up: false });
    found.push({ ...minus({ factors: new Map(), constant: rational(at) }, sum), strict });
  }
  if (last !== undefined && Math.abs(last.high) < FAR) {
    const { at, strict } = endOf(last.high, last.highOpen, { rounds, up: true });
    found.push({ ...minus(sum, { factors: new Map(), constant: rational(at) }), strict });
  }
  return found;
}

/** That one value is below another, as the model says it of two variables. */
function ordered(cell: Cell, left: Term, right: Term): readonly Inequality[] {
  const exact = left.rounds === 0 && right.rounds === 0;
  const [down, up] = [minus(left.sum, right.sum), minus(right.sum, left.sum)];
  switch (cell.kinds) {
    case LESS:
      return [{ ...down, strict: true }];
    case GREATER:
      return [{ ...up, strict: true }];
    case LESS | EQUAL:
      return exact ? [{ ...down, strict: false }] : [];
    case GREATER | EQUAL:
      return exact ? [{ ...up, strict: false }] : [];
    case EQUAL:
      return exact
        ? [
            { ...down, strict: false },
            { ...up, strict: false },
          ]
        : [];
    default:
      return [];
  }
}

const NUMERIC = NUMBER | NOT_A_NUMBER;
const IN_ORDER = LESS | EQUAL | GREATER;
const ONLY_NUMBERS: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);

function operandsOf(expr: Expr | undefined): readonly Expr[] {
  if (expr?.kind === "unary" && expr.op === "-") return [expr.operand];
  return expr?.kind === "binary" && ONLY_NUMBERS.has(expr.op) ? [expr.left, expr.right] : [];
}

function numberLiterals(expr: Expr): readonly Literal[] {
  const path = pathOf(expr);
  return path === undefined
    ? operandsOf(expr).flatMap(numberLiterals)
    : [{ kind: "literal", variable: attribute(path), test: { kinds: NUMBER } }];
}

/** Whether a term is a number wherever it has a value: one of its operands is a number. */
function isSurelyNumber({ expr, path }: Variable, cell: Cell): boolean {
  if ((cell.kinds & ~NUMERIC) === 0) return true;
  return path === undefined && operandsOf(expr).some((part) => exactNumber(part) !== undefined);
}

/**
 * That a sum is a number: only infinities of both signs come to none, and where an attribute stands
 * twice it is unknown whether there are.
 */
function notNaN(model: Model, variable: Variable, operands: number): readonly Literal[] {
  const term = termOfVariable(variable);
  if (term === undefined || term.rounds > 1 || term.sum.factors.size < operands) return [];
  const ways = [...term.sum.factors].flatMap(([name, factor]) =>
    // zero times infinity is no number either
    sign(factor) === 0 ? [1, -1] : infinitiesOf(model, name).map((way) => way * sign(factor)),
  );
  return ways.includes(1) && ways.includes(-1)
    ? []
    : [{ kind: "literal", variable, test: { kinds: NUMBER } }];
}

/** That what adds up to a number, or stands in an order to one, is a number. */
export function operandFacts(model: Model): readonly Literal[] {
  const cell = (variable: Variable): Cell => model.get(variable.key)?.cell ?? variable.domain;
  return [...model.values()].flatMap(({ variable, cell: { kinds } }): readonly Literal[] => {
    const [left, right] = variable.compares ?? [];
    if (left === undefined || right === undefined) {
      const { expr } = variable;
      if (expr === undefined || (kinds & ~NUMERIC) !== 0) return [];
      const numbers = numberLiterals(expr);
      return (kinds & NOT_A_NUMBER) === 0
        ? numbers
        : [...numbers, ...notNaN(model, variable, numbers.length)];
    }
    const sides = [left, right];
    if ((kinds & ~IN_ORDER) !== 0 || !sides.some((side) => isSurelyNumber(side, cell(side))))
      return [];
    return sides.flatMap((side) => [
      { kind: "literal" as const, variable: side, test: { kinds: NUMBER } },
      ...(side.expr === undefined ? [] : numberLiterals(side.expr)),
    ]);
  });
}

type CellOf = (variable: Variable) => Cell;

/** What a model says of one variable: of its sum, and of how two sums stand. */
function inequalitiesOf(
  { variable, cell }: { readonly variable: Variable; readonly cell: Cell },
  cellOf: CellOf,
  roundings: number,
): readonly Inequality[] {
  const isNumber = (one: Variable): boolean => cellOf(one).kinds === NUMBER;
  const term = termOfVariable(variable);
  const bounded =
    term !== undefined && isReckoned(variable) && cell.kinds === NUMBER && term.rounds <= roundings;
  const own = bounded ? within(term, cell) : [];
  const [left, right] = variable.compares ?? [];
  if (left === undefined || right === undefined) return own;
  const [a, b] = [termOfVariable(left), termOfVariable(right)];
  if (a === undefined || b === undefined || a.rounds > roundings || b.rounds > roundings)
    return own;
  return isNumber(left) && isNumber(right) ? [...own, ...ordered(cell, a, b)] : own;
}

/** What a model says of sums and their order. */
function systemOf(model: Model, cellOf: CellOf, roundings: number): readonly Inequality[] {
  const system = [...model.values()].flatMap((one) => inequalitiesOf(one, cellOf, roundings));
  const names = new Set(system.flatMap(({ factors }) => [...factors.keys()]));
  const bounds = [...names].flatMap((name) => {
    const cell = model.get(name)?.cell ?? cellOf(attribute(pathOfName(name)));
    return within(unknownOf(pathOfName(name)), cell);
  });
  return [...system, ...bounds];
}

function pathOfName(name: string): readonly string[] {
  const parsed: unknown = JSON.parse(name);
  return Array.isArray(parsed) ? parsed.filter((part) => typeof part === "string") : [];
}

/** What a number of the system may be, beside finite: `1e999` of JSON is infinite. */
function infinitiesOf(model: Model, name: string): readonly (0 | 1 | -1)[] {
  const numbers = model.get(name)?.cell.numbers ?? attribute(pathOfName(name)).domain.numbers;
  const [first, last] = [numbers[0], numbers.at(-1)];
  return [
    0,
    ...(last?.high === Infinity && !last.highOpen ? ([1] as const) : []),
    ...(first?.low === -Infinity && !first.lowOpen ? ([-1] as const) : []),
  ];
}

type Infinities = ReadonlyMap<string, 0 | 1 | -1>;

/** Combinations of infinite numbers that are looked at, at most. */
const MOST_CASES = 243;

function casesOf(model: Model, names: readonly string[]): readonly Infinities[] | undefined {
  const choices = names.map((name) => [name, infinitiesOf(model, name)] as const);
  if (choices.reduce((count, [, some]) => count * some.length, 1) > MOST_CASES) return undefined;
  return choices.reduce<readonly Infinities[]>(
    (cases, [name, some]) =>
      cases.flatMap((one) => some.map((way) => new Map([...one, [name, way]]))),
    [new Map<string, 0 | 1 | -1>()],
  );
}

/**
 * What is left of an inequality where some numbers are infinite; undefined: it cannot hold. WHY a
 * strict one cannot hold with infinities of both signs: a sum of them is no number, and an infinite
 * number is not below itself.
 */
function leftOf(one: Inequality, infinities: Infinities): readonly Inequality[] | undefined {
  const signs = new Set(
    [...one.factors].flatMap(([name, factor]) => {
      const way = infinities.get(name) ?? 0;
      return way === 0 ? [] : [way * sign(factor)];
    }),
  );
  if (signs.size === 0) return [one];
  if (signs.size === 2) return one.strict ? undefined : [];
  return signs.has(1) ? undefined : [];
}

function holdsWith(system: readonly Inequality[], infinities: Infinities): boolean {
  const left: Inequality[] = [];
  for (const one of system) {
    const rest = leftOf(one, infinities);
    if (rest === undefined) return false;
    left.push(...rest);
  }
  return solve(left).kind !== "none";
}

/** Whether a model compares sums, or attributes with each other, at all. */
export function hasSums(model: Model): boolean {
  for (const { variable } of model.values())
    if (variable.compares !== undefined || isReckoned(variable)) return true;
  return false;
}

/**
 * False where no numbers fulfil what a model says of sums and orders: proved for doubles, rounding
 * and all.
 */
export function isSolvable(model: Model): boolean {
  const cell = (variable: Variable): Cell => model.get(variable.key)?.cell ?? variable.domain;
  const system = systemOf(model, cell, 1);
  if (system.length < 2 || solve(system).kind !== "none") return true;
  const names = [...new Set(system.flatMap(({ factors }) => [...factors.keys()]))];
  const cases = casesOf(model, names);
  return cases === undefined || cases.some((infinities) => holdsWith(system, infinities));
}

/** Numbers for what a model compares or adds up, by their keys; `plain`: with few digits. */
export function sampleSums(model: Model, plain: boolean): ReadonlyMap<string, number> {
  const numeric = (cell: Cell): Cell =>
    (cell.kinds & NUMBER) === 0 ? cell : { ...cell, kinds: NUMBER };
  const cell = (variable: Variable): Cell =>
    numeric(model.get(variable.key)?.cell ?? variable.domain);
  const likely = new Map(
    [...model].map(([key, one]) => [
      key,
      one.variable.compares === undefined ? { ...one, cell: numeric(one.cell) } : one,
    ]),
  );
  const solution = solve(systemOf(likely, cell, Infinity), plain);
  return solution.kind === "solved" ? solution.values : new Map();
}
