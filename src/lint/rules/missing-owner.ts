import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const missingOwner: SetRule = {
  code: "missing-owner",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: ({ policies }) =>
    policies
      .filter(({ owner }) => owner === undefined)
      .map(({ name, place }) => ({
        place,
        message: `policy ${quoted(name)} has no owner`,
        help: "name under `owner` a person or team who can answer questions",
      })),
};
