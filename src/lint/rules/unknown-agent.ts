import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const unknownAgent: SetRule = {
  code: "unknown-agent",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* ({ misnamed }) {
    for (const { list, text, meant, place } of misnamed) {
      if (list !== "subjects") continue;
      const help =
        meant === undefined
          ? "an agent that no catalog lists is denied, even if a rule allows it; list it, or fix the pattern"
          : `did you mean ${quoted(meant)}?`;
      yield {
        place: place(),
        message: `${quoted(text)} fits no agent that a catalog lists`,
        help,
      };
    }
  },
};
