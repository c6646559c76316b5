import { quoted } from "../../policy/log.ts";
import { isUsed, usesOf } from "../uses.ts";
import type { SetRule } from "../rule.ts";

/**
 * WHY an opinion: a catalog often serves several policy sets, and each reads its part of the data.
 */
export const unusedData: SetRule = {
  code: "unused-data",
  level: "off",
  kind: "opinion",
  needs: "set",
  whole: ["policies"],
  run: (context) => {
    if (context.policies.length === 0) return [];
    const uses = usesOf(context);
    return context.catalogs
      .flatMap(({ data }) => data)
      .filter(({ name }) => !isUsed(uses, "data", name))
      .map(({ name, place }) => ({
        place,
        message: `no condition reads the data ${quoted(name)}`,
        help: "remove it, or read it in a condition",
      }));
  },
};
