import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { AnalysedRule } from "../../analysis/analysed-set.ts";
import type { Problem, SetRule } from "../rule.ts";

function check({ rule }: AnalysedRule): readonly Problem[] {
  const found: Problem[] = [];
  const { when } = rule;
  if (when === undefined) return found;
  visitAll(when.expr, (node) => {
    if (node.kind !== "call" || node.name !== "startsWith") return;
    const [prefix] = node.args;
    if (prefix?.kind !== "literal" || prefix.literal.type !== "string" || !/^(\/|[a-z]+:\/\/).*[^/]$/.test(prefix.literal.value)) return;
    const { value } = prefix.literal;
    const span = conditionSpan(when, node.start, node.end);
    found.push({ place: when.place, span, message: `${quoted(value)} is also the beginning of ${quoted(`${value}-other`)}, which is not below it`, help: `write \`under(…, '${value}')\`` });
  });
  return found;
}

export const siblingPrefix: SetRule = {
  code: "sibling-prefix",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: (context) => context.of.rules.flatMap(check),
};
