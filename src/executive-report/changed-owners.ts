import type { ChangeGroup } from "../documents/replay-result.ts";
import { count } from "../text/count.ts";
import { listed } from "../text/listed.ts";
import { callsByOwner, ownerList, type OwnedCalls } from "../text/owner-list.ts";
import { ownersOfGroup } from "./group-owners.ts";
import type { ShipFacts } from "./ship-facts.ts";

/** The calls of a group that somebody has to look at; 0: none. */
export type CallsMeant = (group: ChangeGroup) => number;

/** Owners with the numbers of their calls, and whoever comes besides; empty for none. */
export function ownedText(byOwner: readonly OwnedCalls[], besides: readonly string[] = []): string {
  const owned = byOwner.filter(({ owner }) => owner !== null);
  const { named, others } = ownerList(owned, "");
  const more = others.length === 0 ? [] : [count(others.length, "more team")];
  return listed([...named, ...more, ...besides]);
}

/** Who answers for changed calls whose deciding rules have no owner; `calls` null: nobody else does. */
function nobodyText(groups: readonly ChangeGroup[], calls: number | null): string {
  const rules = groups.flatMap(({ fromRules, toRules }) => [...fromRules, ...toRules]);
  const isByDefault = rules.length > 0 && rules.every((rule) => rule === "default");
  if (calls === null)
    return isByDefault
      ? "whoever answers for their agents (the catalog names no owner)"
      : "the authors of the policies, who name no owner there yet (`owner: <team>`),";
  const n = calls.toLocaleString("en-US");
  return isByDefault
    ? `whoever answers for agents without an owner in the catalog (${n})`
    : `the authors of policies without an owner (${n})`;
}

/** Who owns the rules that decide calls of these groups, each with the number of these calls. */
export function ownersText(
  { owners, agents, replay: { groups } }: ShipFacts,
  callsMeant: CallsMeant,
): string {
  const meant = groups
    .map((group) => ({ group, calls: callsMeant(group), by: ownersOfGroup(group, owners, agents) }))
    .filter(({ calls }) => calls > 0);
  // of very many groups not all are listed
  if (meant.length === 0 && owners.size > 0) return "the owners of the policies";
  const byOwner = callsByOwner(
    meant.flatMap(({ by, calls }) => by.map((owner) => ({ owner, calls }))),
  );
  const unowned = meant.filter(({ by }) => by.length === 0);
  const nobody = (calls: number | null): string =>
    nobodyText(
      unowned.map(({ group }) => group),
      calls,
    );
  if (byOwner.length === 0) return nobody(null);
  return ownedText(
    byOwner,
    unowned.length === 0 ? [] : [nobody(unowned.reduce((sum, { calls }) => sum + calls, 0))],
  );
}
