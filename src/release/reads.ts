import { declaredConditions, ruleConditions } from "../policy/conditions.ts";
import type { Condition, Document, Policy } from "../policy/model.ts";
import { Reads } from "../policy/reads.ts";

/** The conditions of a policy that count: of the rules that decide, and of its declarations. */
function decidingConditions(policy: Policy): readonly Condition[] {
  return [
    ...policy.rules.filter((rule) => rule.mode === "enforce").flatMap(ruleConditions),
    ...declaredConditions(policy),
  ];
}

function keyedByTenant(policy: Policy): boolean {
  const { labels, counters, values } = policy.session;
  return [...labels, ...counters, ...values].some((declaration) => declaration.key.by === "tenant");
}

/** The reads of all policies among documents. */
export function readsOf(documents: readonly Document[]): Reads {
  const policies = documents.filter((document) => document.kind === "Policy");
  return new Reads(
    policies.flatMap(decidingConditions),
    policies.some(keyedByTenant) ? [["subject", "tenant"]] : [],
  );
}
