import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { Problem, SetRule } from "../rule.ts";
import type { AnalysedRule } from "../../analysis/analysed-set.ts";

function check({ rule }: AnalysedRule): readonly Problem[] {
  const found: Problem[] = [];
  const { when } = rule;
  if (when === undefined) return found;
  visitAll(when.expr, (node) => {
    const pattern = node.kind === "call" && node.name === "matches" ? node.args.at(-1) : undefined;
    if (pattern?.kind !== "literal" || pattern.literal.type !== "string") return;
    const { value } = pattern.literal;
    if (/^(\(\?[a-z]+\))?(\^|\\A)/.test(value) && /(\$|\\z)$/.test(value)) return;
    const span = conditionSpan(when, pattern.start, pattern.end);
    found.push({ place: when.place, span, message: `the pattern ${quoted(value)} of allow rule ${quoted(rule.id)} also fits inside a longer text`, help: "anchor it: `^` in front, `$` behind" });
  });
  return found;
}

export const unanchoredPattern: SetRule = {
  code: "unanchored-pattern",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: (context) => context.enforced.filter(({ rule }) => rule.effect === "allow").flatMap(check),
};
