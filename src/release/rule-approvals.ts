import type { DiffChange } from "../documents/diff-result.ts";
import { areOtherApprovals } from "../engine/demand.ts";
import { everybody, isUnapprovable } from "../policy/approvers.ts";
import type { Document, Rule } from "../policy/model.ts";

/**
 * What a changed rule asks beside the rule before: approvals that cannot be compared, approvals that nobody
 * in the later version's catalogs can give. Empty: neither, and for rules that require no approval.
 */
export function approvalFacts(
  before: Rule | undefined,
  after: Rule | undefined,
  documents: readonly Document[],
): Pick<DiffChange, "otherApprovals" | "nobodyApproves"> {
  if (after?.mode !== "enforce" || after.approval === undefined) return {};
  const old = before?.mode === "enforce" ? before.approval : undefined;
  const all = everybody(documents.filter((one) => one.kind === "Catalog"));
  return {
    ...(old !== undefined &&
      areOtherApprovals([old], [after.approval]) && { otherApprovals: true as const }),
    ...(isUnapprovable(after.approval, all) && { nobodyApproves: true as const }),
  };
}
