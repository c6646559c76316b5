import {
  isEmptyCell,
  meetCells,
  meetWork,
  narrow,
  narrowWork,
  NUMBER,
  surelyFails,
  surelyPasses,
  VALUE,
  UNKNOWN,
  VOID,
  EQUAL,
  SAME,
  LESS,
  GREATER,
  onlyValue,
  type Cell,
  type CellTest,
} from "./cell.ts";
import type { Formula, Literal, Variable } from "./formula.ts";
import { hasSums, isSolvable, operandFacts } from "./linear.ts";
import { numbersWhere } from "./intervals.ts";
import type { Model } from "./model.ts";
import { placeFacts } from "./place-facts.ts";
import { limitsFor, Work } from "./work.ts";

/** What is known of the world besides: literals that follow from what a model already says. */
export type Infer = (model: Model) => readonly Literal[];

export interface SearchOptions<T> {
  /** Asked for every model that remains; the search ends with the first answer that it gives. */
  readonly visit: (model: Model) => T | undefined;
  readonly infer?: Infer;
  /**
   * A part of the question that is settled before the rest is looked at: worth it where it leaves
   * little of the rest open.
   */
  readonly first?: Formula;
  /** How many branches are walked before the search gives up. */
  readonly branches?: number;
  /** How many models are visited before it gives up. */
  readonly visits?: number;
  /** What is left of the work that may be done; a question's own where it is left out. */
  readonly work?: Work;
}

/**
 * `none`: no call at all makes the formula true. `unknown`: the search gave up, or no model was
 * found good.
 */
export type SearchResult<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "none" | "unknown" };

const BRANCHES = 3_000;
const VISITS = 24;
/** Steps that building and trying calls of a model is worth, and that the catalog's facts are. */
const VISITING = 2_000;
const INFERRING = 20;
/** Steps that solving the sums of a model is worth. */
const SUMMING = 100;

/**
 * Walks the models of a formula: literals first, then one branch of a disjunction after another.
 */
class Searcher<T> {
  readonly #options: SearchOptions<T>;
  readonly #work: Work;
  #branches: number;
  #visits: number;
  #visited = 0;
  gaveUp = false;

  constructor(options: SearchOptions<T>) {
    this.#options = options;
    this.#branches = options.branches ?? BRANCHES;
    this.#visits = options.visits ?? VISITS;
    this.#work = options.work ?? new Work(limitsFor(0));
    this.#work.start();
  }

  get unsettled(): boolean {
    return this.gaveUp || this.#visited > 0;
  }

