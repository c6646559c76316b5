import { Failure, Unknown } from "../condition/value.ts";
import type { PreparedCall } from "./prepared-call.ts";
import type { ScopedRules } from "./applicable-rules.ts";
import { DENY, SATISFIED, possibleRanks, type Vote, type RankSet } from "./combine.ts";
import { agentRecord } from "./catalog-index.ts";
import type { CompiledSet } from "./compile-set.ts";
import { matchRule, type CompiledRule, type RuleItem } from "./compiled-rule.ts";
import type { Entity } from "./entity.ts";
import { doubtfulIdentity, lifecycleItem } from "./lifecycle.ts";
import { manifestItem, type SessionUse } from "./manifest.ts";
import type { UsedApprovals } from "./counting-approvals.ts";
import { judge, type RequirementState } from "./requirement.ts";
import type { EvaluationContext, StateView } from "./evaluation-context.ts";
import { rowOf } from "./prepared-call.ts";
import type { Truth } from "./truth.ts";

const NONE: readonly never[] = [];

/** How approvals are taken (design 6.3): as recorded, or with the answer assumed. */
export type ApprovalsMode = "recorded" | "granted" | "refused";

/** What earlier calls left behind, as one decision reads it. */
export interface History {
  readonly state: StateView;
  readonly used: UsedApprovals;
  /** The denial of a contained session, tool or subject; undefined: not contained. */
  contained(call: PreparedCall, subject: Entity): Vote | undefined;
  /**
   * How far an agent of the catalog, by its id, has come in the call's session; undefined where the
   * call has none.
   */
  use(call: PreparedCall, agent: string): SessionUse | undefined;
}

export interface DecideOptions {
  readonly set: CompiledSet;
  readonly approvals: ApprovalsMode;
}

/**
 * The set's decision for one subject: the caller, an agent of its chain, or the person acted for
 * (design 4.5).
 */
export interface MemberDecision {
  readonly row: EvaluationContext;
  readonly plan: ScopedRules;
  readonly rules: readonly RuleItem[];
  readonly shadow: readonly RuleItem[];
  readonly excepted: readonly string[];
  /** Denials that no rule made. */
  readonly denials: readonly Vote[];
  readonly ranks: RankSet;
}

const REFUSED: RequirementState = {
  state: "refused",
  ranks: 1 << DENY,
  have: [],
  counted: [],
  missing: [],
  uncounted: [],
};
const GRANTED: RequirementState = {
  state: "satisfied",
  ranks: 1 << SATISFIED,
  have: [],
  counted: [],
  missing: [],
  uncounted: [],
};

function requirementOf(
  options: DecideOptions,
  rule: CompiledRule,
  { call, used }: { call: PreparedCall; used: UsedApprovals },
): RequirementState | undefined {
  if (rule.approval === undefined) return undefined;
  if (options.approvals !== "recorded") return options.approvals === "granted" ? GRANTED : REFUSED;
  return judge(rule.approval, call.evidence(), {
    catalog: options.set.catalog,
    now: call.request.time,
    used,
  });
}

/** A rule that matched, or may have. */
function itemOf(
  rule: CompiledRule,
  truth: Truth,
  requirement: RequirementState | undefined,
): RuleItem {
  const matched = rule.matched();
  if (requirement === undefined) return truth === true ? matched : { ...matched, truth };
  const ranks = rule.rule.effect === "deny" ? matched.ranks : requirement.ranks;
  return { ...matched, truth, requirement, ranks };
}

/** Decides as one subject on the state before the call (design 4.1-4.3). */
export function decideForPrincipal(
  options: DecideOptions,
  call: PreparedCall,
  { subject, history }: { subject: Entity; history: History },
): MemberDecision {
  const reads = options.set.host.reads();
  const row = rowOf(call, subject, history.state, reads);
  const { plan, asked } = options.set.plans.applicableRules(row, call.action);
  const rules: RuleItem[] = [];
  let shadow: RuleItem[] | undefined;
  let excepted: string[] | undefined;
  for (const { rule, fit } of asked) {
    const match = matchRule(rule, row, { fit, action: call.action.name });
    if (match.excepted) (excepted ??= []).push(rule.name);
    if (match.truth === false) continue;
    const requirement = requirementOf(options, rule, { call, used: history.used });
    const item = itemOf(rule, match.truth, requirement);
    if (rule.rule.mode === "shadow") (shadow ??= []).push(item);
    else rules.push(item);
  }
  const denials = denialsOf(options.set, call, { row, history });
  return {
    row,
    plan,
    rules,
    shadow: shadow ?? NONE,
    excepted: excepted ?? NONE,
    denials,
    ranks: possibleRanks(denials.length === 0 ? rules : [...rules, ...denials]),
  };
}

/** One subject of a call, and what is known of it when it is decided. */
interface Standpoint {
  readonly row: EvaluationContext;
  readonly history: Pick<History, "use">;
}

function denialsOf(
  set: CompiledSet,
  call: PreparedCall,
  position: { readonly row: EvaluationContext; readonly history: History },
): readonly Vote[] {
  const contained = position.history.contained(call, position.row.subject);
  const agents = set.catalog.listsAgents ? agentDenials(set, call, position) : NONE;
  if (contained === undefined) return agents;
  return agents.length === 0 ? [contained] : [...agents, contained];
}

/** What the catalog's records of agents say against a call. */
export function agentDenials(
  set: CompiledSet,
  call: PreparedCall,
  standpoint: Standpoint,
): readonly Vote[] {
  const { subject } = standpoint.row;
  const now = call.request.time;
  const agent = agentRecord(set.catalog, subject.type, subject.id)?.agent;
  const lifecycle = lifecycleItem(set.catalog, subject, now);
  const manifest =
    agent === undefined ? undefined : manifestDenial(set, call, standpoint, agent.id);
  const doubt = isNamed(subject)
    ? undefined
    : doubtfulIdentity(set.catalog, subject, {
        now,
        outside: (id) => manifestDenial(set, call, standpoint, id),
      });
  if (lifecycle === undefined && manifest === undefined && doubt === undefined) return NONE;
  return [lifecycle, doubt, manifest].filter((denial) => denial !== undefined);
}

function isNamed({ type, id }: Entity): boolean {
  return type !== undefined && id !== undefined;
}

function manifestDenial(
  set: CompiledSet,
  call: PreparedCall,
  standpoint: Standpoint,
  id: string,
): Vote | undefined {
  const manifest = set.manifests.get(id);
  if (manifest === undefined) return undefined;
  const use = standpoint.history.use(call, id);
  return manifestItem(manifest, standpoint.row, { action: call.action.name, use });
}

/** The ranks of a member if one more rule counted: what a shadow rule would have done. */
export function ranksWith(member: MemberDecision, extra: readonly Vote[]): RankSet {
  return possibleRanks([...member.rules, ...member.denials, ...extra]);
}

export function isUndecided(item: Vote): boolean {
  return item.truth instanceof Unknown || item.truth instanceof Failure;
}
