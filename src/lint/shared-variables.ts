import type { Formula } from "../proof/formula.ts";

/**
 * The keys of the variables that a formula speaks about; of a comparison also those of the two
 * compared.
 */
export function variablesOf(formula: Formula): ReadonlySet<string> {
  const keys = new Set<string>();
  const pending: Formula[] = [formula];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "literal") {
      keys.add(next.variable.key);
      for (const compared of next.variable.compares ?? []) keys.add(compared.key);
    } else if (next.kind !== "constant") pending.push(...next.parts);
  }
  return keys;
}

export function shareVariables(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const key of a) if (b.has(key)) return true;
  return false;
}

/**
 * True where the formula is one literal on one attribute of the call's own, which nothing else
 * limits.
 */
export function isFree(formula: Formula): boolean {
  if (formula.kind !== "literal") return formula.kind === "or" && formula.parts.some(isFree);
  const { path } = formula.variable;
  return (path?.[0] === "args" || path?.[0] === "context") && formula.test.kinds !== 0;
}
