import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { showPath } from "../../request/attribute-path.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import { readings } from "../../condition/paths.ts";
import type { TraceGaps } from "../trace-watch.ts";
import type { Problem, SetRule } from "../rule.ts";

function check({ name, rule }: AnalysedRule, gaps: TraceGaps): readonly Problem[] {
  const gap = gaps.get(name);
  const conditions = [rule.when, ...rule.exceptions.map((exception) => exception.when)].filter(
    (when) => when !== undefined,
  );
  return (gap?.paths ?? []).flatMap((path) => {
    for (const when of conditions) {
      const reading = readings(when.expr).find(
        (one) => JSON.stringify(one.path) === JSON.stringify(path),
      );
      if (reading === undefined) continue;
      const calls = `${gap?.calls ?? 0} ${gap?.calls === 1 ? "call" : "calls"}`;
      return [
        {
          place: when.place,
          span: conditionSpan(when, reading.expr.start, reading.expr.end),
          message:
            `rule ${quoted(rule.id)} reads ${quoted(showPath(path))}, ` +
            `which no fitting call of the trace has (${calls})`,
          help: "record it in the gateway, or declare it in the catalog; without it the rule is undecided",
        },
      ];
    }
    return [];
  });
}

export const unrecordedAttribute: SetRule = {
  code: "unrecorded-attribute",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: ({ gaps, analysed }) =>
    gaps === undefined ? [] : analysed.rules.flatMap((one) => check(one, gaps)),
};
