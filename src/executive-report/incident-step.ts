import type { ChangeGroup } from "../documents/replay-result.ts";
import type { IncidentInfo } from "../documents/report-result.ts";
import { rulesOfGroups } from "../text/group-rules.ts";
import { listed } from "../text/listed.ts";
import { aboutNames, toldText } from "../text/openings.ts";
import { mayWiden, type RuleChange } from "../text/widenings.ts";
import { isOfRemoved, putBackText } from "./removed-policies.ts";

/** Changes that are told in words; of more, all are named. */
const TOLD = 2;

/** What changed, and the recorded calls that are decided otherwise. */
export interface ChangedSet {
  readonly groups: readonly ChangeGroup[];
  /** Undefined: nothing compared the policies. */
  readonly changes?: readonly RuleChange[];
  /** The baseline's policies that are gone. */
  readonly removed: ReadonlySet<string>;
}

/** What surely lets calls of incidents run, or what may, as no rule of these calls changed. */
interface Causes {
  readonly isSure: boolean;
  readonly changes: readonly RuleChange[];
}

function causesOf(groups: readonly ChangeGroup[], changes: readonly RuleChange[]): Causes {
  const rules = rulesOfGroups(groups);
  const own = changes.filter((change) => mayWiden(change) && rules.has(change.about));
  if (own.length > 0) return { isSure: true, changes: own };
  const others = changes.filter((change) => mayWiden(change) && !change.about.startsWith("rule "));
  return { isSure: others.length === 1, changes: others };
}

/** To put back what lets incidents run that the baseline stops; `which`: it, or them. */
function undoText({ groups, changes = [], removed }: ChangedSet, which: string): string {
  const moved = groups.filter(({ incidents = 0 }) => incidents > 0);
  const gone = moved.filter((group) => isOfRemoved(group, removed));
  if (moved.length > 0 && gone.length === moved.length) return putBackText(gone);
  const causes = causesOf(moved, changes);
  if (causes.changes.length === 0)
    return `put back, or narrow, the change that lets ${which} run: the policies of today stop ${which}`;
  const what = `what ${causes.isSure ? "lets" : "may let"} ${which} run`;
  const told =
    causes.changes.length > TOLD
      ? aboutNames(causes.changes)
      : listed(causes.changes.map(toldText));
  return `put back, or narrow, ${what}: ${told}`;
}

/**
 * What to do so that incidents do not happen again, each of which the candidate leaves open: to put back
 * what lets them run where the baseline stops more of their calls, else to write rules.
 */
export function incidentStep(open: readonly IncidentInfo[], changed: ChangedSet): string {
  const undone = open.filter(({ stopped, before }) => before.stopped > stopped);
  const session = (undone[0] ?? open[0])?.session ?? "<session>";
  const pin = `\`agentz test --pin ${session}\``;
  const one = open.length === 1;
  const keep = one ? `keep it as a test: ${pin}` : `keep each as a test: begin with ${pin}`;
  if (undone.length === 0)
    return `${one ? "write a rule that stops this incident" : "write rules that stop these incidents"}, and ${keep}`;
  const rest = undone.length === open.length ? "" : "; write rules that stop the others";
  return `${undoText(changed, undone.length === 1 ? "it" : "them")}${rest}; and ${keep}`;
}
