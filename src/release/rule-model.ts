import { canonicalRule } from "../policy/digest.ts";
import type { DelegationMode, Policy, Rule } from "../policy/model.ts";
import type { Atoms } from "../proof/atoms.ts";
import { every, rememberedClaim, type Claim } from "../proof/claim.ts";
import { ruleParts, type RulePart } from "../proof/rule-claim.ts";

/** An enforced rule of one version, with what it claims of a call that it matches. */
export interface RuleModel {
  /** `<policy>/<rule>`. */
  readonly name: string;
  readonly policy: Policy;
  readonly rule: Rule;
  /** What the rule means, its name left out: unchanged rules have the same text. */
  readonly text: string;
  readonly claim: Claim;
  readonly parts: readonly RulePart[];
}

/** The rules of policies that decide anything: shadow rules do not. */
export function enforcedRules(policies: readonly Policy[], atoms: Atoms): readonly RuleModel[] {
  return policies.flatMap((policy) =>
    policy.rules
      .filter((rule) => rule.mode === "enforce")
      .map((rule) => {
        const parts = ruleParts(policy, rule, atoms);
        return {
          name: `${policy.name}/${rule.id}`,
          policy,
          rule,
          text: canonicalRule(rule, { ...policy, delegation: "subject" }),
          claim: rememberedClaim(() => every(parts.map(({ claim }) => claim))),
          parts,
        };
      }),
  );
}

/** The modes of delegation from the weakest to the strongest (design 4.5). */
export const MODES: readonly DelegationMode[] = ["subject", "agents", "user"];
