import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { allOf, type Formula } from "../../proof/formula.ts";
import { actionsClaim, ruleScopeClaim } from "../../proof/rule-claim.ts";
import { fitsAction } from "../../engine/scope.ts";
import { quoted } from "../../policy/log.ts";
import type { Tool } from "../../policy/model.ts";
import type { LintContext } from "../context.ts";
import type { SetRule } from "../rule.ts";

/** Why a tool needs a second look (design 9.5); undefined: it does not. */
function riskOf(tool: Tool): string | undefined {
  const effect = tool.effects?.find((one) => one === "pay" || one === "grant");
  if (effect !== undefined) return effect === "pay" ? "pays" : "grants access";
  const reads = tool.effects !== undefined && tool.effects.every((one) => one === "read");
  return tool.reversible === false && !reads && tool.consequential !== false
    ? "cannot be undone"
    : undefined;
}

function scopeOn({ rule, policy }: AnalysedRule, tool: Formula): Formula {
  return allOf([ruleScopeClaim(policy, rule)("true"), tool]);
}

/**
 * True where some deny or approval rule may have a say in what the allow rule allows of the tool.
 */
function isChecked(
  context: LintContext,
  allow: AnalysedRule,
  { tool, checks }: { readonly tool: Formula; readonly checks: readonly AnalysedRule[] },
): boolean {
  return checks.some(
    ({ rule, policy }) =>
      !context.impossible(allOf([scopeOn(allow, tool), ruleScopeClaim(policy, rule)("true")])),
  );
}

export const missingApproval: SetRule = {
  code: "missing-approval",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies"],
  run: function* (context) {
    for (const tool of context.tools) {
      const risk = riskOf(tool);
      if (risk === undefined) continue;
      const name = `${tool.server}/${tool.name}`;
      const formula = actionsClaim([name])("true");
      const named = context.enforced.filter(
        ({ compiled }) => fitsAction(compiled.scope.actions, tool) === true,
      );
      const checks = named.filter(({ rule }) => rule.effect !== "allow");
      for (const one of named) {
        if (
          one.rule.effect !== "allow" ||
          one.rule.when !== undefined ||
          isChecked(context, one, { tool: formula, checks }) ||
          context.impossible(scopeOn(one, formula))
        )
          continue;
        yield {
          place: one.rule.place,
          message:
            `rule ${quoted(one.rule.id)} allows ${quoted(name)}, which ${risk}, without a ` +
            "condition, and no rule restricts it",
          help: "add a require_approval rule for large or unusual calls, or a deny rule for calls that must not run",
          notes: [
            { message: "the tool is declared here", file: tool.place.file, span: tool.place.span },
          ],
        };
      }
    }
  },
};