  /** `later` is looked at once nothing of `formulas` is open. */
  explore(
    formulas: readonly Formula[],
    from: Model,
    later: readonly Formula[] = [],
  ): T | undefined {
    if (this.#branches-- <= 0 || this.#visits <= 0) return this.#giveUp();
    this.#work.spend(from.size);
    const store = new Map(from);
    const open = this.#settle(formulas, store);
    // WHY before all else: beyond the limit nothing is looked at any more, so what seems to be open
    // means nothing
    if (this.#work.isExhausted) return this.#giveUp();
    if (open === undefined) return undefined;
    const choice = smallest(open);
    if (choice === undefined)
      return later.length > 0 ? this.explore(later, store) : this.#visit(store);
    const rest = open.filter((formula) => formula !== choice);
    for (const part of choice.parts) {
      const found = this.explore([part, ...rest], store, later);
      if (found !== undefined || (this.gaveUp && (this.#visits <= 0 || this.#work.isExhausted)))
        return found;
    }
    return undefined;
  }

  /** Whether numbers can be what sums and orders of them ask for. */
  #numbersFit(store: Model): boolean {
    if (!hasSums(store)) return true;
    this.#work.spend(SUMMING);
    return this.#work.isExhausted || isSolvable(store);
  }

  #giveUp(): undefined {
    if (!this.gaveUp) this.#work.giveUp();
    this.gaveUp = true;
    return undefined;
  }

  #visit(store: Model): T | undefined {
    this.#work.spend(VISITING);
    this.#visited++;
    this.#visits--;
    return this.#options.visit(store);
  }

  /** Asserts all that is certain; the disjunctions that remain, or undefined where nothing fits. */
  #settle(
    formulas: readonly Formula[],
    store: Map<string, { variable: Variable; cell: Cell }>,
  ): readonly Disjunction[] | undefined {
    let waiting = formulas;
    let open: Disjunction[] = [];
    for (;;) {
      const found = assertAll(waiting, store, this.#work);
      if (found === undefined) return undefined;
      open = [...found, ...open];
      this.#work.spend(INFERRING + store.size);
      if (
        !assertLiterals(operandFacts(store), store, this.#work) ||
        !assertLiterals(placeFacts(store), store, this.#work) ||
        !relate(store, this.#work) ||
        !assertLiterals(this.#options.infer?.(store) ?? [], store, this.#work)
      )
        return undefined;
      if (!this.#numbersFit(store)) return undefined;
      const reduced = reduce(open, store, this.#work);
      if (reduced === undefined) return undefined;
      if (reduced.units.length === 0) return reduced.open;
      waiting = reduced.units;
      open = [...reduced.open];
    }
  }
}

type Disjunction = Formula & { readonly kind: "or" };
type Store = Map<string, { variable: Variable; cell: Cell }>;

function smallest(open: readonly Disjunction[]): Disjunction | undefined {
  return open.reduce<Disjunction | undefined>(
    (best, formula) =>
      best === undefined || formula.parts.length < best.parts.length ? formula : best,
    undefined,
  );
}

function cellIn(store: Model, variable: Variable): Cell {
  return store.get(variable.key)?.cell ?? variable.domain;
}

function put(store: Store, variable: Variable, cell: Cell): boolean {
  store.set(variable.key, { variable, cell });
  return !isEmptyCell(cell);
}

function assertLiterals(literals: readonly Literal[], store: Store, work: Work): boolean {
  return literals.every(({ variable, test }) => {
    const cell = cellIn(store, variable);
    if (!mayNarrow(cell, test, work)) return true;
    return put(store, variable, narrow(cell, test));
  });
}

/** Counts what holding a test against a cell costs; false where that is more than is left. */
function mayNarrow(cell: Cell, test: CellTest, work: Work): boolean {
  if (work.isExhausted) return false;
  work.spend(narrowWork(cell, test));
  return true;
}

/** Takes conjunctions apart and asserts their literals; what is left are disjunctions. */
function assertAll(
  formulas: readonly Formula[],
  store: Store,
  work: Work,
): Disjunction[] | undefined {
  const open: Disjunction[] = [];
  const pending = [...formulas];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "constant") {
      if (!next.value) return undefined;
    } else if (next.kind === "literal") {
      if (!assertLiterals([next], store, work)) return undefined;
    } else if (next.kind === "and") pending.push(...next.parts);
    else open.push({ kind: "or", parts: next.parts });
  }
  return open;
}

/** What of a disjunct can be told from the cells: surely true, surely false, or neither. */
function judge(formula: Formula, store: Model, work: Work): boolean | undefined {
  if (formula.kind === "constant") return formula.value;
  if (formula.kind === "literal") {
    const cell = cellIn(store, formula.variable);
    if (!mayNarrow(cell, formula.test, work)) return undefined;
    if (surelyFails(cell, formula.test)) return false;
    return surelyPasses(cell, formula.test) ? true : undefined;
  }
  const decides = formula.kind === "or";
  let settled = true;
  for (const part of formula.parts) {
    const verdict = judge(part, store, work);
    if (verdict === decides) return decides;
    if (verdict === undefined) settled = false;
  }
  return settled ? !decides : undefined;
}

interface Reduced {
  readonly open: readonly Disjunction[];
  readonly units: readonly Formula[];
}

/** Drops disjuncts that cannot hold any more; one that is left alone must hold. */
function reduce(open: readonly Disjunction[], store: Model, work: Work): Reduced | undefined {
  const kept: Disjunction[] = [];
  const units: Formula[] = [];
  for (const formula of open) {
    const judged = formula.parts.map((part) => ({ part, verdict: judge(part, store, work) }));
    if (judged.some(({ verdict }) => verdict === true)) continue;
    const parts = judged.filter(({ verdict }) => verdict !== false).map(({ part }) => part);
    const [only] = parts;
    if (only === undefined) return undefined;
    if (parts.length === 1) units.push(only);
    else kept.push({ kind: "or", parts });
  }
  return { open: kept, units };
}

function relateOne(
  store: Store,
  relation: Variable,
  pair: { readonly cell: Cell; readonly left: Variable; readonly right: Variable },
): boolean {
  const { left, right } = pair;
  const a = cellIn(store, left);
  const b = cellIn(store, right);
  let kinds = pair.cell.kinds;
  if ((a.kinds & VALUE) === 0 || (b.kinds & VALUE) === 0) kinds &= VOID | UNKNOWN;
  const both = meetCells(a, b);
  if ((both.kinds & VALUE) === 0) kinds &= ~(EQUAL | SAME);
  const [x, y] = [onlyValue(a), onlyValue(b)];
  if (x !== undefined && x === y) kinds &= EQUAL;
  if (!put(store, relation, { ...pair.cell, kinds })) return false;
  if ((kinds & ~(EQUAL | SAME)) === 0) return put(store, left, both) && put(store, right, both);
  return orderNumbers(store, kinds, { left, right, a, b });
}

/** Numbers of which one is less: each is bounded by the far end of the other. */
function orderNumbers(
  store: Store,
  kinds: number,
  pair: { readonly left: Variable; readonly right: Variable; readonly a: Cell; readonly b: Cell },
): boolean {
  const { left, right, a, b } = pair;
  if (a.kinds !== NUMBER || b.kinds !== NUMBER || (kinds !== LESS && kinds !== GREATER))
    return true;
  const [low, high, lowCell, highCell] = kinds === LESS ? [left, right, a, b] : [right, left, b, a];
  const top = highCell.numbers.at(-1)?.high ?? Infinity;
  const bottom = lowCell.numbers[0]?.low ?? -Infinity;
  const below = narrow(lowCell, {
    kinds: NUMBER,
    numbers: numbersWhere(top === Infinity ? "<=" : "<", top),
  });
  const above = narrow(highCell, {
    kinds: NUMBER,
    numbers: numbersWhere(bottom === -Infinity ? ">=" : ">", bottom),
  });
  return put(store, low, below) && put(store, high, above);
}

/** As {@link mayNarrow}, for what two cells have in common. */
function mayMeet(a: Cell, b: Cell, work: Work): boolean {
  if (work.isExhausted) return false;
  work.spend(meetWork(a, b));
  return true;
}

/**
 * Carries what is known of two values over to how they compare, and back, until nothing changes.
 */
function relate(store: Store, work: Work): boolean {
  const relations = [...store.values()].filter(({ variable }) => variable.compares !== undefined);
  for (let round = 0; round <= relations.length && round < 4; round++) {
    for (const { variable } of relations) {
      const [left, right] = variable.compares ?? [];
      if (left === undefined || right === undefined) continue;
      if (!mayMeet(cellIn(store, left), cellIn(store, right), work)) return true;
      if (!relateOne(store, variable, { cell: cellIn(store, variable), left, right })) return false;
    }
  }
  return true;
}

/**
 * Looks for a model of the formula that `visit` accepts. Sound both ways: `none` is proved, `found`
 * was accepted.
 */
export function searchModels<T>(formula: Formula, options: SearchOptions<T>): SearchResult<T> {
  const searcher = new Searcher(options);
  const { first } = options;
  const value =
    first === undefined
      ? searcher.explore([formula], new Map())
      : searcher.explore([first], new Map(), [formula]);
  if (value !== undefined) return { kind: "found", value };
  return { kind: searcher.unsettled ? "unknown" : "none" };
}
