import { quoted } from "../../policy/log.ts";
import type { AnalysedRule } from "../../analysis/analysed-set.ts";
import type { SetRule } from "../rule.ts";

export const duplicateRule: SetRule = {
  code: "duplicate-rule",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    const first = new Map<string, AnalysedRule>();
    for (const one of context.of.rules) {
      const text = one.compiled.text();
      const known = first.get(text);
      if (known === undefined) {
        first.set(text, one);
        continue;
      }
      const notes = [{ message: "the first one", file: known.rule.place.file, span: known.rule.place.span }];
      yield { place: one.rule.place, message: `rule ${quoted(one.rule.id)} means the same as ${quoted(known.name)}`, help: "keep one of the two", notes };
    }
  },
};
