import type { SetRule } from "../rule.ts";

export const nothingAllowed: SetRule = {
  code: "nothing-allowed",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => {
    const [first] = context.policies;
    if (first === undefined || context.enforced.length === 0 || context.enforced.some(({ rule }) => rule.effect !== "deny")) return [];
    return [{ place: first.place, message: "no rule of the set permits anything, so every call is denied", help: "what no rule allows is denied by default: add the allow rules, or lint them together with these" }];
  },
};
