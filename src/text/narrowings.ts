import { rulesOfGroups } from "./group-rules.ts";
import { namesText, ruleName } from "./openings.ts";
import type { RuleChange } from "./widenings.ts";

const NARROWING: ReadonlySet<string> = new Set(["narrows", "both", "unknown"]);

/** What becomes of the calls of a rule that is gone and that allowed or held them. */
export const UNPERMITTED = "what no other rule allows or holds is denied now";

/** That a trace says nothing of a change. */
const UNSHOWN = "no recorded call shows it";

/** What of a replay's document tells which changes its calls show. */
interface ReplayedCalls {
  readonly groups: readonly {
    readonly calls: number;
    readonly fromRules: readonly string[];
    readonly toRules: readonly string[];
  }[];
  readonly changes: {
    readonly widened: { readonly direct: number; readonly downstream: number };
    readonly narrowed: { readonly direct: number; readonly downstream: number };
    readonly indeterminate: number;
    readonly unreachable: number;
  };
}

/** Whether a change permits less, or may. */
export function mayNarrow({ effect }: RuleChange): boolean {
  return NARROWING.has(effect);
}

/** Whether a rule is gone that allowed or held calls, and calls may be denied since. */
export function isPermissionLost(change: RuleChange): boolean {
  const { rule } = change;
  return (
    mayNarrow(change) &&
    rule !== undefined &&
    rule.before !== null &&
    rule.before.effect !== "deny" &&
    rule.after === null
  );
}

/** Whether all changed calls are in groups: of very many not all are listed. */
function isWhole({ groups, changes }: ReplayedCalls): boolean {
  const { widened, narrowed, indeterminate, unreachable } = changes;
  const moved = [widened, narrowed].reduce((sum, one) => sum + one.direct + one.downstream, 0);
  return groups.reduce((sum, { calls }) => sum + calls, 0) >= moved + indeterminate + unreachable;
}

/**
 * The changes of rules that only narrow, and that no recorded call shows. Empty where not all groups
 * are listed: any of the others may show them.
 */
export function unshownNarrowings<T extends RuleChange>(
  changes: readonly T[],
  replay: ReplayedCalls,
): readonly T[] {
  if (!isWhole(replay)) return [];
  const shown = rulesOfGroups(replay.groups);
  return changes.filter(
    ({ about, effect }) => effect === "narrows" && about.startsWith("rule ") && !shown.has(about),
  );
}

/** What a change does that only narrows, in words before its sentence. */
export function narrowingWord({ rule, witness }: RuleChange): string {
  const [from, to] = [rule?.before?.effect, rule?.after?.effect ?? "deny"];
  if (to === "deny") return "stops more";
  if (from !== to) return "holds more";
  if (witness?.class !== "narrowed") return "stricter";
  const { before, after } = witness;
  if (after.effect === "deny") return "stops more";
  return before.effect === after.effect ? "demands more" : "holds more";
}

/** What stands behind the sentence of a change that no recorded call shows. */
export function unshownText(change: RuleChange): string {
  return `${isPermissionLost(change) ? `; ${UNPERMITTED}` : ""}; ${UNSHOWN}`;
}

/** How many more changes narrow, with some of their names. */
export function moreNarrowingsText(changes: readonly RuleChange[]): string {
  const which = namesText(changes.map(ruleName));
  return changes.length === 1
    ? `1 more change stops or holds more${which}; ${UNSHOWN}`
    : `${changes.length} more changes stop or hold more${which}; no recorded call shows them`;
}
