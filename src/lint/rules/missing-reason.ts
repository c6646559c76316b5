import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const missingReason: SetRule = {
  code: "missing-reason",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: (context) =>
    context.enforced
      .filter(({ rule }) => rule.effect === "deny" && rule.reason === undefined)
      .map(({ rule }) => ({
        place: rule.place,
        message: `deny rule ${quoted(rule.id)} has no reason`,
        help: "write under `reason` what a person who was denied should know",
      })),
};
