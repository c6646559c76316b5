import { allOf } from "../../analysis/formula.ts";
import { actionsClaim, entityGlobClaim, ruleScopeClaim } from "../../analysis/rule-claim.ts";
import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const unusedManifestTool: SetRule = {
  code: "unused-manifest-tool",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies", "catalogs"],
  run: function* (context) {
    const permits = context.enforced.filter(({ rule }) => rule.effect !== "deny");
    if (permits.length === 0) return;
    for (const { id, status, manifest } of context.agents) {
      if (status !== "commissioned") continue;
      const subject = entityGlobClaim("subject", `agent:${id}`)("true");
      for (const { name, place } of manifest?.tools ?? []) {
        const tool = actionsClaim([name])("true");
        if (!permits.every(({ rule, policy }) => context.impossible(allOf([subject, tool, ruleScopeClaim(policy, rule)("true")])))) continue;
        yield { place, message: `no rule permits agent ${quoted(id)} the tool ${quoted(name)} of its manifest`, help: "add the rule, or take the tool out of the manifest" };
      }
    }
  },
};
