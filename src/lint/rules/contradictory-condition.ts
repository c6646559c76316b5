import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { allOf } from "../../proof/formula.ts";
import { ruleScopeClaim, scopeClaim, subjectsClaim } from "../../proof/rule-claim.ts";
import { disjuncts } from "../../condition/structure.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

const HELP =
  "no call can make it true, so the rule has no effect; fix the condition, or remove the rule";

function ruleProblem(context: LintContext, one: AnalysedRule): Problem {
  const { rule, policy } = one;
  const name = quoted(rule.id);
  const when = rule.when;
  if (
    when !== undefined &&
    context.impossible(conditionClaim(when.expr, context.analysed.atoms)("true"))
  ) {
    return {
      place: when.place,
      span: conditionSpan(when, when.expr.start, when.expr.end),
      message: `the condition of rule ${name} can never be true`,
      help: HELP,
    };
  }
  if (
    context.impossible(subjectsClaim(policy.target?.subjects)("true")) ||
    context.impossible(ruleScopeClaim(policy, rule)("true"))
  ) {
    const apart = !context.impossible(scopeClaim(rule)("true"));
    return {
      place: rule.place,
      message: `the scope of rule ${name} fits no call`,
      help: apart
        ? "no call fits both the policy's `target` and the rule's scope"
        : "no call fits all its lists",
    };
  }
  const help =
    rule.exceptions.length > 0
      ? "its exceptions cover every call that its scope and condition fit"
      : "no call fits both its scope and its condition, given what the catalog says about the tools and agents";
  return { place: rule.place, message: `rule ${name} can never match`, help };
}

/** Alternatives of a rule that matches otherwise. */
function alternatives(context: LintContext, { rule, policy }: AnalysedRule): readonly Problem[] {
  const when = rule.when;
  const parts = when === undefined ? [] : disjuncts(when.expr);
  if (when === undefined || parts.length < 2) return [];
  const scope = ruleScopeClaim(policy, rule)("true");
  return parts
    .filter((part) =>
      context.impossible(allOf([scope, conditionClaim(part, context.analysed.atoms)("true")])),
    )
    .map((part) => ({
      place: when.place,
      span: conditionSpan(when, part.start, part.end),
      message: `this alternative of rule ${quoted(rule.id)} can never be true`,
      help: "fix it, or remove it",
    }));
}

function declarations(context: LintContext): readonly Problem[] {
  const { atoms } = context.analysed;
  return context.policies
    .flatMap(({ session }) => [...session.labels, ...session.counters, ...session.values])
    .flatMap(({ name, when }) => {
      if (when === undefined || !context.impossible(conditionClaim(when.expr, atoms)("true")))
        return [];
      return [
        {
          place: when.place,
          span: conditionSpan(when, when.expr.start, when.expr.end),
          message: `the condition of ${quoted(name)} can never be true`,
          help: "so this state is never set; fix the condition",
        },
      ];
    });
}

export const contradictoryCondition: SetRule = {
  code: "contradictory-condition",
  level: "error",
  kind: "fault",
  needs: "set",
  run: (context) => [
    ...context.analysed.rules.flatMap((one) =>
      context.matchable(one)
        ? alternatives(context, one)
        : [{ ...ruleProblem(context, one), cause: context.causeOf(one) }],
    ),
    ...declarations(context),
  ],
};
