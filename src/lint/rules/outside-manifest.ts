import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { every } from "../../proof/claim.ts";
import { allOf, type Formula } from "../../proof/formula.ts";
import { permittedWorld } from "../../proof/permitted-world.ts";
import { ruleScopeClaim } from "../../proof/rule-claim.ts";
import { quoted } from "../../policy/log.ts";
import type { Place } from "../../policy/model.ts";
import type { LintContext } from "../context.ts";
import { isMeant } from "../misnamed.ts";
import type { Problem, SetRule } from "../rule.ts";

const HELP =
  "a manifest or lifecycle denies the call, even if this rule allows it; fix the catalog or the rule";

/**
 * The name because of which manifests deny a rule's calls: one of its own, or of a manifest that
 * means a tool of the rule.
 */
function causeOf(context: LintContext, one: AnalysedRule): Place | undefined {
  const tools = one.rule.actions ?? [];
  const ofManifest = context.misnamed.find(
    (name) => name.agent !== undefined && tools.some((tool) => isMeant(name, tool)),
  );
  return context.causeOf(one) ?? ofManifest?.place();
}

function check(context: LintContext, one: AnalysedRule, world: Formula): readonly Problem[] {
  const { rule, policy } = one;
  if (rule.effect === "deny" || !context.matchable(one)) return [];
  if (context.impossible(allOf([one.claim("true"), world]))) {
    return [
      {
        place: rule.place,
        message: `rule ${quoted(rule.id)} has no effect: the catalog allows none of its agents to make these calls`,
        help: HELP,
        cause: causeOf(context, one),
      },
    ];
  }
  const patterns = rule.actions ?? [];
  if (patterns.length < 2) return [];
  return patterns.flatMap((pattern, i) => {
    const alone = every([ruleScopeClaim(policy, { ...rule, actions: [pattern] })])("true");
    if (context.impossible(alone) || !context.impossible(allOf([alone, world]))) return [];
    return [
      {
        place: context.placeIn(policy, rule, `actions[${i}]`),
        message: `no agent that rule ${quoted(rule.id)} fits may call ${quoted(pattern)}`,
        help: HELP,
        cause: causeOf(context, one),
      },
    ];
  });
}

export const outsideManifest: SetRule = {
  code: "outside-manifest",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: (context) => {
    if (!context.analysed.set.catalog.listsAgents) return [];
    const world = permittedWorld(context.analysed.set);
    return context.enforced.flatMap((one) => check(context, one, world));
  },
};
