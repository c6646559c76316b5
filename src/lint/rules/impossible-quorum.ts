import { everybody, isListed, namedBy } from "../../policy/approvers.ts";
import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

export const impossibleQuorum: SetRule = {
  code: "impossible-quorum",
  level: "error",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    const all = everybody(context.catalogs);
    for (const { rule, policy } of context.analysed.rules) {
      const { approval } = rule;
      if (
        approval?.approvers === undefined ||
        !approval.approvers.every((approver) => isListed(approver, all))
      )
        continue;
      const able = new Set(approval.approvers.flatMap((approver) => namedBy(approver, all)));
      if (able.size === 0 || able.size >= approval.quorum) continue;
      yield {
        place: context.placeIn(policy, rule, "approval.quorum"),
        message:
          `rule ${quoted(rule.id)} requires ${approval.quorum} approvals, but the catalog has ` +
          `${able.size === 1 ? "1 approver" : `${able.size} approvers`}`,
        help: "lower the quorum, or name more approvers",
      };
    }
  },
};
