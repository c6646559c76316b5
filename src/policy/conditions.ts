import type { Condition, Document, Policy, Rule } from "./model.ts";

/** The conditions of a rule and its exceptions. */
export function ruleConditions(rule: Rule): readonly Condition[] {
  return [rule.when, ...rule.exceptions.map((exception) => exception.when)].filter(
    (when) => when !== undefined,
  );
}

/** The conditions of a policy's state declarations. */
export function declaredConditions({ session }: Policy): readonly Condition[] {
  const { labels, counters, values } = session;
  const declared = [...labels, ...counters, ...values].flatMap((one) => [
    one.when,
    one.key.by === "condition" ? one.key.condition : undefined,
  ]);
  const added = [...counters, ...values].map((one) => one.add);
  return [...declared, ...added].filter((condition) => condition !== undefined);
}

/** Every condition of a policy: of rules, exceptions and session declarations. */
export function conditionsOf(policy: Policy): readonly Condition[] {
  return [...policy.rules.flatMap(ruleConditions), ...declaredConditions(policy)];
}

/** Every condition of a set's policies and invariants. */
export function allConditions(documents: readonly Document[]): readonly Condition[] {
  return documents.flatMap((document) =>
    document.kind === "Policy"
      ? conditionsOf(document)
      : document.kind === "Invariant"
        ? document.rules.flatMap(({ calls }) => calls.when ?? [])
        : [],
  );
}
