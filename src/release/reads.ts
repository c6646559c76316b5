import { ruleConditions } from "../policy/conditions.ts";
import type { Condition, Document, Policy } from "../policy/model.ts";
import { Reads } from "../policy/reads.ts";

/**
 * The conditions of a policy: of the rules that decide, their exceptions, and state declarations.
 */
export function conditionsOf(policy: Policy): readonly Condition[] {
  return [
    ...policy.rules.filter((rule) => rule.mode === "enforce").flatMap(ruleConditions),
    ...declaredConditions(policy),
  ];
}

/** The conditions of a policy's state declarations. */
export function declaredConditions(policy: Policy): readonly Condition[] {
  const { labels, counters, values } = policy.session;
  const all: readonly (Condition | undefined)[] = [
    ...[...labels, ...counters, ...values].flatMap((of) => [
      of.when,
      of.key.by === "condition" ? of.key.condition : undefined,
    ]),
    ...[...counters, ...values].map((of) => of.add),
  ];
  return all.filter((condition) => condition !== undefined);
}

function keyedByTenant(policy: Policy): boolean {
  const { labels, counters, values } = policy.session;
  return [...labels, ...counters, ...values].some((declaration) => declaration.key.by === "tenant");
}

/** The reads of all policies among documents. */
export function readsOf(documents: readonly Document[]): Reads {
  const policies = documents.filter((document) => document.kind === "Policy");
  return new Reads(
    policies.flatMap(conditionsOf),
    policies.some(keyedByTenant) ? [["subject", "tenant"]] : [],
  );
}
