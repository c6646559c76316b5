import { and, ERROR, FALSE, not, or, TRUE, type TruthValue } from "./truth-value.ts";

/** A condition, a scope or a whole rule over numbered atoms, three-valued (design 2.3, 3.5). */
export type Formula =
  | { readonly kind: "constant"; readonly value: TruthValue }
  | { readonly kind: "atom"; readonly index: number }
  | { readonly kind: "not"; readonly of: Formula }
  | { readonly kind: "and" | "or"; readonly parts: readonly Formula[] }
  | {
      readonly kind: "if";
      readonly test: Formula;
      readonly then: Formula;
      readonly otherwise: Formula;
    };

export const ALWAYS: Formula = { kind: "constant", value: TRUE };
export const NEVER: Formula = { kind: "constant", value: FALSE };
export const BROKEN: Formula = { kind: "constant", value: ERROR };

/** The formula's value where each atom has the given one. */
export function evaluate(formula: Formula, atoms: ArrayLike<number>): TruthValue {
  switch (formula.kind) {
    case "constant":
      return formula.value;
    case "atom":
      return valueAt(atoms, formula.index);
    case "not":
      return not(evaluate(formula.of, atoms));
    case "and":
      return fold(formula.parts, atoms, { start: TRUE, join: and });
    case "or":
      return fold(formula.parts, atoms, { start: FALSE, join: or });
    case "if": {
      const test = evaluate(formula.test, atoms);
      if (test === TRUE) return evaluate(formula.then, atoms);
      return test === FALSE ? evaluate(formula.otherwise, atoms) : test;
    }
  }
}

function valueAt(atoms: ArrayLike<number>, index: number): TruthValue {
  const value = atoms[index];
  return value === 0 || value === 1 || value === 2 ? value : ERROR;
}

function fold(
  parts: readonly Formula[],
  atoms: ArrayLike<number>,
  by: { start: TruthValue; join: typeof and },
): TruthValue {
  let value = by.start;
  for (const part of parts) value = by.join(value, evaluate(part, atoms));
  return value;
}

/** The formulas that are joined by AND at the top, nested ones laid flat. */
export function conjuncts(formula: Formula): readonly Formula[] {
  if (formula.kind === "and") return formula.parts.flatMap(conjuncts);
  return formula.kind === "constant" && formula.value === TRUE ? [] : [formula];
}

/** The numbers of the atoms of a formula. */
export function atomsOf(formula: Formula, into: Set<number> = new Set()): ReadonlySet<number> {
  switch (formula.kind) {
    case "atom":
      into.add(formula.index);
      break;
    case "not":
      atomsOf(formula.of, into);
      break;
    case "and":
    case "or":
      for (const part of formula.parts) atomsOf(part, into);
      break;
    case "if":
      for (const part of [formula.test, formula.then, formula.otherwise]) atomsOf(part, into);
      break;
    case "constant":
      break;
  }
  return into;
}

/** One text for formulas that are alike: parts of AND and OR in any order. */
export function formulaKey(formula: Formula): string {
  switch (formula.kind) {
    case "constant":
      return `c${formula.value}`;
    case "atom":
      return `a${formula.index}`;
    case "not":
      return `!(${formulaKey(formula.of)})`;
    case "and":
    case "or":
      return `${formula.kind}(${[...new Set(formula.parts.map(formulaKey))].sort().join(",")})`;
    case "if":
      return `if(${[formula.test, formula.then, formula.otherwise].map(formulaKey).join(",")})`;
  }
}
