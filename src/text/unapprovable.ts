import { count } from "./count.ts";
import { namesText, type Opening, ruleName } from "./openings.ts";
import type { RuleChange } from "./widenings.ts";

/**
 * That nobody in the catalog can approve what changed rules ask, whatever the changes do else, and what to
 * do: one or none.
 */
export function unapprovable(changes: readonly RuleChange[]): readonly Opening[] {
  const own = changes.filter(({ nobodyApproves }) => nobodyApproves === true);
  const [first] = own;
  if (first === undefined) return [];
  const names = namesText(own.map(ruleName));
  const what =
    own.length === 1
      ? `rule \`${ruleName(first)}\` asks`
      : `${count(own.length, "rule")} ask${names}`;
  return [
    {
      reasons: [`Nobody in the catalog can approve what ${what}`],
      steps: [`name an approver who is in the catalog${names}`],
    },
  ];
}
