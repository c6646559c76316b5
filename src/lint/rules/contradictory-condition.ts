import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { allOf } from "../../proof/formula.ts";
import { ruleScopeClaim, scopeClaim, subjectsClaim } from "../../proof/rule-claim.ts";
import { chainOperands } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

const HELP =
  "no call can ever fulfil it, so the rule does nothing; fix the condition or remove the rule";

function ruleProblem(context: LintContext, one: AnalysedRule): Problem {
  const { rule, policy } = one;
  const name = quoted(rule.id);
  const when = rule.when;
  if (
    when !== undefined &&
    context.impossible(conditionClaim(when.expr, context.of.atoms)("true"))
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
        ? "the policy's `target` and the rule's scope have nothing in common"
        : "its lists have nothing in common",
    };
  }
  const help =
    rule.exceptions.length > 0
      ? "its scope, condition and exceptions leave no call over"
      : "its scope and its condition have no call in common, as the catalog describes the tools and agents that it fits";
  return { place: rule.place, message: `rule ${name} can never match`, help };
}

/** Alternatives of a rule that matches otherwise. */
function alternatives(context: LintContext, { rule, policy }: AnalysedRule): readonly Problem[] {
  const when = rule.when;
  const parts = when === undefined ? [] : chainOperands(when.expr, "||");
  if (when === undefined || parts.length < 2) return [];
  const scope = ruleScopeClaim(policy, rule)("true");
  return parts
    .filter((part) =>
      context.impossible(allOf([scope, conditionClaim(part, context.of.atoms)("true")])),
    )
    .map((part) => ({
      place: when.place,
      span: conditionSpan(when, part.start, part.end),
      message: `this alternative of rule ${quoted(rule.id)} can never be true`,
      help: "fix it, or leave it out",
    }));
}

function declarations(context: LintContext): readonly Problem[] {
  const { atoms } = context.of;
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
          help: "nothing is ever written under this name; fix the condition",
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
    ...context.of.rules.flatMap((one) =>
      context.matchable(one) ? alternatives(context, one) : [ruleProblem(context, one)],
    ),
    ...declarations(context),
  ],
};
