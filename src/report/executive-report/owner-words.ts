import type { GravestRisk } from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { firstOf } from "./verdict-words.ts";

/** Owners that are named before the others. */
export const OWNERS = 3;

/** `platform-engineering (46 calls)`, `customer-care (41)`, `no owner in the catalog (3)`. */
export function ownerTexts({ kind, byOwner }: GravestRisk): readonly string[] {
  if (byOwner.length === 0)
    return [kind === "invariant" ? "the invariant names none" : "nobody is named in the catalog"];
  return byOwner.map(({ owner, calls }, i) => {
    const name = owner ?? "no owner in the catalog";
    // an invariant is broken by no recorded call
    if (kind === "invariant") return name;
    return `${name} (${i === 0 ? count(calls, "call") : calls.toLocaleString("en-US")})`;
  });
}

/** The owners of a risk in one sentence, those with most calls. */
export function ownersText(risk: GravestRisk): string {
  return firstOf(ownerTexts(risk), OWNERS).join(", ");
}
