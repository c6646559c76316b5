import { compileEntityGlob, type EntityGlob } from "../policy/glob.ts";
import type { Approval } from "../policy/model.ts";
import type { ApprovalEvidence, Evidence } from "./approval-evidence.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import { DENY, OPEN, SATISFIED, type RankSet } from "./combine.ts";
import type { ApprovalState } from "./decision.ts";

/** Which approvals earlier calls have used up (design 6.2): surely, or only if a doubtful call ran. */
export interface UsedApprovals {
  state(identity: string): "free" | "used" | "maybe";
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
  /** Identities of the approvals that were counted: they are used up if the call runs. */
  readonly counted: readonly string[];
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

/** Counts, does not, or hangs on the attributes named. */
type Standing = "counts" | "no" | readonly string[];

/** Whether a granted approval counts now: in time, not used up, not by whoever asked (design 6.1, 6.2). */
function standing(evidence: Evidence, within: number | undefined, of: { now: number | undefined; used: UsedApprovals }): Standing {
  if (evidence.requester === "barred") return "no";
  const use = evidence.identity === undefined ? "free" : of.used.state(evidence.identity);
  if (use === "used") return "no";
  const missing: string[] = [];
  if (within !== undefined && evidence.at !== of.now) {
    if (evidence.at === undefined || of.now === undefined) missing.push("now");
    else if (of.now - evidence.at > within) return "no";
  }
  if (use === "maybe") missing.push("context.approvals");
  if (evidence.requester === "maybe") missing.push(requesterAttribute(evidence.by));
  return missing.length === 0 ? "counts" : missing;
}

function requesterAttribute(by: string): string {
  return by.startsWith("agent:") ? "context.delegation" : "context.on_behalf_of";
}

/** Judges one requirement on the evidence of a call. One person counts once; a refusal by somebody who may approve refuses. */
export function judge(requirement: CompiledApproval, evidence: ApprovalEvidence, of: { catalog: CatalogIndex; now: number | undefined; used: UsedApprovals }): RequirementState {
  const eligible = evidence.given.filter((e) => mayApprove(e.by, requirement.approvers, of.catalog));
  const refusals = eligible.filter((e) => e.refused && e.requester !== "barred");
  const grants = eligible.filter((e) => !e.refused).map((e) => ({ e, standing: standing(e, requirement.approval.within, of) }));
  const counting = grants.filter((g) => g.standing === "counts");
  const have = [...new Set(counting.map((g) => g.e.by))].sort();
  const counted = [...new Set(counting.flatMap((g) => (g.e.identity === undefined ? [] : [g.e.identity])))];
  const doubtful = grants.filter((g) => typeof g.standing !== "string");
  const possible = new Set([...have, ...doubtful.map((g) => g.e.by)]);
  const { quorum } = requirement.approval;
  const masked = evidence.masked !== undefined;
  const ranks = refusals.some((e) => e.requester === "no")
    ? 1 << DENY
    : (possible.size >= quorum || masked ? 1 << SATISFIED : 0) | (have.length < quorum ? 1 << OPEN : 0) | (refusals.length > 0 || masked ? 1 << DENY : 0);
  const missing = [
    ...(masked ? ["context.approvals"] : []),
    ...doubtful.flatMap((g) => (typeof g.standing === "string" ? [] : g.standing)),
    ...refusals.map((e) => requesterAttribute(e.by)),
  ];
  const state = stateOf(ranks);
  return { state, ranks, have, counted, missing: state === "unknown" ? [...new Set(missing)].sort() : [] };
}

function stateOf(ranks: RankSet): ApprovalState {
  if (ranks === 1 << SATISFIED) return "satisfied";
  if (ranks === 1 << OPEN) return "open";
  return ranks === 1 << DENY ? "refused" : "unknown";
}
