import type { BinaryExpr, Expr } from "../condition/ast.ts";
import { unparse } from "../condition/unparse.ts";
import { chainOperands } from "../condition/walk.ts";
import type { Formula } from "./formula.ts";
import { ALWAYS, NEVER } from "./formula.ts";
import { covers, disjoint, type GlobKind } from "./glob-order.ts";
import { OperandGroup, type Literal, type OrderOperator } from "./operand-group.ts";
import { ALL_VALUES, FALSE, isAtMost, TRUE, UNKNOWN, type TruthValue } from "./truth-value.ts";

/** Atoms that hang together, and every way in which they can come out together. */
export interface Variable {
  readonly atoms: readonly number[];
  readonly outcomes: readonly (readonly TruthValue[])[];
}

const FLIPPED: ReadonlyMap<string, OrderOperator> = new Map([
  ["<", ">"],
  ["<=", ">="],
  [">", "<"],
  [">=", "<="],
]);
const ORDER: ReadonlyMap<string, OrderOperator> = new Map([
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);

/**
 * The value of a literal that a comparison can be told apart by; ints count as doubles (design
 * 3.4).
 */
function literalOf(expr: Expr): Literal | undefined {
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = literalOf(expr.operand);
    return typeof inner === "number" ? -inner : undefined;
  }
  if (expr.kind !== "literal") return undefined;
  const { literal } = expr;
  if (literal.type === "int")
    return Number.isSafeInteger(Number(literal.value)) ? Number(literal.value) : undefined;
  if (literal.type === "double") return Number.isFinite(literal.value) ? literal.value : undefined;
  return literal.type === "string" || literal.type === "bool" ? literal.value : undefined;
}

function literalsOf(expr: Expr): readonly Literal[] | undefined {
  if (expr.kind !== "list") return undefined;
  const values = expr.elements.flatMap(({ value, optional }) =>
    optional ? [] : (literalOf(value) ?? []),
  );
  return values.length === expr.elements.length ? values : undefined;
}

interface Glob {
  readonly kind: GlobKind;
  readonly pattern: string;
  readonly atom: number;
}

/**
 * How an attribute source changed under a condition: what the condition read before may only have
 * grown, shrunk or be anything.
 */
export type Drift = "grows" | "shrinks" | "any";

/**
 * Turns conditions and scopes of two versions into formulas over shared atoms. Two atoms are one
 * where their texts say the same of the same call; what is not understood is an atom of its own
 * that may come out in any way, so that whatever is proven of formulas holds of the rules.
 */
export class AtomTable {
  #count = 0;
  readonly #free = new Map<string, number>();
  readonly #groups = new Map<string, OperandGroup>();
  readonly #grouped = new Map<string, number>();
  readonly #globs: Glob[] = [];
  readonly #pairs: { readonly low: number; readonly high: number }[] = [];

