import { count } from "./count.ts";
import { firstNames, listed } from "./listed.ts";
import { nobodyText } from "./unapprovable.ts";

/** What of a group of changed calls tells which of them were permitted and would wait. */
interface HeldGroup {
  readonly from: string;
  readonly to: string;
  readonly newlyHeld?: number;
  readonly benignNewlyHeld?: number;
  readonly heldFor?: readonly string[];
  readonly nobodyIs?: readonly string[];
}

/** Approvers that are named. */
const NAMED = 3;

/** Whom calls of groups would wait for: `role:lead and 2 more`; empty: nobody is named. */
function approversOf(groups: readonly HeldGroup[]): string {
  const all = [...new Set(groups.flatMap(({ heldFor = [] }) => heldFor))];
  // WHY fewer of many: the page has to fit one sheet of paper
  return listed(firstNames(all, all.length > NAMED ? 1 : NAMED));
}

/** What somebody can approve, and what nobody can. */
function byApproval<T extends HeldGroup>(
  groups: readonly T[],
): readonly [readonly T[], readonly T[]] {
  const isAble = ({ nobodyIs }: T): boolean => nobodyIs === undefined;
  return [groups.filter(isAble), groups.filter((group) => !isAble(group))];
}

/** That calls of groups would wait, and for whom; of those that nobody can approve, that they never run. */
function fateText(groups: readonly HeldGroup[], waits: string): string {
  const nobody = [...new Set(groups.flatMap(({ nobodyIs = [] }) => nobodyIs))];
  return nobody.length === 0 ? waits : `could never run: ${nobodyText(nobody)}`;
}

/**
 * The calls that run today and would wait, benign ones where some are labelled, and for whom, as a sentence:
 * `9 benign calls that run today would wait for role:lead.`; empty: none. Those that nobody could approve are
 * none of them.
 */
export function waitingText(all: readonly HeldGroup[]): string {
  return waitingSentence(byApproval(all)[0]);
}

/** The same of those that nobody could approve: `1 call that runs today could never run: …`; empty: none. */
export function blockedText(all: readonly HeldGroup[]): string {
  return waitingSentence(byApproval(all)[1]);
}

function waitingSentence(all: readonly HeldGroup[]): string {
  const waiting = (numberIn: (group: HeldGroup) => number | undefined): readonly HeldGroup[] =>
    all.filter((group) => (numberIn(group) ?? 0) > 0);
  const benign = waiting(({ benignNewlyHeld }) => benignNewlyHeld);
  const isBenign = benign.length > 0;
  const groups = isBenign ? benign : waiting(({ newlyHeld }) => newlyHeld);
  const calls = groups.reduce(
    (sum, { newlyHeld = 0, benignNewlyHeld = 0 }) => sum + (isBenign ? benignNewlyHeld : newlyHeld),
    0,
  );
  if (calls === 0) return "";
  const fate = fateText(groups, `would wait for ${approversOf(groups) || "an approval"}`);
  const noun = isBenign ? "benign call" : "call";
  return `${count(calls, noun)} that ${calls === 1 ? "runs" : "run"} today ${fate}.`;
}

/**
 * The calls that were permitted with their approvals and would wait for others, whatever the class of their
 * change, and for whom: `1 benign call that was approved would wait, for role:lead`. Undefined: none. WHY
 * only where an approval was needed before: of the others their effects say it, `allow -> require_approval`.
 */
export function newlyHeldText(all: readonly HeldGroup[]): string | undefined {
  const texts = byApproval(all.filter(({ from, to }) => from === to))
    .toReversed()
    .flatMap(newlyHeldTexts);
  return texts.length === 0 ? undefined : texts.join("; ");
}

function newlyHeldTexts(groups: readonly HeldGroup[]): readonly string[] {
  const sum = (numberIn: (group: HeldGroup) => number): number =>
    groups.reduce((all, group) => all + numberIn(group), 0);
  const calls = sum(({ newlyHeld = 0 }) => newlyHeld);
  const benign = sum(({ benignNewlyHeld = 0 }) => benignNewlyHeld);
  if (calls === 0) return [];
  const what =
    count(calls, benign === calls ? "benign call" : "call") +
    (benign === 0 || benign === calls ? "" : ` (${benign.toLocaleString("en-US")} benign)`);
  const whom = approversOf(groups);
  const asked = whom === "" ? "" : `, for ${whom}`;
  return [
    `${what} that ${calls === 1 ? "was" : "were"} approved ${fateText(groups, `would wait${asked}`)}`,
  ];
}
