import { decidingNothingText } from "../text/deciding-nothing.ts";
import { openingsOf } from "../text/openings.ts";
import { wideningsOf } from "../text/widenings.ts";
import type { Objection, ShipFacts } from "./ship-facts.ts";

/** Whether it is known that the candidate means the same as the baseline. */
export function isUnchanged({ diff }: ShipFacts): boolean {
  return diff?.changed === false;
}

/** That no decision can change, where that is known: one sentence, else none. */
export function sameDecisions({ diff }: ShipFacts): readonly string[] {
  if (diff?.required !== "none" && diff?.required !== "patch") return [];
  const why = diff.changed
    ? decidingNothingText(diff.changes)
    : "the policies mean the same as before";
  return [`No decision can change: ${why}`];
}

/**
 * What changes let through, or may, whatever was recorded, with what to decide before: the same as in
 * the comment of `agentz ci`. Without anything to do: to be known, no more, after the rest.
 */
export function changedRules({ diff }: ShipFacts): readonly Objection[] {
  return openingsOf(wideningsOf(diff?.changes ?? []))
    .toSorted((a, b) => Math.min(b.steps.length, 1) - Math.min(a.steps.length, 1))
    .flatMap(({ reasons, steps }) =>
      reasons.map((reason, i) => ({ reason, before: i === 0 ? steps : [] })),
    );
}
