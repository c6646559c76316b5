import { Unknown } from "../condition/value.ts";
import {
  DENY,
  effectOf,
  effectsOf,
  possibleRanks,
  ranksOf,
  strictestOf,
  type Vote,
  STRICTNESS,
  strictnessStep,
} from "../engine/combine.ts";
import type { Obligation } from "../engine/decision.ts";
import {
  bothComparisons,
  compareApprovals,
  compareObligations,
  duties,
  type Comparison,
} from "../engine/demand.ts";
import type { RuleItem } from "../engine/compiled-rule.ts";
import type { MemberDecision } from "../engine/member.ts";
import { unite } from "../engine/obligations.ts";
import type { Approval, Effect } from "../policy/model.ts";
import type { VersionDecision } from "./version-decision.ts";

/** The class of a call (design 7.4), before sub-agents make it unreachable. */
export type ChangeClass = "unchanged" | "widened" | "narrowed" | "indeterminate";

/** What a version demands of whoever may make a call. */
export interface Demands {
  readonly approvals: readonly Approval[];
  readonly obligations: readonly Obligation[];
}

/** What a version demands of a call under one assignment of what is unknown. */
interface Demanded extends Demands {
  readonly effect: Effect;
  /** False for recorded decisions, which do not say what they demanded. */
  readonly known: boolean;
}

function compareDemands(before: Demanded, after: Demanded): ChangeClass {
  const step = strictnessStep(before.effect, after.effect);
  if (step !== 0) return step < 0 ? "widened" : "narrowed";
  if (after.effect === "deny" || !before.known || !after.known) return "unchanged";
  const approvals: Comparison =
    after.effect === "require_approval"
      ? compareApprovals(before.approvals, after.approvals)
      : "equal";
  const verdict = bothComparisons(
    approvals,
    compareObligations(before.obligations, after.obligations),
  );
  return verdict === "equal" ? "unchanged" : verdict === "laxer" ? "widened" : "narrowed";
}

/** What the given rules of a version's decision demand together. */
export function demandsOf(items: readonly RuleItem[], side: VersionDecision): Demands {
  const bearing = items.filter((item) => item.effect !== "deny");
  const resource = side.engine?.call.resource;
  const named = bearing.map((item) => ({ name: item.name, rule: item.compiled.rule }));
  return {
    approvals: [...new Set(bearing.flatMap((item) => item.compiled.approval?.approval ?? []))],
    obligations: resource === undefined ? [] : unite(named, resource),
  };
}

function enforced(side: VersionDecision): Demanded {
  if (side.engine === undefined)
    return { effect: side.effect, approvals: [], obligations: [], known: false };
  const items = side.engine.outcome.members.flatMap((member) => member.rules);
  return { effect: side.effect, ...demandsOf(items, side), known: true };
}

/**
 * An undecided item's text: the same text in two versions is taken the same way in both. WHY the
 * place of a principal whose name is not whole: the same rule may match one of two such principals
 * and not the other.
 */
function textOf(item: Vote, member: MemberDecision, place: number): string {
  const { type, id } = member.row.subject;
  const principal = type === undefined || id === undefined ? `\u0000${place}` : `${type}:${id}`;
  const body = isRuleItem(item) ? item.compiled.text() : item.name;
  return `${principal}\u0000${body}`;
}

function isRuleItem(item: Vote): item is RuleItem {
  return "compiled" in item;
}

function itemsOf(member: MemberDecision): readonly Vote[] {
  return member.denials.length === 0 ? member.rules : [...member.rules, ...member.denials];
}

/** A requirement that may have been refused, or not. */
function mayBeRefused(item: Vote): boolean {
  return (
    item.effect === "require_approval" &&
    (item.ranks & (1 << DENY)) !== 0 &&
    item.ranks !== 1 << DENY
  );
}

/** What of an item is taken both ways: whether it counts, and whether its approval was refused. */
function doubtsOf(item: Vote, text: string): readonly string[] {
  return [
    ...(item.truth instanceof Unknown ? [text] : []),
    ...(mayBeRefused(item) ? [`${text}${REFUSED}`] : []),
  ];
}
const REFUSED = "\u0000refused";

function settled(side: VersionDecision): boolean {
  const outcome = side.engine?.outcome;
  return (
    outcome === undefined ||
    outcome.plain ||
    (outcome.decision.undecided.length === 0 && !outcome.indeterminate && !outcome.doubtful)
  );
}

/** How two versions' decisions of one call differ (design 7.4). */
export function classify(before: VersionDecision, after: VersionDecision): ChangeClass {
  if (settled(before) && settled(after)) return compareDemands(enforced(before), enforced(after));
  if (saysTheSame(before, after)) return "unchanged";
  const classes = possibleClasses(before, after);
  const [only] = classes;
  return classes.size === 1 && only !== undefined ? only : "indeterminate";
}

/**
 * Whether two versions demand the same, whichever way their undecided rules go: those are the same
 * in both, and so is what is demanded without them. WHY not by walking: a version is unchanged
 * beside itself however many are undecided.
 */
function saysTheSame(before: VersionDecision, after: VersionDecision): boolean {
  if (
    before.engine === undefined ||
    after.engine === undefined ||
    undecidedForm(before) !== undecidedForm(after)
  )
    return false;
  const [old, now] = [
    demandsOf(certainRules(before), before),
    demandsOf(certainRules(after), after),
  ];
  return (
    compareApprovals(old.approvals, now.approvals) === "equal" &&
    compareObligations(old.obligations, now.obligations) === "equal"
  );
}

