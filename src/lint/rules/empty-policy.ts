import { quoted } from "../../policy/log.ts";
import type { Policy } from "../../policy/model.ts";
import type { SetRule } from "../rule.ts";

/** A policy without rules may still declare the state that rules of other policies read. */
function saysNothing({ rules, session: { labels, counters, values } }: Policy): boolean {
  return [rules, labels, counters, values].every((part) => part.length === 0);
}

/**
 * Policies that decide nothing. WHY only where another policy permits something: where none does,
 * `nothing-allowed` says it of the whole set.
 */
export const emptyPolicy: SetRule = {
  code: "empty-policy",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies"],
  run: ({ policies, enforced }) =>
    enforced.every(({ rule }) => rule.effect === "deny")
      ? []
      : policies.filter(saysNothing).map(({ place, name }) => ({
          place,
          message: `policy ${quoted(name)} has no rules, so it decides nothing`,
          help: "add its rules, or remove the policy",
        })),
};
