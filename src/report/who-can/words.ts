import type { WhoCanEntry } from "../../documents/who-can-result.ts";
import { conditionText } from "../blast-radius/words.ts";

/** What lets a call run, what asks for an approval, and what may still deny it. */
export function wayTexts({ allows, approvals, denies }: WhoCanEntry): readonly string[] {
  return [
    ...allows.map(conditionText),
    ...approvals.map(conditionText),
    ...denies.map((condition) => `unless ${conditionText(condition)}`),
  ];
}

/** Whether nobody may do it without an approval, as far as one entry says. */
export function needsApproval({ atMost }: WhoCanEntry): boolean {
  return atMost === "approval";
}
