import { decideWithState } from "../engine/decide-with-state.ts";
import type { Outcome } from "../engine/decide.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Truth } from "../engine/truth.ts";
import type { AnalysedSet } from "./analysed-set.ts";
import type { Formula } from "./formula.ts";
import { searchModels, type SearchOptions } from "./solver.ts";
import { draftWitnesses, type Witness } from "./witness.ts";

/**
 * What was found out: `yes` with a call that the engine has decided so, `no` by proof over every
 * call, or `unknown`: outside the fragment, too large, or no call could be built that shows it.
 */
export type Answer =
  | { readonly kind: "yes"; readonly witness: Witness }
  | { readonly kind: "no" | "unknown" };

export const NO: Answer = { kind: "no" };
export const UNKNOWN: Answer = { kind: "unknown" };

/** How far a search goes before it gives up. */
export type Effort = Pick<SearchOptions<unknown>, "branches" | "visits" | "work" | "first">;

/**
 * Whether a call makes `formula` true; one is `yes` only if `shows` confirms it. `first` as in
 * {@link SearchOptions}.
 */
export function isPossible(
  analysed: AnalysedSet,
  formula: Formula,
  shows: (witness: Witness) => boolean,
  effort: Effort = {},
): Answer {
  const result = searchModels<Witness>(formula, {
    work: analysed.work,
    ...effort,
    infer: analysed.facts,
    visit: (model) => {
      for (const witness of draftWitnesses(analysed, model)) if (shows(witness)) return witness;
      return undefined;
    },
  });
  return result.kind === "found"
    ? { kind: "yes", witness: result.value }
    : { kind: result.kind === "none" ? "no" : "unknown" };
}

/**
 * Whether no call at all makes `formula` true: proved, not so as far as the fragment goes, or given
 * up.
 */
export function isImpossible(
  analysed: Pick<AnalysedSet, "work" | "facts">,
  formula: Formula,
  effort: Effort = {},
): "impossible" | "possible" | "unknown" {
  const { kind } = searchModels(formula, {
    work: analysed.work,
    ...effort,
    infer: analysed.facts,
    visit: () => true,
  });
  return kind === "none" ? "impossible" : kind === "found" ? "possible" : "unknown";
}

/** Whether a rule matched the call of a decision. */
export function truthIn({ members }: Outcome, rule: string): Truth {
  const [own] = members;
  const item = [...(own?.rules ?? []), ...(own?.shadow ?? [])].find(({ name }) => name === rule);
  return item?.truth ?? false;
}

/** Whether a rule matches a call, as the engine decides it. */
export function truthOf(set: CompiledSet, rule: string, { request, state }: Witness): Truth {
  return truthIn(decideWithState(set, request, state), rule);
}
