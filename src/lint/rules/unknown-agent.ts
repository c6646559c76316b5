import { compileEntityGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { invariantPatterns, patternsOf } from "../patterns.ts";
import type { SetRule } from "../rule.ts";

export const unknownAgent: SetRule = {
  code: "unknown-agent",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    const { catalog } = context.analysed.set;
    if (!catalog.listsAgents || catalog.unregistered === "policy") return;
    const known = context.agents.map(({ id }) => `agent:${id}`);
    const patterns = [...patternsOf(context), ...invariantPatterns(context)];
    for (const { list, text, place } of patterns) {
      if (list !== "subjects" || !text.startsWith("agent:")) continue;
      const glob = compileEntityGlob(text);
      if (context.agents.some(({ id }) => glob.fits("agent", id) === true)) continue;
      const near = nearestWord(text, known);
      const help =
        near === undefined
          ? "an agent that no catalog lists is denied, even if a rule allows it; list it, or fix the pattern"
          : `did you mean \`${near}\`?`;
      yield {
        place: place(),
        message: `${quoted(text)} fits no agent that a catalog lists`,
        help,
      };
    }
  },
};
