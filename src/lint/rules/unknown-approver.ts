import { quoted } from "../../policy/log.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { everybody, isListed, namedBy } from "../approvers.ts";
import type { SetRule } from "../rule.ts";

export const unknownApprover: SetRule = {
  code: "unknown-approver",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    const all = everybody(context);
    const known = [...new Set(all.people.flatMap(({ roles }) => roles))].map(
      (role) => `role:${role}`,
    );
    for (const { rule, policy } of context.analysed.rules) {
      for (const [i, approver] of (rule.approval?.approvers ?? []).entries()) {
        if (!isListed(approver, all) || namedBy(approver, all).length > 0) continue;
        const near = nearestWord(approver, known);
        const help =
          near === undefined
            ? "give somebody the role, or name another approver"
            : `did you mean \`${near}\`?`;
        yield {
          place: context.placeIn(policy, rule, `approval.approvers[${i}]`),
          message: `nobody in the catalog is ${quoted(approver)}, so nobody can approve`,
          help,
        };
      }
    }
  },
};
