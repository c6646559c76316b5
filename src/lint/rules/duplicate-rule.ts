import { quoted } from "../../policy/log.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";
import type { SetRule } from "../rule.ts";

/** What two rules of one meaning surely have in common, told without working their meaning out. */
function outline({ rule, policy }: AnalysedRule): string {
  const sorted = (list: readonly string[] | undefined): string => [...new Set(list)].sort().join();
  return [
    rule.effect,
    rule.mode,
    rule.actions === undefined ? "*" : sorted(rule.actions),
    rule.subjects === undefined ? "*" : sorted(rule.subjects),
    sorted(policy.target?.subjects),
  ].join("\n");
}

/**
 * WHY: patterns such as `*` and `**` mean the same and are written differently; those are compared
 * by their meaning alone.
 */
function candidates(rules: readonly AnalysedRule[]): readonly AnalysedRule[] {
  const groups = new Map<string, AnalysedRule[]>();
  for (const one of rules) {
    const wide = [...(one.rule.actions ?? ["*"]), ...(one.rule.subjects ?? ["*"])].some((pattern) =>
      /\*\*|^\*|\/\*$|:\*$/.test(pattern),
    );
    const key = wide ? "" : outline(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].filter((group) => group.length > 1).flat();
}

export const duplicateRule: SetRule = {
  code: "duplicate-rule",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    const first = new Map<string, AnalysedRule>();
    for (const one of candidates(context.analysed.rules)) {
      const text = one.compiled.text();
      const known = first.get(text);
      if (known === undefined) {
        first.set(text, one);
        continue;
      }
      const notes = [
        { message: "the first one", file: known.rule.place.file, span: known.rule.place.span },
      ];
      yield {
        place: one.rule.place,
        message: `rule ${quoted(one.rule.id)} has the same meaning as ${quoted(known.name)}`,
        help: "keep one of the two",
        notes,
      };
    }
  },
};
