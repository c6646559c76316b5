import { Failure, Unknown } from "../condition/value.ts";
import type { DelegationMode, Effect, OnDeny } from "../policy/model.ts";
import { delegationModes, type PreparedCall } from "./prepared-call.ts";
import {
  DENY,
  effectOf,
  effectsOf,
  orStricter,
  SATISFIED,
  strictest,
  strictestOf,
  type Vote,
  type Rank,
  type RankSet,
} from "./combine.ts";
import type {
  ApprovalSummary,
  Decision,
  Missing,
  Nearest,
  Requirement,
  RuleFailure,
  ShadowOutcome,
} from "./decision.ts";
import { principalOf } from "./delegation.ts";
import { namedSubject } from "./identify.ts";
import type { Entity } from "./entity.ts";
import {
  decideForPrincipal,
  isUndecided,
  ranksWith,
  type DecideOptions,
  type History,
  type MemberDecision,
} from "./member.ts";
import type { RuleItem } from "./compiled-rule.ts";
import type { CountedApproval } from "./requirement.ts";
import type { Uncounted } from "./counting-approvals.ts";
import { unite } from "./obligations.ts";
import { nearestAllow } from "./nearest.ts";

const NONE: readonly never[] = [];

/** A containment that a decision starts (design 6.5). */
export interface Containment {
  readonly rule: string;
  readonly act: OnDeny;
  /** `type:id` of the subject whose decision it was; undefined where unknown. */
  readonly subject: string | undefined;
  /** Set where the rule hangs on unknowns: the containment is only possible. */
  readonly doubt: Unknown | undefined;
}

/** What hangs over all members: an unrecorded chain or person, an unknown target. */
interface Doubts {
  readonly stricter: boolean;
  readonly missing: readonly Unknown[];
}

const NO_DOUBTS: Doubts = { stricter: false, missing: NONE };

interface Joint {
  readonly members: readonly MemberDecision[];
  readonly ranks: RankSet;
  readonly doubts: Doubts;
}

/**
 * A decision with what it means for the calls after it. The decision in full is described where
 * somebody asks, since most calls of a replay need only what stands beside it.
 */
export class Outcome {
  /** The approvals that were counted, or may have been. */
  readonly counted: readonly CountedApproval[];
  /**
   * True where one subject's rules decide, all of them surely, without anybody's approval, and
   * nothing else has a say.
   */
  readonly plain: boolean;
  readonly #call: PreparedCall;
  readonly #joint: Joint;
  #decision: Decision | undefined;

  constructor(
    call: PreparedCall,
    joint: Joint,
    /** What the decision starts. */
    readonly containments: readonly Containment[],
    /**
     * True where a stricter effect is possible besides, for want of the chain, the person or the
     * mode (design 4.5).
     */
    readonly doubtful: boolean,
  ) {
    this.#call = call;
    this.#joint = joint;
    const [own] = joint.members;
    this.plain = own !== undefined && joint.members.length === 1 && !doubtful && isPlain(own);
    this.counted = this.plain ? NONE : countedOf(rulesOf(joint.members));
  }

  get ranks(): RankSet {
    return this.#joint.ranks;
  }

  /** What every member decided, for classes of change (design 7.4). */
  get members(): readonly MemberDecision[] {
    return this.#joint.members;
  }

  get effect(): Effect {
    return effectOf(strictest(this.ranks));
  }

  get permitted(): boolean {
    return strictest(this.ranks) <= SATISFIED;
  }

  get indeterminate(): boolean {
    return (this.ranks & (this.ranks - 1)) !== 0;
  }

