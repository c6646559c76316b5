import type { GravestRisk } from "../../documents/report-result.ts";
import { ownerList } from "../../text/owner-list.ts";

const NOBODY = "no owner in the catalog";

/** Who answers for a risk: those that are named, and the others, with the word for these. */
export interface RiskOwners {
  readonly named: readonly string[];
  readonly others: readonly string[];
  readonly noun: string;
}

/** `platform-engineering (46 calls)`, and the others, of which a card has only the number. */
export function riskOwners({ kind, byOwner, owners }: GravestRisk): RiskOwners {
  const noun = byOwner.some(({ owner }) => owner === null) ? "more" : "more teams";
  if (owners.length === 0)
    return {
      named: [
        kind === "invariant"
          ? "nobody is named: write an `owner` for the invariant"
          : "nobody is named: write an `owner` for these agents in the catalog",
      ],
      others: [],
      noun,
    };
  // an invariant is broken by no recorded call
  if (kind === "invariant") return { named: owners, others: [], noun };
  return { ...ownerList(byOwner, NOBODY), noun };
}

/** The owners of a risk in one sentence: `platform-engineering (47 calls) and 4 more teams`. */
export function ownersText(risk: GravestRisk): string {
  const { named, others, noun } = riskOwners(risk);
  const more = others.length === 0 ? "" : ` and ${others.length} ${noun}`;
  return `${named.join(", ")}${more}`;
}
