import type { Expr } from "../../condition/ast.ts";
import { conjuncts, isNegation } from "../../condition/structure.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { SetRule } from "../rule.ts";

function excludes(expr: Expr): boolean {
  return isNegation(expr) || (expr.kind === "binary" && expr.op === "!=");
}

export const negatedScope: SetRule = {
  code: "negated-scope",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: function* (context) {
    for (const { rule } of context.enforced) {
      const { when } = rule;
      if (rule.effect !== "allow" || when === undefined || !conjuncts(when.expr).every(excludes))
        continue;
      const span = conditionSpan(when, when.expr.start, when.expr.end);
      yield {
        place: when.place,
        span,
        message: `rule ${quoted(rule.id)} allows everything except what it names`,
        help: "list what is allowed, so that unexpected values are denied",
      };
    }
  },
};
