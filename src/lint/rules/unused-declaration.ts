import { quoted } from "../../policy/log.ts";
import { isUsed, usesOf, type UsedKind } from "../uses.ts";
import type { SetRule } from "../rule.ts";

const KINDS: readonly (readonly [UsedKind & ("labels" | "counters" | "values"), string])[] = [
  ["labels", "session label"],
  ["counters", "session counter"],
  ["values", "session values"],
];

export const unusedDeclaration: SetRule = {
  code: "unused-declaration",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies"],
  run: function* (context) {
    if (
      context.policies.every(({ session }) => KINDS.every(([kind]) => session[kind].length === 0))
    )
      return;
    const uses = usesOf(context);
    for (const { session } of context.policies) {
      for (const [kind, what] of KINDS) {
        for (const { name, place } of session[kind]) {
          if (isUsed(uses, kind, name)) continue;
          yield {
            place,
            message: `no condition reads the ${what} ${quoted(name)}`,
            help: "remove it, or read it in a condition",
          };
        }
      }
    }
  },
};
