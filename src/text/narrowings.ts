import type { RuleChange } from "./widenings.ts";

const NARROWING: ReadonlySet<string> = new Set(["narrows", "both", "unknown"]);

/** What becomes of the calls of a rule that is gone and that allowed or held them. */
export const UNPERMITTED = "what no other rule allows or holds is denied now";

/** Whether a rule is gone that allowed or held calls, and calls may be denied since. */
export function isPermissionLost({ effect, rule }: RuleChange): boolean {
  return (
    NARROWING.has(effect) &&
    rule !== undefined &&
    rule.before !== null &&
    rule.before.effect !== "deny" &&
    rule.after === null
  );
}
