import { compileSet, type CompiledSet } from "../../engine/compile-set.ts";
import { compileRule } from "../../engine/compiled-rule.ts";
import { checkExamples } from "../../engine/examples.ts";
import { PlanMemo } from "../../engine/applicable-rules.ts";
import type { Document, Policy } from "../../policy/model.ts";
import type { ComparedSet } from "../../proof/compare-sets.ts";
import type { Mutant } from "./mutants.ts";

function replaced(documents: readonly Document[], policy: Policy): readonly Document[] {
  return documents.map((d) => (d.kind === "Policy" && d.name === policy.name ? policy : d));
}

/**
 * The set with one mutant in it; undefined where the mutant does not load, since an inline example
 * of the rule refuses it. WHY only examples are checked: what mutants change keeps its type, so the
 * rest of loading cannot fail.
 */
export function mutatedSet(
  set: CompiledSet,
  documents: readonly Document[],
  { kind, policy }: Mutant,
): ComparedSet | undefined {
  if (kind.by === "window") {
    const changed = replaced(documents, kind.policy);
    return { documents: changed, set: compileSet(changed, set.sha256) };
  }
  const { rule } = kind;
  const compiled = compileRule(policy, rule, set.host);
  if (checkExamples({ ...set, rules: [compiled] }).length > 0) return undefined;
  const rules = set.rules.map((one) => (one.name === compiled.name ? compiled : one));
  // a flipped rule may be the first to ask for approval, which makes what earlier calls did matter
  const stateful = set.stateful || compiled.approval !== undefined;
  return {
    documents: replaced(documents, {
      ...policy,
      rules: policy.rules.map((one) => (one.id === rule.id ? rule : one)),
    }),
    set: { ...set, stateful, rules, plans: new PlanMemo({ rules }) },
  };
}
