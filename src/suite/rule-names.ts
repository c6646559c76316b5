import type { CompiledSet } from "../engine/compile-set.ts";
import { didYouMean, quoted } from "../policy/log.ts";

/** What a rule name in a suite stands for, or why it stands for nothing. */
export type NamedRule =
  | { readonly name: string }
  | { readonly fault: string; readonly help: string };

/**
 * The rules of a set by full and short name, and the names of decisions that no rule made (design
 * 2.3).
 */
export class RuleNames {
  readonly #byId = new Map<string, string[]>();
  readonly #full = new Set<string>();
  readonly #known: readonly string[];

  constructor(set: CompiledSet) {
    for (const { name, rule } of set.rules) {
      this.#full.add(name);
      this.#byId.set(rule.id, [...(this.#byId.get(rule.id) ?? []), name]);
    }
    for (const name of ["default", "containment", ...agentNames(set)]) this.#full.add(name);
    this.#known = [...this.#full, ...this.#byId.keys()];
  }

  find(name: string): NamedRule {
    if (this.#full.has(name)) return { name };
    const full = this.#byId.get(name) ?? [];
    const [only] = full;
    if (only !== undefined && full.length === 1) return { name: only };
    if (full.length > 1)
      return {
        fault: `the rule name ${quoted(name)} is not unique`,
        help: `write one of ${full.join(", ")}`,
      };
    return { fault: `there is no rule ${quoted(name)}`, help: didYouMean(name, this.#known) };
  }
}

function agentNames(set: CompiledSet): readonly string[] {
  const agents = [...set.catalog.agents.keys()];
  return [
    ...agents.flatMap((id) => [`manifest/${id}`, `lifecycle/${id}`]),
    "lifecycle/unregistered",
  ];
}
