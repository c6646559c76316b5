import { count } from "../text/count.ts";
import { explainCall } from "../text/explain-text.ts";
import { listed } from "../text/listed.ts";
import { ownersOfGroup } from "./group-owners.ts";
import type { Objection, ShipFacts } from "./ship-facts.ts";

/** Incidents that no certain decision stops: conditions of rules are errors on their calls. */
function failingStops({ incidents }: ShipFacts): ShipFacts["incidents"] {
  return incidents.filter(
    ({ calls, stopped, decisions }) =>
      stopped === calls && decisions.some(({ failing }) => failing === true),
  );
}

/**
 * What the candidate stops only because conditions of rules are errors: incidents, and benign work. One
 * step fixes both. WHY nothing where the baseline does so too: that is no matter of the change.
 */
export function failingConditions(facts: ShipFacts): readonly Objection[] {
  const { replay, owners } = facts;
  const stops = failingStops(facts);
  const { benign, incident } = replay.labels;
  const calls = [...(benign.failingCalls ?? []), ...(incident.failingCalls ?? [])];
  const told = [
    ...(stops.length === 0 ? [] : [`${count(stops.length, "incident")} would be stopped`]),
    ...(benign.failing === 0
      ? []
      : [`${count(benign.failing, "call")} of benign work would be denied`]),
  ];
  if (told.length === 0 || (calls.length > 0 && calls.every(({ before }) => before))) return [];
  const toRules = [
    ...stops.flatMap(({ decisions }) =>
      decisions.flatMap(({ failing, rules }) => (failing === true ? rules : [])),
    ),
    ...replay.groups.flatMap(({ benignFailing, toRules, failingRules = toRules }) =>
      benignFailing === undefined ? [] : failingRules,
    ),
    ...calls.flatMap(({ rules }) => rules),
  ];
  const whom = listed(ownersOfGroup({ fromRules: [], toRules }, owners));
  const named = listed([...new Set(toRules)].map((rule) => `\`${rule}\``));
  return [
    {
      reason: `${listed(told)}, only because conditions are errors`,
      before: `${whom === "" ? "" : `let ${whom} `}fix the conditions of ${named}${explainCall(calls[0]?.id)}`,
    },
  ];
}
