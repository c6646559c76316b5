import { count } from "./count.ts";
import { firstNames, listed } from "./listed.ts";

/** What of a group of changed calls tells which of them were permitted and would wait. */
interface HeldGroup {
  readonly from: string;
  readonly to: string;
  readonly newlyHeld?: number;
  readonly benignNewlyHeld?: number;
  readonly heldFor?: readonly string[];
}

/** Approvers that are named. */
const NAMED = 3;

/**
 * The calls that were permitted with their approvals and would wait for others, whatever the class of their
 * change, and for whom: `1 benign call that was permitted would wait, for role:lead`. Undefined: none. WHY
 * only where an approval was needed before: of the others their effects say it, `allow -> require_approval`.
 */
export function newlyHeldText(all: readonly HeldGroup[]): string | undefined {
  const groups = all.filter(({ from, to }) => from === to);
  const sum = (numberIn: (group: HeldGroup) => number): number =>
    groups.reduce((all, group) => all + numberIn(group), 0);
  const calls = sum(({ newlyHeld = 0 }) => newlyHeld);
  const benign = sum(({ benignNewlyHeld = 0 }) => benignNewlyHeld);
  if (calls === 0) return undefined;
  const what =
    count(calls, benign === calls ? "benign call" : "call") +
    (benign === 0 || benign === calls ? "" : ` (${benign.toLocaleString("en-US")} benign)`);
  const whom = firstNames([...new Set(groups.flatMap(({ heldFor = [] }) => heldFor))], NAMED);
  const asked = whom.length === 0 ? "" : `, for ${listed(whom)}`;
  return `${what} that ${calls === 1 ? "was" : "were"} permitted would wait${asked}`;
}
