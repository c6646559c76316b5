import type { SetRule } from "../rule.ts";

export const impossibleValue: SetRule = {
  code: "impossible-value",
  level: "error",
  kind: "fault",
  needs: "set",
  run: ({ words }) =>
    words.filter(({ code }) => code === "impossible-value").map(({ problem }) => problem),
};
