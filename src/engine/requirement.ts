import type { Approval } from "../policy/model.ts";
import { Unknown } from "../condition/value.ts";
import type { ApprovalEvidence, ApprovalIdentity, Evidence } from "./approval-evidence.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import { compileApprovers, mayApprove, type Approvers } from "./approver.ts";
import { DENY, OPEN, SATISFIED, type RankSet } from "./combine.ts";
import type { ApprovalState } from "./decision.ts";
import { leastParties, type Party } from "./party.ts";
import { and, not, type Truth } from "./truth.ts";

/** Whether earlier calls have used an approval up (design 6.2). */
export interface UsedApprovals {
  isUsed(identity: ApprovalIdentity): Truth;
}

/** An approval that counted for a call, or may have. */
export interface CountedApproval {
  readonly identity: ApprovalIdentity;
  readonly certain: boolean;
}

/** A require_approval rule's demand, compiled; default approvers are any human (design 6.1). */
export interface CompiledApproval {
  readonly approval: Approval;
  readonly names: readonly string[];
  readonly approvers: Approvers;
}

export function compileApproval(approval: Approval): CompiledApproval {
  const names = approval.approvers ?? ["human:*"];
  return {
    approval,
    names: [...new Set(names)].sort(),
    approvers: compileApprovers(names),
  };
}

/** Where a requirement stands: who counts, and whether more could be told if more were recorded. */
export interface RequirementState {
  readonly state: ApprovalState;
  /** The outcomes it may still have, as a decision takes them. */
  readonly ranks: RankSet;
  readonly have: readonly string[];
  /** The approvals that counted, or may have: they are used up if the call runs. */
  readonly counted: readonly CountedApproval[];
  /** The attributes whose recording would settle an unknown state, sorted. */
  readonly missing: readonly string[];
}

const NOW = new Unknown(["now"]);
const GIVER = new Unknown(["context.approvals"]);

/** Given before the call, and not longer ago than the rule allows; a refusal does not age. */
function inTime({ at }: Evidence, within: number | undefined, now: number | undefined): Truth {
  if (at === undefined || at instanceof Unknown) return at ?? true;
  if (now === undefined) return NOW;
  const age = now - at;
  return age >= 0 && (within === undefined || age <= within);
}

/** Whether a grant has been used up, as far as it can be told from others. */
function usedUp({ identity }: Evidence, used: UsedApprovals): Truth {
  if (identity === undefined || identity instanceof Unknown) return identity ?? false;
  return used.isUsed(identity);
}

/** Whether what was given counts for a rule as a grant or as a refusal (design 6.1, 6.2). */
function counts(
  requirement: CompiledApproval,
  one: Evidence,
  judged: Judged & { readonly refused: boolean },
): Truth {
  const { approvers, approval } = requirement;
  const said = judged.refused ? one.refused : not(one.refused);
  if (said === false || one.binds === false) return false;
  const able =
    one.by === undefined ? GIVER : and(mayApprove(one.by, approvers, judged), not(one.asked));
  const timely = inTime(one, judged.refused ? undefined : approval.within, judged.now);
  const used = judged.refused ? false : usedUp(one, judged.used);
  return and(and(said, able), and(and(timely, one.binds), not(used)));
}

/** Those that count or may count, with how surely. */
function counting(
  requirement: CompiledApproval,
  given: readonly Evidence[],
  judged: Judged & { readonly refused: boolean },
): readonly Counting[] {
  return given
    .map((one) => ({ one, truth: counts(requirement, one, judged) }))
    .filter(({ truth }) => truth !== false);
}

interface Counting {
  readonly one: Evidence;
  readonly truth: Truth;
}

/** What an approval is judged against besides its rule. */
export interface Judged {
  readonly catalog: CatalogIndex;
  readonly now: number | undefined;
  readonly used: UsedApprovals;
}

const MASKED: RequirementState = {
  state: "unknown",
  ranks: (1 << SATISFIED) | (1 << OPEN) | (1 << DENY),
  have: [],
  counted: [],
  missing: ["context.approvals"],
};

/** Where nobody said anything. */
const UNANSWERED: RequirementState = {
  state: "open",
  ranks: 1 << OPEN,
  have: [],
  counted: [],
  missing: [],
};

/**
 * The most people that a list may stand for: one name counts once; of one whose giver is not
 * recorded nobody knows.
 */
function mostPeople(list: readonly Evidence[]): number {
  return new Set(list.map(({ by }, i) => (by === undefined ? i : `${by.type}:${by.id}`))).size;
}

function namesOf(list: readonly Evidence[]): readonly Party[] {
  return list.flatMap(({ by }) => by ?? []);
}

/**
 * Judges one requirement on the evidence of a call. A refusal by somebody who may approve refuses
 * (design 6.2).
 */
export function judge(
  requirement: CompiledApproval,
  evidence: ApprovalEvidence,
  judged: Judged,
): RequirementState {
  if (evidence.masked) return MASKED;
  if (evidence.given.length === 0 && requirement.approval.quorum > 0) return UNANSWERED;
  const grants = counting(requirement, evidence.given, { ...judged, refused: false });
  const refusals = counting(requirement, evidence.given, { ...judged, refused: true });
  const sure = namesOf(grants.filter(({ truth }) => truth === true).map(({ one }) => one));
  const ranks = refusals.some(({ truth }) => truth === true)
    ? 1 << DENY
    : unrefused(requirement.approval.quorum, { grants, sure, refusals });
  const state = stateOf(ranks);
  return {
    state,
    ranks,
    have: [...new Set(sure.map(({ type, id }) => `${type}:${id}`))].sort(),
    counted: grants.flatMap(countedOf),
    missing:
      state === "unknown" ? missingOf([...grants, ...refusals].map(({ truth }) => truth)) : [],
  };
}

/** The evidence that counts for one requirement. */
interface Counted {
  readonly grants: readonly Counting[];
  /** Who surely granted. */
  readonly sure: readonly Party[];
  readonly refusals: readonly Counting[];
}

/** Where a requirement may stand that nobody surely refused. */
function unrefused(quorum: number, { grants, sure, refusals }: Counted): RankSet {
  const isEnough = mostPeople(grants.map(({ one }) => one)) >= quorum;
  return (
    (isEnough ? 1 << SATISFIED : 0) |
    (leastParties(sure) < quorum ? 1 << OPEN : 0) |
    (refusals.length > 0 ? 1 << DENY : 0)
  );
}

function countedOf({ one: { identity }, truth }: Counting): readonly CountedApproval[] {
  return identity === undefined || identity instanceof Unknown
    ? []
    : [{ identity, certain: truth === true }];
}

function missingOf(truths: readonly Truth[]): readonly string[] {
  return [
    ...new Set(truths.flatMap((truth) => (truth instanceof Unknown ? truth.paths : []))),
  ].sort();
}

function stateOf(ranks: RankSet): ApprovalState {
  if (ranks === 1 << SATISFIED) return "satisfied";
  if (ranks === 1 << OPEN) return "open";
  return ranks === 1 << DENY ? "refused" : "unknown";
}