/** The rules that have a say under every assignment. */
function certainRules(side: VersionDecision): readonly RuleItem[] {
  return (side.engine?.outcome.members ?? []).flatMap(({ rules }) =>
    rules.filter(({ truth }) => !(truth instanceof Unknown)),
  );
}

/** What of a decision hangs on unknowns, and the effects of the rest, as a text. */
function undecidedForm(side: VersionDecision): string {
  const outcome = side.engine?.outcome;
  const members = (outcome?.members ?? []).map((member, place) => {
    const open = itemsOf(member).filter((item) => doubtsOf(item, "").length > 0);
    const rest = itemsOf(member).filter((item) => !open.includes(item));
    return [
      effectsAmong(rest, true),
      effectsAmong(rest, false),
      open.map((item) => openForm(item, textOf(item, member, place), side)).sort(),
    ];
  });
  return JSON.stringify([outcome?.doubtful, effectsOf(outcome?.ranks ?? 0), members]);
}

/** The effects of the rules that matched, or of those that failed. */
function effectsAmong(items: readonly Vote[], matched: boolean): readonly Effect[] {
  return effectsOf(
    items.reduce(
      (ranks, item) => ((item.truth === true) === matched ? ranks | item.ranks : ranks),
      0,
    ),
  );
}

/** WHY with its duties: those may hang on what the version's catalog says of the resource. */
function openForm(item: Vote, text: string, side: VersionDecision): string {
  const owed = isRuleItem(item) ? [...duties(demandsOf([item], side).obligations)].sort() : [];
  return JSON.stringify([text, item.truth instanceof Unknown, effectsOf(item.ranks), owed]);
}

/** Taken both ways: the text of what is unknown -> whether it counts. */
type Assignment = ReadonlyMap<string, boolean>;

/**
 * Beyond this many unknowns the assignments are not walked; then only what every assignment shares
 * is said.
 */
const WALKED = 10;

/** A version that denies whatever is unknown demands one thing under every assignment. */
function surelyDenies(side: VersionDecision): boolean {
  return side.engine?.outcome.ranks === 1 << DENY;
}

function unknownTexts(side: VersionDecision): readonly string[] {
  if (surelyDenies(side)) return [];
  return (side.engine?.outcome.members ?? []).flatMap((member, place) =>
    itemsOf(member).flatMap((item) => doubtsOf(item, textOf(item, member, place))),
  );
}

function possibleClasses(
  before: VersionDecision,
  after: VersionDecision,
): ReadonlySet<ChangeClass> {
  const variables = [...new Set([...unknownTexts(before), ...unknownTexts(after)])].sort();
  if (variables.length > WALKED) return coarseClasses(before, after);
  const classes = new Set<ChangeClass>();
  // an agent or a person that is not recorded decides besides, and is taken the same way in both
  const floors = [before, after].some((side) => side.engine?.outcome.doubtful === true)
    ? STRICTNESS
    : STRICTNESS.slice(0, 1);
  for (let bits = 0; bits < 1 << variables.length; bits++) {
    const assignment = new Map(variables.map((text, i) => [text, ((bits >> i) & 1) === 1]));
    for (const floor of floors) {
      const [old, now] = [
        demandUnder(before, assignment, floor),
        demandUnder(after, assignment, floor),
      ];
      if (old !== undefined && now !== undefined) classes.add(compareDemands(old, now));
    }
  }
  return classes;
}

function coarseClasses(before: VersionDecision, after: VersionDecision): ReadonlySet<ChangeClass> {
  const effects = (side: VersionDecision): readonly Effect[] =>
    side.engine === undefined ? [side.effect] : effectsOf(side.engine.outcome.ranks);
  const all = effects(before).flatMap((b) =>
    effects(after).map((a) => Math.sign(strictnessStep(b, a))),
  );
  if (all.every((step) => step < 0)) return new Set(["widened"]);
  return all.every((step) => step > 0) ? new Set(["narrowed"]) : new Set(["indeterminate"]);
}

/**
 * What a version demands under an assignment; where a chain, a person or a mode is unrecorded, at
 * least `floor` (undefined: that cannot be).
 */
function demandUnder(
  side: VersionDecision,
  assignment: Assignment,
  floor: Effect,
): Demanded | undefined {
  if (side.engine === undefined || surelyDenies(side)) return enforced(side);
  const { outcome } = side.engine;
  const taken = outcome.members.map((member, place) =>
    itemsOf(member).flatMap((item) => takeItem(item, textOf(item, member, place), assignment)),
  );
  const least = effectOf(
    ranksOf(strictestOf(taken.map((items) => possibleRanks(items))))[0] ?? DENY,
  );
  const effect = outcome.doubtful ? stricterOf(least, floor) : least;
  if (outcome.doubtful && !effectsOf(outcome.ranks).includes(effect)) return undefined;
  return { effect, ...demandsOf(taken.flat().filter(isRuleItem), side), known: true };
}

function stricterOf(a: Effect, b: Effect): Effect {
  return strictnessStep(a, b) > 0 ? b : a;
}

/** An item with its unknowns settled: not there, or counting, and then refused or not. */
function takeItem(item: Vote, text: string, assignment: Assignment): readonly Vote[] {
  if (item.truth instanceof Unknown && assignment.get(text) === false) return [];
  const refused = assignment.get(`${text}${REFUSED}`);
  const truth = item.truth instanceof Unknown && assignment.get(text) === true ? true : item.truth;
  const ranks =
    !mayBeRefused(item) || refused === undefined
      ? item.ranks
      : refused
        ? 1 << DENY
        : item.ranks & ~(1 << DENY);
  return [{ ...item, truth, ranks }];
}
