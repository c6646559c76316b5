import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { every } from "../../proof/claim.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { allOf } from "../../proof/formula.ts";
import { ruleScopeClaim } from "../../proof/rule-claim.ts";
import { chainOperands } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import { isFree, shareVariables, variablesOf } from "../shared-variables.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

/** Beyond this many conjuncts they are not held against each other. */
const MANY = 12;

function check(context: LintContext, { rule, policy }: AnalysedRule): readonly Problem[] {
  const when = rule.when;
  if (when === undefined || when.expr.kind === "literal") return [];
  const scope = ruleScopeClaim(policy, rule)("true");
  const at = (start: number, end: number): Pick<Problem, "place" | "span"> => ({
    place: when.place,
    span: conditionSpan(when, start, end),
  });
  const whole = conditionClaim(when.expr, context.of.atoms);
  if (!isFree(whole("false")) && context.impossible(allOf([scope, whole("false")]))) {
    return [
      {
        ...at(when.expr.start, when.expr.end),
        message: `the condition of rule ${quoted(rule.id)} is never false for calls that fit the scope of the rule`,
        help: "it is always true or an error; remove it, or fix it",
      },
    ];
  }
  const parts = chainOperands(when.expr, "&&");
  if (parts.length < 2 || parts.length > MANY) return [];
  const claims = parts.map((part) => conditionClaim(part, context.of.atoms));
  return parts.flatMap((part, i) => {
    const own = claims[i];
    const others = every(claims.filter((one) => one !== own));
    if (own === undefined) return [];
    const never = !isFree(own("false")) && context.impossible(allOf([scope, own("false")]));
    const related = claims.some(
      (other) =>
        other !== own && shareVariables(variablesOf(own("true")), variablesOf(other("true"))),
    );
    // WHY the second half: a guard such as `has(x)` is implied by what reads x, and still keeps an
    // error away
    const said =
      !never &&
      related &&
      context.impossible(allOf([scope, others("true"), own("notTrue")])) &&
      context.impossible(allOf([scope, own("false"), others("notFalse")]));
    if (!never && !said) return [];
    const message = never
      ? `this part of rule ${quoted(rule.id)} is never false`
      : `this part of rule ${quoted(rule.id)} follows from the rest of the condition`;
    return [{ ...at(part.start, part.end), message, help: "remove it, or fix it" }];
  });
}

export const constantCondition: SetRule = {
  code: "constant-condition",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) =>
    context.of.rules.flatMap((one) => (context.matchable(one) ? check(context, one) : [])),
};
