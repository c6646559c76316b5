import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const missingDescription: SetRule = {
  code: "missing-description",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: ({ policies }) =>
    policies
      .filter(({ description }) => description === undefined)
      .map(({ name, place }) => ({
        place,
        message: `policy ${quoted(name)} has no description`,
        help: "write one sentence under `description` that says what the policy is for",
      })),
};
