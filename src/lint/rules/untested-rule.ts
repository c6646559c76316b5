import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const untestedRule: SetRule = {
  code: "untested-rule",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: (context) =>
    context.analysed.rules
      .filter(
        ({ rule }) =>
          rule.when !== undefined && rule.match.length === 0 && rule.notMatch.length === 0,
      )
      .map(({ rule }) => ({
        place: rule.place,
        message: `rule ${quoted(rule.id)} has a condition and no example`,
        help: "add a call under `match` and one under `not_match`; agentz checks them whenever it loads the policy",
      })),
};
