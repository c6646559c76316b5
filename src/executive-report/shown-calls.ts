import type { ChangeGroup } from "../documents/replay-result.ts";
import type { IncidentInfo } from "../documents/report-result.ts";
import { count } from "../text/count.ts";
import { rulesOfGroups } from "../text/group-rules.ts";
import { firstNames, listed } from "../text/listed.ts";
import { mayWiden, type RuleChange } from "../text/widenings.ts";
import type { ShipFacts } from "./ship-facts.ts";

/** Incidents that are named. */
const NAMED = 2;

const FATES: ReadonlyMap<string, string> = new Map([
  ["deny", "denied"],
  ["require_approval", "held"],
  ["allow", "permitted"],
]);

/** Whether one of the changes is of a rule that decides calls of a group, before or after. */
function isOfRules(group: ChangeGroup, changes: readonly RuleChange[]): boolean {
  const rules = rulesOfGroups([group]);
  return changes.some(({ about }) => rules.has(about));
}

const callsIn = (groups: readonly ChangeGroup[]): number =>
  groups.reduce((sum, { calls }) => sum + calls, 0);

/** Whether calls of a group are of an incident that the candidate decides otherwise than the baseline. */
function isOfGroup(incident: IncidentInfo, { to, toRules }: ChangeGroup): boolean {
  const { stopped, before, decisions } = incident;
  const sum = (effect: string): number =>
    decisions.reduce((all, one) => all + (one.effect === effect ? one.calls : 0), 0);
  const isMoved = stopped !== before.stopped || sum("require_approval") !== before.held;
  return (
    isMoved &&
    decisions.some(({ effect, rules }) => effect === to && rules.join() === toRules.join())
  );
}

/** `, 2 of them of the incident \`s-1\`: denied today, then held`; empty where none is labelled. */
export function incidentText(
  groups: readonly ChangeGroup[],
  { incidents }: Pick<ShipFacts, "incidents">,
): string {
  const own = groups.filter(({ incidentCalls = 0 }) => incidentCalls > 0);
  const n = own.reduce((sum, { incidentCalls = 0 }) => sum + incidentCalls, 0);
  if (n === 0) return "";
  const names = incidents
    .filter((one) => own.some((group) => isOfGroup(one, group)))
    .flatMap(({ session }) => (session === null ? [] : [`\`${session}\``]));
  const noun = names.length === 1 ? "the incident" : "incidents";
  const all = callsIn(groups);
  const which =
    n === all ? (n === 1 ? ", it is" : `, ${n === 2 ? "both" : `all ${n}`}`) : `, ${n} of them`;
  const moves = new Set(own.map(({ from, to }) => `${from} ${to}`));
  const [from, to] =
    moves.size === 1 ? ([...moves][0] ?? "").split(" ").map((one) => FATES.get(one)) : [];
  const moved =
    from === undefined || to === undefined || from === to ? "" : `: ${from} today, then ${to}`;
  return `${which} of ${noun}${names.length === 0 ? "" : ` ${listed(firstNames(names, NAMED))}`}${moved}`;
}

/** The same changes, those of rules that decide calls that are widened first. */
export function shownFirst<T extends RuleChange>(
  changes: readonly T[],
  { replay }: ShipFacts,
): readonly T[] {
  const rules = rulesOfGroups(replay.groups.filter((group) => group.class === "widened"));
  const at = ({ about }: T): number => (rules.has(about) ? 0 : 1);
  return changes.toSorted((a, b) => at(a) - at(b));
}

/**
 * Whether recorded calls show what changes let through: `5 recorded calls show it`; empty where nobody
 * knows. WHY `may`: what is no rule, such as a tool of a catalog, decides no call by itself.
 */
export function shownText(own: readonly RuleChange[], facts: ShipFacts): string {
  const { replay, error, partial, diff } = facts;
  if (error !== undefined || partial) return "";
  const widened = replay.groups.filter((group) => group.class === "widened");
  const { direct, downstream } = replay.changes.widened;
  // of very many groups not all are listed
  if (callsIn(widened) !== direct + downstream) return "";
  const all = (diff?.changes ?? []).filter(mayWiden);
  const hasOthers = own.some(({ about }) => !about.startsWith("rule "));
  const shown = widened.filter(
    (group) => isOfRules(group, own) || (hasOthers && !isOfRules(group, all)),
  );
  const isSure = shown.some((group) => isOfRules(group, own)) || own.length === all.length;
  if (shown.length > 0) {
    const calls = callsIn(shown);
    const verb = isSure ? (calls === 1 ? "shows" : "show") : "may show";
    return `${count(calls, "recorded call")} ${verb} it${incidentText(shown, facts)}`;
  }
  if (hasOthers && widened.length > 0)
    return `${count(callsIn(widened), "recorded call")} may show it`;
  const open = replay.changes.indeterminate - (replay.changes.notWidened ?? 0);
  return `no recorded call shows it${open > 0 ? " for certain" : ""}`;
}
