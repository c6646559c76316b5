import { compileSet, type CompiledSet } from "../../engine/compile-set.ts";
import { compileRule } from "../../engine/compiled-rule.ts";
import { checkExamples } from "../../engine/examples.ts";
import type { Document, Policy } from "../../policy/model.ts";
import type { Mutant } from "./mutants.ts";

/**
 * The set with one mutant in it; undefined where the mutant does not load, since an inline example of the rule refuses
 * it. WHY only examples are checked: what mutants change keeps its type, so the rest of loading cannot fail.
 */
export function mutatedSet(set: CompiledSet, documents: readonly Document[], mutant: Mutant): CompiledSet | undefined {
  const { kind } = mutant;
  if (kind.by === "policy") return compileSet(documents.map((d) => (d.kind === "Policy" && d.name === kind.policy.name ? kind.policy : d)), set.sha256);
  const policy = documents.find((d): d is Policy => d.kind === "Policy" && mutant.rule.startsWith(`${d.name}/`) && d.rules.some((r) => `${d.name}/${r.id}` === mutant.rule));
  if (policy === undefined) return undefined;
  const compiled = compileRule(policy, kind.rule, set.host);
  if (checkExamples({ ...set, rules: [compiled] }).length > 0) return undefined;
  // a flipped rule may be the first to ask for approval, which makes what earlier calls did matter
  return { ...set, stateful: set.stateful || compiled.approval !== undefined, rules: set.rules.map((rule) => (rule.name === compiled.name ? compiled : rule)) };
}
