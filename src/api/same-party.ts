import { looseParty, sameParty } from "../engine/party.ts";

/**
 * Whether two names (`human:mia`) are of one party, or may be two spellings of its name (design 2.5,
 * 6.1). A name without its type may be of any.
 */
export function mayBeSameParty(one: string, other: string): boolean {
  return sameParty(looseParty(one), looseParty(other)) !== false;
}
