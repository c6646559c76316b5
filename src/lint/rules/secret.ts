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
        help: "many people read policies: revoke the credential, and remove it",
      })),
};
