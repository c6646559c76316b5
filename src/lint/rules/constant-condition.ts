import type { Expr } from "../../condition/ast.ts";
import type { Condition } from "../../policy/model.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { every, type Claim } from "../../proof/claim.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { allOf, type Formula } from "../../proof/formula.ts";
import { ruleScopeClaim } from "../../proof/rule-claim.ts";
import { conjuncts } from "../../condition/structure.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import { isFree, shareVariables, variablesOf } from "../shared-variables.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

/** Beyond this many conjuncts they are not held against each other. */
const MANY = 12;

/** The part at fault, where it stands. */
function placeOf(when: Condition, { start, end }: Expr): Pick<Problem, "place" | "span"> {
  return { place: when.place, span: conditionSpan(when, start, end) };
}

/** A rule's condition with its scope, to be proved about. */
interface ScopedCondition {
  readonly rule: AnalysedRule["rule"];
  readonly when: Condition;
  readonly scope: Formula;
}

function wholeProblem(context: LintContext, asked: ScopedCondition): Problem | undefined {
  const { rule, when, scope } = asked;
  const isFalse = conditionClaim(when.expr, context.analysed.atoms)("false");
  if (isFree(isFalse) || !context.impossible(allOf([scope, isFalse]))) return undefined;
  return {
    ...placeOf(when, when.expr),
    message: `the condition of rule ${quoted(rule.id)} is never false for calls that fit the scope of the rule`,
    help: "it is always true or an error; remove it, or fix it",
  };
}

/** One part of a condition beside the others. */
interface JoinedPart {
  readonly own: Claim;
  readonly others: readonly Claim[];
  readonly scope: Formula;
}

function isNeverFalse(context: LintContext, { own, scope }: JoinedPart): boolean {
  return !isFree(own("false")) && context.impossible(allOf([scope, own("false")]));
}

function followsFromRest(context: LintContext, { own, others, scope }: JoinedPart): boolean {
  const read = variablesOf(own("true"));
  const rest = every(others);
  // WHY the second half: a guard such as `has(x)` is implied by what reads x, and still keeps an
  // error away
  return (
    others.some((other) => shareVariables(read, variablesOf(other("true")))) &&
    context.impossible(allOf([scope, rest("true"), own("notTrue")])) &&
    context.impossible(allOf([scope, own("false"), rest("notFalse")]))
  );
}

function check(context: LintContext, { rule, policy }: AnalysedRule): readonly Problem[] {
  const when = rule.when;
  if (when === undefined || when.expr.kind === "literal") return [];
  const scope = ruleScopeClaim(policy, rule)("true");
  const whole = wholeProblem(context, { rule, when, scope });
  if (whole !== undefined) return [whole];
  const parts = conjuncts(when.expr);
  if (parts.length < 2 || parts.length > MANY) return [];
  const claims = parts.map((part) => conditionClaim(part, context.analysed.atoms));
  return parts.flatMap((part, i) => {
    const own = claims[i];
    if (own === undefined) return [];
    const joined = { own, others: claims.filter((one) => one !== own), scope };
    const never = isNeverFalse(context, joined);
    if (!never && !followsFromRest(context, joined)) return [];
    const message = never
      ? `this part of rule ${quoted(rule.id)} is never false`
      : `this part of rule ${quoted(rule.id)} follows from the rest of the condition`;
    return [{ ...placeOf(when, part), message, help: "remove it, or fix it" }];
  });
}

export const constantCondition: SetRule = {
  code: "constant-condition",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) =>
    context.analysed.rules.flatMap((one) => (context.matchable(one) ? check(context, one) : [])),
};
