import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listedCode } from "../../text/listed.ts";
import { aboutNames, ruleName } from "../../text/openings.ts";
import { mayWiden } from "../../text/widenings.ts";
import { causesOf, narrowingCauses } from "./causes.ts";
import { benignHarm, incidentHarm } from "./harm.ts";
import { type RemovedPolicy, removedPolicies } from "./removed.ts";

/** What to do so that incidents are stopped: to put back what lets them run, else to write rules. */
function incidentSteps(replay: ReplayResult, changes: readonly DiffChange[]): readonly string[] {
  if (incidentHarm(replay).length === 0) return [];
  const moved = replay.groups.filter(({ incidents = 0 }) => incidents > 0);
  const causes = moved.flatMap((group) => {
    const { rules, others } = causesOf(group, changes);
    const own = rules.filter(mayWiden);
    return own.length > 0 ? own : others;
  });
  if (causes.length > 0)
    return [`put back, or narrow, what lets incidents run: ${aboutNames([...new Set(causes)])}`];
  return [
    replay.labels.incident.noLongerStopped.calls > 0
      ? "put back, or narrow, what lets incidents run: the policies of today stop them"
      : "write rules that stop the incidents that would run",
  ];
}

/** Of groups of calls: how many of each may stop, most first; equal ones in the order of the groups. */
function addedUp(
  groups: readonly ChangeGroup[],
  namesOf: (group: ChangeGroup) => readonly string[],
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const group of groups)
    for (const name of new Set(namesOf(group)))
      sums.set(name, (sums.get(name) ?? 0) + (group.benignDenied ?? 0));
  return [...sums].toSorted((a, b) => b[1] - a[1]);
}

/** With what to begin: the changed rule that denies most of the calls, else the rule that decides them. */
function beginText(groups: readonly ChangeGroup[], changes: readonly DiffChange[]): string {
  const changed = addedUp(groups, (group) => narrowingCauses(group, changes).rules.map(ruleName));
  const [first] = changed.length > 0 ? changed : addedUp(groups, ({ toRules }) => toRules);
  if (first === undefined) return "";
  const [rule, calls] = first;
  const what = rule === "default" ? "what no rule allows" : `\`${rule}\``;
  const failing = groups
    .filter(({ failingRules = [] }) => failingRules.includes(rule))
    .reduce((sum, { benignFailing = 0 }) => sum + benignFailing, 0);
  const why =
    failing === 0 ? "" : `, whose condition fails on ${failing === calls ? "them" : failing}`;
  return `; begin with ${what} (${count(calls, "call")}${why})`;
}

/** What to do so that benign work can go on: to put policies back that are gone, or to change rules. */
function benignSteps(
  replay: ReplayResult,
  changes: readonly DiffChange[],
  removed: readonly RemovedPolicy[],
): readonly string[] {
  if (benignHarm(replay).length === 0) return [];
  const denied = replay.groups.filter(({ benignDenied = 0 }) => benignDenied > 0);
  const isOf =
    ({ rules }: RemovedPolicy) =>
    (group: ChangeGroup): boolean =>
      narrowingCauses(group, changes).rules.some((change) => rules.includes(change));
  const gone = removed.filter((policy) => denied.some(isOf(policy)));
  const change = "change the rules so that the benign work can go on";
  if (gone.length === 0) return [`${change}${beginText(denied, changes)}`];
  const policies = gone.length === 1 ? "policy" : "policies";
  return [`put ${policies} ${listedCode(gone.map(({ name }) => name))} back, or ${change}`];
}

/** What to do about what the labels say against a change, a sentence each with names between backticks. */
export function harmSteps(result: CiResult): readonly string[] {
  const { diff, replay } = result;
  if (replay === null || replay.error !== undefined) return [];
  const changes = diff?.changes ?? [];
  return [
    ...incidentSteps(replay, changes),
    ...benignSteps(replay, changes, removedPolicies(result)),
  ];
}
