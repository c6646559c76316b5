import { Unknown } from "../condition/value.ts";
import type { ApprovalEvidence, ApprovalIdentity, Evidence } from "./approval-evidence.ts";
import type { CompiledApproval } from "./approver.ts";
import { DENY, OPEN, SATISFIED, type RankSet } from "./combine.ts";
import type { ApprovalState } from "./decision.ts";
import { leastParties, type Party } from "./party.ts";
import type { Truth } from "./truth.ts";
import { countsFor, uncountedOf, type Judged, type Uncounted } from "./counting-approvals.ts";

/** An approval that counted for a call, or may have. */
export interface CountedApproval {
  readonly identity: ApprovalIdentity;
  readonly certain: boolean;
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
  /** What was given and does not count, or may not, in the order of the call; none where satisfied. */
  readonly uncounted: readonly Uncounted[];
}

/** Those that count or may count, with how surely. */
function counting(
  requirement: CompiledApproval,
  given: readonly Evidence[],
  judged: Judged & { readonly refused: boolean },
): readonly Counting[] {
  return given
    .map((one) => ({ one, truth: countsFor({ requirement, one, ...judged }) }))
    .filter(({ truth }) => truth !== false);
}

interface Counting {
  readonly one: Evidence;
  readonly truth: Truth;
}

const MASKED: RequirementState = {
  state: "unknown",
  ranks: (1 << SATISFIED) | (1 << OPEN) | (1 << DENY),
  have: [],
  counted: [],
  missing: ["context.approvals"],
  uncounted: [],
};

/** Where nobody said anything. */
const UNANSWERED: RequirementState = {
  state: "open",
  ranks: 1 << OPEN,
  have: [],
  counted: [],
  missing: [],
  uncounted: [],
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
    uncounted: state === "satisfied" ? [] : uncountedOf(requirement, evidence.given, judged),
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
