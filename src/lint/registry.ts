import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { LintRule, RunnerRule } from "./rule.ts";
import { allowDenyOverlap } from "./rules/allow-deny-overlap.ts";
import { constantCondition } from "./rules/constant-condition.ts";
import { contradictoryCondition } from "./rules/contradictory-condition.ts";
import { deadPattern } from "./rules/dead-pattern.ts";
import { duplicateRule } from "./rules/duplicate-rule.ts";
import { emptyPolicy } from "./rules/empty-policy.ts";
import { expiredAgent } from "./rules/expired-agent.ts";
import { expiredException } from "./rules/expired-exception.ts";
import { foreignPattern } from "./rules/foreign-pattern.ts";
import { impossibleQuorum } from "./rules/impossible-quorum.ts";
import { impossibleValue } from "./rules/impossible-value.ts";
import { inertException } from "./rules/inert-exception.ts";
import { misreadText } from "./rules/misread-text.ts";
import { missingApproval } from "./rules/missing-approval.ts";
import { missingDescription } from "./rules/missing-description.ts";
import { missingForm } from "./rules/missing-form.ts";
import { missingOwner } from "./rules/missing-owner.ts";
import { missingReason } from "./rules/missing-reason.ts";
import { negatedScope } from "./rules/negated-scope.ts";
import { nothingAllowed } from "./rules/nothing-allowed.ts";
import { optionalArgument } from "./rules/optional-argument.ts";
import { outsideManifest } from "./rules/outside-manifest.ts";
import { overdueReview } from "./rules/overdue-review.ts";
import { redundantPattern } from "./rules/redundant-pattern.ts";
import { secret } from "./rules/secret.ts";
import { shadowedRule } from "./rules/shadowed-rule.ts";
import { siblingPrefix } from "./rules/sibling-prefix.ts";
import { suspiciousCharacters } from "./rules/suspicious-characters.ts";
import { unanchoredPattern } from "./rules/unanchored-pattern.ts";
import { unknownAgent } from "./rules/unknown-agent.ts";
import { unknownApprover } from "./rules/unknown-approver.ts";
import { unknownArgument } from "./rules/unknown-argument.ts";
import { unknownInput } from "./rules/unknown-input.ts";
import { unknownTool } from "./rules/unknown-tool.ts";
import { unknownValue } from "./rules/unknown-value.ts";
import { unrecordedAttribute } from "./rules/unrecorded-attribute.ts";
import { untestedRule } from "./rules/untested-rule.ts";
import { unusedData } from "./rules/unused-data.ts";
import { unusedDeclaration } from "./rules/unused-declaration.ts";
import { unusedManifestTool } from "./rules/unused-manifest-tool.ts";
import { wildcardAllow } from "./rules/wildcard-allow.ts";

/**
 * A suppression that nothing needs, and one that does not say why: the runner itself finds these.
 */
export const unusedSuppression: RunnerRule = {
  code: "unused-suppression",
  level: "warning",
  kind: "fault",
  needs: "runner",
};
export const badSuppression: RunnerRule = {
  code: "bad-suppression",
  level: "warning",
  kind: "fault",
  needs: "runner",
};

/** Every rule: faults first, the most telling ones in front; then opinions. */
export const LINT_RULES: readonly LintRule[] = [
  contradictoryCondition,
  impossibleValue,
  unknownValue,
  constantCondition,
  shadowedRule,
  duplicateRule,
  deadPattern,
  foreignPattern,
  missingForm,
  redundantPattern,
  wildcardAllow,
  missingApproval,
  outsideManifest,
  nothingAllowed,
  emptyPolicy,
  misreadText,
  optionalArgument,
  unrecordedAttribute,
  impossibleQuorum,
  unknownApprover,
  unknownTool,
  unknownArgument,
  unknownInput,
  unknownAgent,
  unusedManifestTool,
  unusedDeclaration,
  expiredException,
  inertException,
  expiredAgent,
  overdueReview,
  suspiciousCharacters,
  secret,
  siblingPrefix,
  unanchoredPattern,
  badSuppression,
  unusedSuppression,
  allowDenyOverlap,
  missingDescription,
  missingOwner,
  missingReason,
  negatedScope,
  untestedRule,
  unusedData,
];

const BY_CODE: ReadonlyMap<string, LintRule> = new Map(LINT_RULES.map((rule) => [rule.code, rule]));

/** The rule of a code; undefined for what the loader finds, and for what is no code. */
export function ruleOfCode(code: DiagnosticCode | (string & {})): LintRule | undefined {
  return BY_CODE.get(code);
}
