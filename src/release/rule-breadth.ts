import type { RuleBreadth, RuleLimit } from "../documents/diff-result.ts";
import { literalJson } from "../condition/literal-value.ts";
import type { Policy, Rule } from "../policy/model.ts";
import { coversAll, type GlobKind } from "./glob-order.ts";

/** What a scope without a limit fits. WHY agents: people and services are not what policies hold back. */
const ALL: Readonly<Record<GlobKind, readonly string[]>> = {
  subject: ["agent:*"],
  action: ["*/*"],
  resource: ["**"],
};

/** Whether globs fit every agent, tool or resource; undefined ones do. */
function isAll(globs: readonly string[] | undefined, kind: GlobKind): boolean {
  return coversAll(globs, ALL[kind], kind);
}

/** What limits the calls that a rule decides, its policy's target too. */
function limitsOf(
  { subjects, actions, resources, when, exceptions }: Rule,
  { target }: Policy,
): readonly RuleLimit[] {
  const limited: { readonly [limit in RuleLimit]: boolean } = {
    subjects: !isAll(subjects, "subject") || !isAll(target?.subjects, "subject"),
    actions: !isAll(actions, "action"),
    resources: !isAll(resources, "resource"),
    condition: exceptions.length > 0 || (when !== undefined && literalJson(when.expr) !== true),
  };
  return (["subjects", "actions", "resources", "condition"] as const).filter((one) => limited[one]);
}

/** How broad a rule of a policy is; null where there is none that is enforced. */
export function breadthOf({
  policy,
  rule,
}: {
  readonly policy: Policy;
  readonly rule: Rule | undefined;
}): RuleBreadth | null {
  return rule?.mode === "enforce" ? { effect: rule.effect, limits: limitsOf(rule, policy) } : null;
}