  #next(): number {
    return this.#count++;
  }

  get size(): number {
    return this.#count;
  }

  #remember(key: string, make: (atom: number) => void): Formula {
    const known = this.#grouped.get(key);
    if (known !== undefined) return { kind: "atom", index: known };
    const atom = this.#next();
    this.#grouped.set(key, atom);
    make(atom);
    return { kind: "atom", index: atom };
  }

  #group(operand: string, errors: boolean): OperandGroup {
    const known = this.#groups.get(operand) ?? new OperandGroup(errors);
    this.#groups.set(operand, known);
    return known;
  }

  /** An atom that may come out in any way. */
  free(text: string): Formula {
    const known = this.#free.get(text) ?? this.#next();
    this.#free.set(text, known);
    return { kind: "atom", index: known };
  }

  /**
   * The atom of a text that reads something changed: one of the version before, one of the version
   * after, ordered where that is known.
   */
  drifting(text: string, version: "before" | "after", drift: Drift): Formula {
    const before = this.#free.get(`${text}\u0000before`);
    const formula = this.free(`${text}\u0000${version}`);
    if (before === undefined || version === "before" || drift === "any" || formula.kind !== "atom")
      return formula;
    this.#pairs.push(
      drift === "grows"
        ? { low: before, high: formula.index }
        : { low: formula.index, high: before },
    );
    return formula;
  }

  /** `now <= end`. */
  until(end: number): Formula {
    return this.#remember(`now\u0000${end}`, (atom) =>
      this.#group("\u0000now", false).order(atom, "<=", end),
    );
  }

  glob(kind: GlobKind, pattern: string): Formula {
    if (pattern === "**" && kind !== "resource") return ALWAYS;
    return this.#remember(`${kind}\u0000${pattern}`, (atom) =>
      this.#globs.push({ kind, pattern, atom }),
    );
  }

  #compare(op: OrderOperator, operand: Expr, bound: number): Formula {
    const text = unparse(operand);
    return this.#remember(`${text}\u0000${op}\u0000${bound}`, (atom) =>
      this.#group(text, true).order(atom, op, bound),
    );
  }

  #among(operand: Expr, literals: readonly Literal[]): Formula {
    const text = unparse(operand);
    const key = [...new Set(literals.map((literal) => JSON.stringify(literal)))].sort().join();
    return this.#remember(`${text}\u0000in\u0000${key}`, (atom) =>
      this.#group(text, true).among(atom, literals),
    );
  }

  /**
   * The formula of a condition. `opaque` may give the atom of a part that is not to be looked into.
   */
  condition(expr: Expr, opaque?: (atom: Expr) => Formula | undefined): Formula {
    switch (expr.kind) {
      case "literal":
        return expr.literal.type === "bool"
          ? expr.literal.value
            ? ALWAYS
            : NEVER
          : this.free(unparse(expr));
      case "unary":
        return expr.op === "!"
          ? { kind: "not", of: this.condition(expr.operand, opaque) }
          : this.free(unparse(expr));
      case "conditional":
        return {
          kind: "if",
          test: this.condition(expr.condition, opaque),
          then: this.condition(expr.then, opaque),
          otherwise: this.condition(expr.otherwise, opaque),
        };
      case "binary":
        if (expr.op === "&&" || expr.op === "||")
          return {
            kind: expr.op === "&&" ? "and" : "or",
            parts: chainOperands(expr, expr.op).map((part) => this.condition(part, opaque)),
          };
        return opaque?.(expr) ?? this.#relation(expr);
      default:
        return opaque?.(expr) ?? this.free(unparse(expr));
    }
  }

  #relation(expr: BinaryExpr): Formula {
    const { op, left, right } = expr;
    if (op === "!=") return { kind: "not", of: this.#equality(left, right) };
    if (op === "==") return this.#equality(left, right);
    if (op === "in") {
      const literals = literalsOf(right);
      return literals === undefined || literals.length === 0 || literalOf(left) !== undefined
        ? this.free(unparse(expr))
        : this.#among(left, literals);
    }
    const order = ORDER.get(op);
    const flipped = FLIPPED.get(op);
    if (order === undefined || flipped === undefined) return this.free(unparse(expr));
    const [low, high] = [literalOf(left), literalOf(right)];
    if (typeof high === "number" && low === undefined) return this.#compare(order, left, high);
    if (typeof low === "number" && high === undefined) return this.#compare(flipped, right, low);
    const [a, b] = [unparse(left), unparse(right)];
    return this.free(a <= b ? `${a} ${order} ${b}` : `${b} ${flipped} ${a}`);
  }

  #equality(left: Expr, right: Expr): Formula {
    const [a, b] = [literalOf(left), literalOf(right)];
    if (b !== undefined && a === undefined) return this.#among(left, [b]);
    if (a !== undefined && b === undefined) return this.#among(right, [a]);
    return this.free([unparse(left), unparse(right)].sort().join(" == "));
  }

  /** All variables: every atom is in one. */
  variables(): readonly Variable[] {
    const groups = [...this.#groups.values()].map((group) => ({
      atoms: group.atoms,
      outcomes: group.outcomes(),
    }));
    const globs = (["subject", "action", "resource"] as const)
      .map((kind) => this.#globs.filter((glob) => glob.kind === kind))
      .filter((list) => list.length > 0);
    const paired = new Set(this.#pairs.flatMap(({ low, high }) => [low, high]));
    const free = [...this.#free.values()].filter((atom) => !paired.has(atom));
    const pairs = this.#pairs.map(({ low, high }) => ({
      atoms: [low, high],
      outcomes: ALL_VALUES.flatMap((a) =>
        ALL_VALUES.flatMap((b) => (isAtMost(a, b) ? [[a, b]] : [])),
      ),
    }));
    return [
      ...groups,
      ...globs.map(globVariable),
      ...pairs,
      ...free.map((atom) => ({ atoms: [atom], outcomes: ALL_VALUES.map((value) => [value]) })),
    ];
  }
}

/**
 * WHY so few: patterns of one list in one step of a comparison; more and the comparison gives up
 * for want of budget.
 */
const MAX_OUTCOMES = 20_000;
/** A name fits, does not, or is not known; it is never an error. */
const FITS: readonly TruthValue[] = [FALSE, TRUE, UNKNOWN];

/**
 * Every way in which patterns on one name can come out together: fitting, not fitting, or unknown
 * for want of the name.
 */
function globVariable(globs: readonly Glob[]): Variable {
  let outcomes: (readonly TruthValue[])[] = [[]];
  globs.forEach((glob, i) => {
    const allowed = (values: readonly TruthValue[], value: TruthValue): boolean =>
      globs
        .slice(0, i)
        .every((other, j) =>
          compatible({ glob: other, value: values[j] ?? FALSE }, { glob, value }),
        );
    outcomes = outcomes.flatMap((values) =>
      FITS.filter((value) => allowed(values, value)).map((value): readonly TruthValue[] => [
        ...values,
        value,
      ]),
    );
    if (outcomes.length > MAX_OUTCOMES) outcomes = outcomes.slice(0, MAX_OUTCOMES + 1);
  });
  return { atoms: globs.map(({ atom }) => atom), outcomes };
}

interface Valued {
  readonly glob: Glob;
  readonly value: TruthValue;
}

function compatible(a: Valued, b: Valued): boolean {
  const { kind } = a.glob;
  if (covers(b.glob.pattern, a.glob.pattern, kind) && !isAtMost(a.value, b.value)) return false;
  if (covers(a.glob.pattern, b.glob.pattern, kind) && !isAtMost(b.value, a.value)) return false;
  return a.value !== TRUE && b.value !== TRUE
    ? true
    : !disjoint(a.glob.pattern, b.glob.pattern, kind) ||
        (a.value === TRUE ? b.value : a.value) === FALSE;
}

/** True where a variable was cut off, so that nothing may be concluded from it. */
export function isCutOff(variable: Variable): boolean {
  return variable.outcomes.length > MAX_OUTCOMES;
}
