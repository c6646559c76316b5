import { secretsOf } from "../../text/detectors.ts";
import type { TextRule } from "../rule.ts";

export const secret: TextRule = {
  code: "secret",
  level: "error",
  kind: "fault",
  needs: "text",
  run: ({ file, text }) =>
    secretsOf(text)
      .filter(({ certain }) => certain)
      .map(({ what, span }) => ({
        place: { file, span, path: "$" },
        message: `this looks like ${what}`,
        help: "policies are read by many and kept for ever: revoke it, and leave it out",
      })),
};
