import { compareSets } from "../../proof/compare-sets.ts";
import type { Witness } from "../../proof/witness.ts";
import type { ComparedSet } from "../../proof/compare-sets.ts";

/**
 * What analysis finds out about a mutant: proven to change no decision, a call that shows a change,
 * or neither.
 */
export type Equivalence =
  | { readonly is: "equivalent" | "unclear" }
  | { readonly is: "different"; readonly witness: Witness };

/** Compares a mutant with its original over every call and state (design 10.2). */
export function judgeMutant(original: ComparedSet, mutated: ComparedSet): Equivalence {
  const { widens, narrows, stateChanged, unclear } = compareSets(original, mutated);
  if (widens.kind === "yes") return { is: "different", witness: widens.witness };
  if (narrows.kind === "yes") return { is: "different", witness: narrows.witness };
  const proven =
    widens.kind === "no" && narrows.kind === "no" && !stateChanged && unclear.length === 0;
  return { is: proven ? "equivalent" : "unclear" };
}
