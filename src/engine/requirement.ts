import { compileEntityGlob, type EntityGlob } from "../policy/glob.ts";
import type { Approval } from "../policy/model.ts";
import { Unknown } from "../condition/value.ts";
import type { ApprovalEvidence, ApprovalIdentity, Evidence } from "./approval-evidence.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import { DENY, OPEN, SATISFIED, type RankSet } from "./combine.ts";
import type { ApprovalState } from "./decision.ts";
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

interface Approvers {
  readonly globs: readonly EntityGlob[];
  readonly roles: ReadonlySet<string>;
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
    approvers: {
      globs: names.filter((name) => !name.startsWith("role:")).map(compileEntityGlob),
      roles: new Set(names.filter((name) => name.startsWith("role:")).map((name) => name.slice("role:".length))),
    },
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

function mayApprove(by: string, approvers: Approvers, catalog: CatalogIndex): boolean {
  const colon = by.indexOf(":");
  const type = colon < 0 ? by : by.slice(0, colon);
  const id = colon < 0 ? "" : by.slice(colon + 1);
  if (approvers.globs.some((glob) => glob.fits(type, id) === true)) return true;
  const person = type === "human" ? catalog.people.get(id) : undefined;
  return person?.person.roles.some((role) => approvers.roles.has(role)) ?? false;
}

const NOW = new Unknown(["now"]);
const GIVER = new Unknown(["context.approvals"]);

/** Given before the call, and not longer ago than the rule allows; a refusal does not age. */
function inTime(evidence: Evidence, within: number | undefined, now: number | undefined): Truth {
  if (evidence.at === undefined) return true;
  if (now === undefined) return NOW;
  const age = now - evidence.at;
  return age >= 0 && (evidence.refused || within === undefined || age <= within);
}

/** Whether an approval or refusal counts for a rule (design 6.1, 6.2). */
function counts(requirement: CompiledApproval, evidence: Evidence, of: Judged): Truth {
  const eligible = evidence.by === undefined ? GIVER : mayApprove(evidence.by, requirement.approvers, of.catalog);
  if (eligible === false || evidence.binds === false) return false;
  const used = evidence.refused || evidence.identity === undefined ? false : of.used.isUsed(evidence.identity);
  const timely = inTime(evidence, requirement.approval.within, of.now);
  return and(and(eligible, not(evidence.asked)), and(and(timely, evidence.binds), not(used)));
}

/** What an approval is judged against besides its rule. */
export interface Judged {
  readonly catalog: CatalogIndex;
  readonly now: number | undefined;
  readonly used: UsedApprovals;
}

const MASKED: RequirementState = { state: "unknown", ranks: (1 << SATISFIED) | (1 << OPEN) | (1 << DENY), have: [], counted: [], missing: ["context.approvals"] };

/** How many people a list stands for: one person counts once; of one whose giver is not recorded nobody knows. */
function people(list: readonly Evidence[]): number {
  return new Set(list.map((one) => one.by ?? one)).size;
}

/** Judges one requirement on the evidence of a call. A refusal by somebody who may approve refuses (design 6.2). */
export function judge(requirement: CompiledApproval, evidence: ApprovalEvidence, of: Judged): RequirementState {
  if (evidence.masked) return MASKED;
  const judged = evidence.given.map((one) => ({ one, truth: counts(requirement, one, of) })).filter(({ truth }) => truth !== false);
  const sure = judged.filter(({ truth }) => truth === true).map(({ one }) => one);
  const grants = (list: readonly Evidence[]): readonly Evidence[] => list.filter((one) => !one.refused);
  const { quorum } = requirement.approval;
  const refused = sure.some((one) => one.refused);
  const mayBeRefused = judged.some(({ one }) => one.refused);
  const least = people(grants(sure));
  const most = people(grants(judged.map(({ one }) => one)));
  const open = (most >= quorum ? 1 << SATISFIED : 0) | (least < quorum ? 1 << OPEN : 0) | (mayBeRefused ? 1 << DENY : 0);
  const ranks = refused ? 1 << DENY : open;
  const state = stateOf(ranks);
  const have = [...new Set(grants(sure).flatMap((one) => one.by ?? []))].sort();
  const counted = judged.flatMap(({ one, truth }) => (one.refused || one.identity === undefined ? [] : [{ identity: one.identity, certain: truth === true }]));
  return { state, ranks, have, counted, missing: state === "unknown" ? missingOf(judged.map(({ truth }) => truth)) : [] };
}

function missingOf(truths: readonly Truth[]): readonly string[] {
  return [...new Set(truths.flatMap((truth) => (truth instanceof Unknown ? truth.paths : [])))].sort();
}

function stateOf(ranks: RankSet): ApprovalState {
  if (ranks === 1 << SATISFIED) return "satisfied";
  if (ranks === 1 << OPEN) return "open";
  return ranks === 1 << DENY ? "refused" : "unknown";
}
