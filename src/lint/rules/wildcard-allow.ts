import { allOf } from "../../proof/formula.ts";
import { actionsClaim } from "../../proof/rule-claim.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { ruleScopeClaim } from "../../proof/rule-claim.ts";
import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const wildcardAllow: SetRule = {
  code: "wildcard-allow",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    for (const { rule, policy } of context.enforced) {
      // only a star can fit every tool
      if (
        rule.effect !== "allow" ||
        rule.actions?.every((pattern) => !/^\*/.test(pattern)) === true
      )
        continue;
      if (rule.resources !== undefined || !context.impossible(actionsClaim(rule.actions)("false")))
        continue;
      const { when } = rule;
      const constant =
        when === undefined ||
        context.impossible(
          allOf([
            ruleScopeClaim(policy, rule)("true"),
            conditionClaim(when.expr, context.analysed.atoms)("notTrue"),
          ]),
        );
      if (!constant) continue;
      const place =
        rule.actions === undefined ? rule.place : context.placeIn(policy, rule, "actions");
      yield {
        place,
        message: `rule ${quoted(rule.id)} allows every tool and has no condition`,
        help: "list the tools that you want to allow; all others are then denied",
      };
    }
  },
};
