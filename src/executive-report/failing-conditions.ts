import { count } from "../text/count.ts";
import { explainText } from "../text/explain-text.ts";
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
 * step fixes both.
 */
export function failingConditions(facts: ShipFacts): readonly Objection[] {
  const { replay, owners } = facts;
  const stops = failingStops(facts);
  const groups = replay.groups.filter(({ benignFailing = 0 }) => benignFailing > 0);
  const benign = replay.labels.benign.failing;
  const reasons = [
    stops.length === 0
      ? ""
      : `${count(stops.length, "incident")} would be stopped only because conditions are errors on ` +
        `${stops.length === 1 ? "its" : "their"} calls`,
    benign === 0
      ? ""
      : `${count(benign, "call")} of benign work would be denied only because conditions are errors on ` +
        (benign === 1 ? "it" : "them"),
  ].filter((reason) => reason !== "");
  const toRules = [
    ...stops.flatMap(({ decisions }) =>
      decisions.flatMap(({ failing, rules }) => (failing === true ? rules : [])),
    ),
    ...groups.flatMap((group) => group.toRules),
  ];
  const whom = listed(ownersOfGroup({ fromRules: [], toRules }, owners));
  const named = listed([...new Set(toRules)].map((rule) => `\`${rule}\``));
  // denied so in both versions, so in no group of changed calls
  const whose = named === "" ? "the rules that fail on these calls" : named;
  const before = `${whom === "" ? "" : `let ${whom} `}fix the conditions of ${whose}${explainText(groups)}`;
  return reasons.map((reason) => ({ reason, before }));
}