  /** The decision in full (design 4.4). */
  get decision(): Decision {
    return (this.#decision ??= describe(this.#call, this.#joint));
  }

  /** What was given and does not count, for each approval that is not satisfied. */
  get uncounted(): readonly UncountedFor[] {
    return this.plain ? NONE : uncountedFor(rulesOf(this.members));
  }

  /**
   * Describes the decision at once where that reads the state before the call, which changes after
   * it: what came nearest to permitting a call that no rule permits.
   */
  describeOnState(): this {
    if (!this.plain || this.members[0]?.rules.length === 0)
      this.#decision = describe(this.#call, this.#joint);
    return this;
  }
}

/** Something that was given and does not count, with the rule for which it does not. */
interface UncountedFor extends Uncounted {
  readonly rule: string;
}

/** WHY each once: under delegation a rule asks for the same approval of every member. */
function uncountedFor(items: readonly RuleItem[]): readonly UncountedFor[] {
  const all = items.flatMap(({ name, requirement }) =>
    (requirement?.uncounted ?? []).map(({ by, why }) => ({ rule: name, by, why })),
  );
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** Whether rules alone decide for a member, all of them surely and without an approval. */
function isPlain({ rules, shadow, excepted, denials }: MemberDecision): boolean {
  if (shadow.length + excepted.length + denials.length > 0) return false;
  for (const item of rules) if (item.truth !== true || item.requirement !== undefined) return false;
  return true;
}

function subjectsOf(
  options: DecideOptions,
  call: PreparedCall,
  mode: DelegationMode,
): { readonly subjects: readonly Entity[]; readonly doubts: Doubts } {
  const missing: Unknown[] = [];
  const subjects: Entity[] = [call.subject];
  if (mode !== "subject") {
    subjects.push(...call.chain.agents.map((name) => namedSubject(options.set.catalog, name)));
    if (call.chain.unknown !== undefined) missing.push(call.chain.unknown);
  }
  if (mode === "user") {
    const principal = principalOf(call.request, call.mask);
    if (principal.name !== undefined)
      subjects.push(namedSubject(options.set.catalog, principal.name));
    if (principal.unknown !== undefined) missing.push(principal.unknown);
  }
  return { subjects, doubts: { stricter: missing.length > 0, missing } };
}

function decideJoint(
  options: DecideOptions,
  call: PreparedCall,
  { mode, history, own }: { mode: DelegationMode; history: History; own: MemberDecision },
): Joint {
  if (mode === "subject") return { members: [own], ranks: own.ranks, doubts: NO_DOUBTS };
  const { subjects, doubts } = subjectsOf(options, call, mode);
  const members = [
    own,
    ...subjects.slice(1).map((subject) => decideForPrincipal(options, call, { subject, history })),
  ];
  const joint = strictestOf(members.map((member) => member.ranks));
  return { members, ranks: doubts.stricter ? orStricter(joint) : joint, doubts };
}

/** One decision (design 4) of a prepared call on the state before it. */
export function decide(options: DecideOptions, call: PreparedCall, history: History): Outcome {
  const outcome = decideAll(options, call, history);
  return options.set.declares ? outcome.describeOnState() : outcome;
}

function decideAll(options: DecideOptions, call: PreparedCall, history: History): Outcome {
  const own = decideForPrincipal(options, call, { subject: call.subject, history });
  if (options.set.modes.length === 0) {
    const joint = { members: [own], ranks: own.ranks, doubts: NO_DOUBTS };
    return new Outcome(call, joint, containmentsOf(own, undefined), false);
  }
  const { modes, missing } = delegationModes(options.set, call.subject);
  const joints = modes.map((mode) => decideJoint(options, call, { mode, history, own }));
  const { members, doubts } = joints.at(-1) ?? { members: [own], doubts: NO_DOUBTS };
  const joint = {
    members,
    ranks: joints.reduce((union, one) => union | one.ranks, 0),
    doubts: missing === undefined ? doubts : { ...doubts, missing: [...doubts.missing, missing] },
  };
  // whom the decision is for only perhaps starts a containment only perhaps
  const certain = joints[0]?.members.length ?? 1;
  const containments = members.flatMap((member, i) =>
    containmentsOf(member, i < certain ? undefined : missing),
  );
  return new Outcome(call, joint, containments, doubts.stricter || joints.length > 1);
}

/**
 * The rules of all members. WHY the short way out here and below: there is nearly always one
 * member.
 */
function rulesOf(members: readonly MemberDecision[]): readonly RuleItem[] {
  const [only] = members;
  return only !== undefined && members.length === 1
    ? only.rules
    : members.flatMap((member) => member.rules);
}

function itemsOf(members: readonly MemberDecision[]): readonly Vote[] {
  const [only] = members;
  return only !== undefined && members.length === 1 && only.denials.length === 0
    ? only.rules
    : members.flatMap((member) => [...member.rules, ...member.denials]);
}

function countedOf(items: readonly RuleItem[]): readonly CountedApproval[] {
  return items.every((item) => item.requirement === undefined)
    ? NONE
    : items.flatMap((item) => item.requirement?.counted ?? []);
}

function containmentsOf(member: MemberDecision, mode: Unknown | undefined): readonly Containment[] {
  if (member.rules.every((item) => item.compiled.rule.onDeny === undefined)) return NONE;
  const { type, id } = member.row.subject;
  const subject = type === undefined || id === undefined ? undefined : `${type}:${id}`;
  return member.rules.flatMap((item) => {
    const act = item.compiled.rule.onDeny;
    if (act === undefined) return [];
    const own = item.truth instanceof Unknown ? item.truth : undefined;
    return [
      {
        rule: item.name,
        act,
        subject,
        doubt: own === undefined || mode === undefined ? (own ?? mode) : own.with(mode),
      },
    ];
  });
}

/**
 * Each name once, in order. WHY the look first: a member's rules come in order, and there is nearly
 * always one member.
 */
function sorted(names: readonly string[]): readonly string[] {
  if (names.length === 0) return NONE;
  const isInOrder = names.every((name, i) => i === 0 || (names[i - 1] ?? "") < name);
  return isInOrder ? names : [...new Set(names)].sort();
}

function obligationsOf(bearing: readonly RuleItem[], call: PreparedCall): Decision["obligations"] {
  if (bearing.every((item) => item.compiled.rule.obligations === undefined)) return NONE;
  const rules = bearing.map(({ name, compiled: { rule } }) => ({ name, rule }));
  return unite(rules, call.resource);
}

function describe(call: PreparedCall, joint: Joint): Decision {
  const { members, ranks, doubts } = joint;
  const rank: Rank = strictest(ranks);
  const items = itemsOf(members);
  const rules = decidingRules(joint, rank);
  const effect = effectOf(rank);
  const bearing = rulesOf(members).filter((item) => item.effect !== "deny");
  return {
    effect,
    permitted: rank <= SATISFIED,
    indeterminate: (ranks & (ranks - 1)) !== 0,
    possible: effectsOf(ranks),
    rules,
    matched: sorted(items.filter((item) => item.truth === true).map((item) => item.name)),
    undecided: items.some(isUndecided)
      ? sorted(items.filter(isUndecided).map((item) => item.name))
      : NONE,
    shadow: shadowOutcomes(joint, effect),
    excepted: members.every((member) => member.excepted.length === 0)
      ? NONE
      : sorted(members.flatMap((member) => member.excepted)),
    nearest: rules.includes("default") ? nearestOf(members, call) : null,
    reason: reasonOf(items, rules, doubts),
    obligations: effect === "deny" ? NONE : obligationsOf(bearing, call),
    approval: approvalSummary(bearing),
    missing: missingOf(items, doubts),
    errors: failuresOf(items),
  };
}

/**
 * The names that decided (design 4.4): certain ones first; where none is certain, those that an
 * error or an unknown leaves.
 */
function decidingRules(joint: Joint, rank: Rank): readonly string[] {
  const [only] = joint.members;
  const names =
    only !== undefined && joint.members.length === 1
      ? rulesOfMember(only, rank)
      : joint.members.flatMap((member) => rulesOfMember(member, rank));
  if (rank === DENY) return sorted(names).concat(deniedByDoubt(joint));
  return names.length > 0 ? sorted(names) : ["default"];
}

/** The names by which a member brings a rank about; none where it is not the one that does. */
function rulesOfMember(member: MemberDecision, rank: Rank): readonly string[] {
  if (rank === DENY) return (member.ranks & (1 << DENY)) === 0 ? NONE : denyingRules(member);
  const effect = effectOf(rank);
  if (effectOf(strictest(member.ranks)) !== effect) return NONE;
  return member.rules
    .filter((item) => item.effect === effect && (effect !== "allow" || item.truth === true))
    .map((item) => item.name);
}

/**
 * The names that decided, as far as they are owed to one of those whom a decision asked (design
 * 4.5).
 */
export function rulesDecidedBy(
  member: MemberDecision,
  { ranks }: Pick<Outcome, "ranks">,
): readonly string[] {
  return rulesOfMember(member, strictest(ranks));
}

function deniedByDoubt(joint: Joint): readonly string[] {
  return joint.members.some((m) => (m.ranks & (1 << DENY)) !== 0) ? [] : ["default"];
}

function denyingRules(member: MemberDecision): readonly string[] {
  const items: readonly Vote[] = itemsOf([member]);
  const denies = (item: Vote): boolean => (item.ranks & (1 << DENY)) !== 0;
  const certain = items.filter((item) => item.truth === true && item.ranks === 1 << DENY);
  if (certain.length > 0) return certain.map((item) => item.name);
  const failed = items.filter((item) => item.truth instanceof Failure && item.ranks === 1 << DENY);
  if (failed.length > 0) return failed.map((item) => item.name);
  if (!items.some((item) => item.truth === true)) return ["default"];
  return items.filter((item) => denies(item)).map((item) => item.name);
}

function shadowOutcomes(joint: Joint, effect: Decision["effect"]): readonly ShadowOutcome[] {
  if (joint.members.every((member) => member.shadow.length === 0)) return NONE;
  const names = sorted(joint.members.flatMap((member) => member.shadow.map((item) => item.name)));
  return names.flatMap((rule) => {
    const sets = joint.members.map((member) =>
      ranksWith(
        member,
        member.shadow.filter((item) => item.name === rule),
      ),
    );
    const ranks = joint.doubts.stricter ? orStricter(strictestOf(sets)) : strictestOf(sets);
    const would = effectOf(strictest(ranks));
    return would === effect ? [] : [{ rule, effect: would }];
  });
}

function nearestOf(members: readonly MemberDecision[], call: PreparedCall): Nearest | null {
  for (const member of members) {
    if (!denyingRules(member).includes("default")) continue;
    const nearest = nearestAllow(member, call);
    if (nearest !== null) return nearest;
  }
  return null;
}

/** The reason of the first rule that matched, else of one that may; an error is no reason of a rule. */
function reasonOf(items: readonly Vote[], rules: readonly string[], doubts: Doubts): string | null {
  const deciding = rules.flatMap((rule) => items.filter((item) => item.name === rule));
  const reasoned = deciding.filter((item) => item.reason !== undefined);
  const best =
    reasoned.find((item) => item.truth === true) ??
    reasoned.find((item) => item.truth instanceof Unknown);
  if (best?.reason !== undefined) return best.reason;
  for (const { name, truth } of deciding)
    if (truth instanceof Failure) return `${name} could not be evaluated: ${truth.message}`;
  if (!rules.includes("default")) return null;
  if (items.some((item) => item.truth === true) && doubts.stricter)
    return "the person for whom the call was made is unrecorded";
  return "no rule permits this call";
}

const NO_APPROVAL: ApprovalSummary = { state: "none", requirements: [] };

function approvalSummary(items: readonly RuleItem[]): ApprovalSummary {
  if (items.every((item) => item.requirement === undefined)) return NO_APPROVAL;
  const requirements = new Map<string, Requirement>();
  for (const { name, requirement, compiled } of items) {
    if (requirement === undefined || compiled.approval === undefined) continue;
    const { approval, names } = compiled.approval;
    requirements.set(name, {
      rule: name,
      approvers: names,
      quorum: approval.quorum,
      within: approval.within ?? null,
      have: requirement.have,
      state: requirement.state,
    });
  }
  const list = [...requirements.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const states = new Set(list.map((r) => r.state));
  const state =
    (["refused", "open", "unknown", "satisfied"] as const).find((s) => states.has(s)) ?? "none";
  return { state, requirements: list };
}

/** The attributes for want of which a vote is undecided. */
function pathsMissing(item: Vote): readonly string[] {
  const own = item.truth instanceof Unknown ? item.truth.paths : NONE;
  const asked = isRuleItem(item) ? (item.requirement?.missing ?? NONE) : NONE;
  return own.length === 0 ? asked : [...own, ...asked];
}

function missingOf(items: readonly Vote[], doubts: Doubts): readonly Missing[] {
  if (doubts.missing.length === 0 && items.every((item) => pathsMissing(item).length === 0))
    return NONE;
  const rules = new Map<string, Set<string>>();
  const note = (attribute: string, rule: string): void => {
    const set = rules.get(attribute) ?? new Set<string>();
    rules.set(attribute, set.add(rule));
  };
  for (const item of items) for (const path of pathsMissing(item)) note(path, item.name);
  for (const unknown of doubts.missing) for (const path of unknown.paths) note(path, "default");
  return sorted([...rules.keys()]).map((attribute) => ({
    attribute,
    rules: sorted([...(rules.get(attribute) ?? [])]),
  }));
}

function isRuleItem(item: Vote): item is RuleItem {
  return "compiled" in item;
}

function failuresOf(items: readonly Vote[]): readonly RuleFailure[] {
  if (!items.some((item) => item.truth instanceof Failure)) return NONE;
  const failures = new Map<string, string>();
  for (const item of items)
    if (item.truth instanceof Failure) failures.set(item.name, item.truth.message);
  return sorted([...failures.keys()]).map((rule) => ({ rule, message: failures.get(rule) ?? "" }));
}
