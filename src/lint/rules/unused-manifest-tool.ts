import { allOf } from "../../proof/formula.ts";
import { actionsClaim, entityGlobClaim, ruleScopeClaim } from "../../proof/rule-claim.ts";
import type { CompiledRule } from "../../engine/compiled-rule.ts";
import { fitsAction } from "../../engine/scope.ts";
import { isExactGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import { isMeant } from "../misnamed.ts";
import type { SetRule } from "../rule.ts";

/** False where a rule surely does not name a tool: worth telling apart, since most rules do not. */
function mayName({ scope }: CompiledRule, tool: string): boolean {
  if (!isExactGlob(tool)) return true;
  const slash = tool.indexOf("/");
  const server = slash < 0 ? undefined : tool.slice(0, slash);
  return fitsAction(scope.actions, { server, name: tool.slice(slash + 1) }) !== false;
}

export const unusedManifestTool: SetRule = {
  code: "unused-manifest-tool",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies", "catalogs"],
  run: function* (context) {
    const permits = context.enforced.filter(({ rule }) => rule.effect !== "deny");
    if (permits.length === 0) return;
    for (const agent of context.agents) {
      const { id, status, manifest } = agent;
      if (status !== "commissioned") continue;
      const subject = entityGlobClaim("subject", `agent:${id}`)("true");
      for (const { name, place } of manifest?.tools ?? []) {
        const tool = actionsClaim([name])("true");
        const named = permits.filter(({ compiled }) => mayName(compiled, name));
        if (
          !named.every(({ rule, policy }) =>
            context.impossible(allOf([subject, tool, ruleScopeClaim(policy, rule)("true")])),
          )
        )
          continue;
        const cause = context.misnamed.find(
          (one) =>
            (one.agent === agent && one.text === name) ||
            (one.policy !== undefined &&
              (one.list === "actions" ? isMeant(one, name) : one.meant === `agent:${id}`)),
        );
        yield {
          place,
          cause: cause?.place(),
          message: `no rule permits the tool ${quoted(name)} in the manifest of agent ${quoted(id)}`,
          help: "add a rule, or remove the tool from the manifest",
        };
      }
    }
  },
};
