import { every } from "../../proof/claim.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { exceptionClaim, ruleScopeClaim } from "../../proof/rule-claim.ts";
import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const inertException: SetRule = {
  code: "inert-exception",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    const { atoms } = context.analysed;
    for (const { rule, policy } of context.analysed.rules) {
      if (rule.exceptions.length === 0) continue;
      const matched = every([
        ruleScopeClaim(policy, rule),
        ...(rule.when === undefined ? [] : [conditionClaim(rule.when.expr, atoms)]),
      ]);
      if (context.impossible(matched("true"))) continue;
      for (const exception of rule.exceptions) {
        if (
          !context.impossible(
            every([matched, exceptionClaim({ ...exception, expires: Infinity }, atoms)])("true"),
          )
        )
          continue;
        yield {
          place: exception.place,
          message: `this exception of rule ${quoted(rule.id)} never applies`,
          help: "it fits no call that the rule matches; fix it, or remove it",
        };
      }
    }
  },
};
