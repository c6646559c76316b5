import { capital } from "../text/capital.ts";
import { ALL_OWNERS, ownerMovesText } from "../text/owner-moves.ts";
import { decidingNothingText } from "../text/deciding-nothing.ts";
import {
  moreNarrowingsText,
  narrowingWord,
  unshownNarrowings,
  unshownText,
} from "../text/narrowings.ts";
import { type Opening, openingsOf } from "../text/openings.ts";
import { unapprovableOpenings } from "../text/unapprovable.ts";
import { opensAll, type Widenings, wideningsOf } from "../text/widenings.ts";
import { shownFirst, shownText } from "./shown-calls.ts";
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

/** From whom to whom owners go: who answers is to be known, whatever else the change does. */
export function ownerMoves({ diff }: ShipFacts): readonly string[] {
  const told = diff === undefined ? undefined : ownerMovesText(diff, ALL_OWNERS);
  return told === undefined ? [] : [told];
}

type Changed = NonNullable<ShipFacts["diff"]>["changes"][number];

/** What changes let through, those that recorded calls show first. */
function wideningsIn(facts: ShipFacts): Widenings<Changed> {
  return wideningsOf(shownFirst(facts.diff?.changes ?? [], facts));
}

function openingsIn(widenings: Widenings<Changed>, facts: ShipFacts): readonly Opening[] {
  return openingsOf(widenings, (own) => shownText(own, facts));
}

/** Openings as objections; without anything to do they are to be known, no more, after the rest. */
function objectionsOf(openings: readonly Opening[]): readonly Objection[] {
  return openings
    .toSorted((a, b) => Math.min(b.steps.length, 1) - Math.min(a.steps.length, 1))
    .flatMap(({ reasons, steps }) =>
      reasons.map((reason, i) => ({ reason, before: i === 0 ? steps : [] })),
    );
}

/** That nobody can approve what changed rules ask. */
function unapproved(facts: ShipFacts): readonly Objection[] {
  const all = facts.diff?.changes ?? [];
  const own = all.filter(({ nobodyApproves }) => nobodyApproves === true);
  return objectionsOf(
    unapprovableOpenings(all, own.length === 0 ? "" : capital(shownText(own, facts))),
  );
}

/**
 * What changes let through, or may, whatever was recorded, with what to decide before: the same as in
 * the comment of `agentz ci`.
 */
export function changedRules(facts: ShipFacts): readonly Objection[] {
  const { certain, unapproved: never, possible } = changedRuleParts(facts);
  return [...certain, ...never, ...possible];
}

/**
 * The same in parts: what they let through for certain, what nobody can approve, and what they may let
 * through, or ask less for.
 */
export function changedRuleParts(facts: ShipFacts): {
  readonly certain: readonly Objection[];
  readonly unapproved: readonly Objection[];
  readonly possible: readonly Objection[];
} {
  const { sure, possible } = wideningsIn(facts);
  return {
    certain: objectionsOf(openingsIn({ sure, possible: [] }, facts)),
    unapproved: unapproved(facts),
    // where every call is allowed, nothing else is told
    possible: sure.some(opensAll) ? [] : objectionsOf(openingsIn({ sure: [], possible }, facts)),
  };
}

/** Changes that are told with their sentences; the others are named. */
const TOLD = 2;

/** What changed rules stop or hold though no recorded call shows it: to be known, no more. */
export function unshownRules({ diff, replay }: ShipFacts): readonly Objection[] {
  const changes = unshownNarrowings(diff?.changes ?? [], replay);
  const left = changes.slice(TOLD);
  const reasons = [
    ...changes
      .slice(0, TOLD)
      .map((one) => `${capital(narrowingWord(one))}: ${one.sentence}${unshownText(one)}`),
    ...(left.length === 0 ? [] : [moreNarrowingsText(left)]),
  ];
  return reasons.map((reason) => ({ reason, before: [] }));
}
