import type { SetRule } from "../rule.ts";

export const unknownValue: SetRule = {
  code: "unknown-value",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: ({ words }) =>
    words.filter(({ code }) => code === "unknown-value").map(({ problem }) => problem),
};
