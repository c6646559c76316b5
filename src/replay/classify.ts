import { Failure, Unknown } from "../condition/value.ts";
import { DENY, effectOf, effectsOf, orStricter, possibleRanks, ranksOf, strictestOf, type Item } from "../engine/combine.ts";
import type { Obligation } from "../engine/decision.ts";
import { bothComparisons, compareApprovals, compareObligations, type Comparison } from "../engine/demand.ts";
import type { MemberDecision, RuleItem } from "../engine/member.ts";
import { unite } from "../engine/obligations.ts";
import type { Approval, Effect } from "../policy/model.ts";
import type { Side } from "./side.ts";

/** The class of a call (design 7.4), before sub-agents make it unreachable. */
export type ChangeClass = "unchanged" | "widened" | "narrowed" | "indeterminate";

/** What a version demands of a call under one assignment of what is unknown. */
interface Demanded {
  readonly effect: Effect;
  readonly approvals: readonly Approval[];
  readonly obligations: readonly Obligation[];
  /** False for recorded decisions, which do not say what they demanded. */
  readonly known: boolean;
}

const STRICTNESS: readonly Effect[] = ["allow", "require_approval", "deny"];

function compareDemands(before: Demanded, after: Demanded): ChangeClass {
  const step = STRICTNESS.indexOf(after.effect) - STRICTNESS.indexOf(before.effect);
  if (step !== 0) return step < 0 ? "widened" : "narrowed";
  if (after.effect === "deny" || !before.known || !after.known) return "unchanged";
  const approvals: Comparison = after.effect === "require_approval" ? compareApprovals(before.approvals, after.approvals) : "equal";
  const verdict = bothComparisons(approvals, compareObligations(before.obligations, after.obligations));
  return verdict === "equal" ? "unchanged" : verdict === "laxer" ? "widened" : "narrowed";
}

function demandsOf(items: readonly RuleItem[], side: Side): Pick<Demanded, "approvals" | "obligations"> {
  const bearing = items.filter((item) => item.effect !== "deny");
  const resource = side.engine?.call.resource;
  const named = bearing.map((item) => ({ name: item.name, rule: item.compiled.rule }));
  return {
    approvals: [...new Set(bearing.flatMap((item) => item.compiled.approval?.approval ?? []))],
    obligations: resource === undefined ? [] : unite(named, resource),
  };
}

function enforced(side: Side): Demanded {
  if (side.engine === undefined) return { effect: side.effect, approvals: [], obligations: [], known: false };
  const items = side.engine.outcome.members.flatMap((member) => member.rules);
  return { effect: side.effect, ...demandsOf(items, side), known: true };
}

/** An undecided item's text: the same text in two versions is taken the same way in both. */
function textOf(item: Item, member: MemberDecision): string {
  const subject = `${member.row.subject.type ?? "?"}:${member.row.subject.id ?? "?"}`;
  const body = isRuleItem(item) ? item.compiled.text() : item.name;
  return `${subject}\u0000${body}`;
}

function isRuleItem(item: Item): item is RuleItem {
  return "compiled" in item;
}

function itemsOf(member: MemberDecision): readonly Item[] {
  return member.denials.length === 0 ? member.rules : [...member.rules, ...member.denials];
}

/** A requirement that may have been refused, or not. */
function mayBeRefused(item: Item): boolean {
  return item.effect === "require_approval" && (item.ranks & (1 << DENY)) !== 0 && item.ranks !== 1 << DENY;
}

/** What of an item is taken both ways: whether it counts, and whether its approval was refused. */
function doubtsOf(item: Item, text: string): readonly string[] {
  return [...(item.truth instanceof Unknown ? [text] : []), ...(mayBeRefused(item) ? [`${text}${REFUSED}`] : [])];
}
const REFUSED = "\u0000refused";

/** Everything of a version that hangs on unknowns or errors, by text. */
function undecidedTexts(side: Side): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const member of side.engine?.outcome.members ?? []) {
    for (const item of itemsOf(member)) if (doubtsOf(item, "").length > 0 || item.truth instanceof Failure) texts.add(textOf(item, member));
  }
  if (side.engine?.outcome.doubtful === true) texts.add("doubt");
  return texts;
}

function settled(side: Side): boolean {
  const outcome = side.engine?.outcome;
  return outcome === undefined || (outcome.decision.undecided.length === 0 && !outcome.decision.indeterminate && !outcome.doubtful);
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((text) => b.has(text));
}

/** How two versions' decisions of one call differ (design 7.4). */
export function classify(before: Side, after: Side): ChangeClass {
  if (settled(before) && settled(after)) return compareDemands(enforced(before), enforced(after));
  const overall = compareDemands(enforced(before), enforced(after));
  if (overall === "unchanged" && samePossible(before, after) && sameSet(undecidedTexts(before), undecidedTexts(after))) return "unchanged";
  const classes = possibleClasses(before, after);
  const [only] = classes;
  return classes.size === 1 && only !== undefined ? only : "indeterminate";
}

function samePossible(before: Side, after: Side): boolean {
  const effects = (side: Side): string => (side.engine === undefined ? side.effect : effectsOf(side.engine.outcome.ranks).join());
  return effects(before) === effects(after);
}

/** Taken both ways: the text of what is unknown -> whether it counts. */
type Assignment = ReadonlyMap<string, boolean>;

/** Beyond this many unknowns the assignments are not walked; then only what every assignment shares is said. */
export const WALKED = 10;

/** A version that denies whatever is unknown demands one thing under every assignment. */
function surelyDenies(side: Side): boolean {
  return side.engine?.outcome.ranks === 1 << DENY;
}

function unknownTexts(side: Side): readonly string[] {
  if (surelyDenies(side)) return [];
  return (side.engine?.outcome.members ?? []).flatMap((member) => itemsOf(member).flatMap((item) => doubtsOf(item, textOf(item, member))));
}

function possibleClasses(before: Side, after: Side): ReadonlySet<ChangeClass> {
  const variables = [...new Set([...unknownTexts(before), ...unknownTexts(after)])].sort();
  if (variables.length > WALKED) return coarseClasses(before, after);
  const classes = new Set<ChangeClass>();
  for (let bits = 0; bits < 1 << variables.length; bits++) {
    const assignment = new Map(variables.map((text, i) => [text, ((bits >> i) & 1) === 1]));
    for (const b of demandsUnder(before, assignment)) for (const a of demandsUnder(after, assignment)) classes.add(compareDemands(b, a));
  }
  return classes;
}

function coarseClasses(before: Side, after: Side): ReadonlySet<ChangeClass> {
  const effects = (side: Side): readonly Effect[] => (side.engine === undefined ? [side.effect] : effectsOf(side.engine.outcome.ranks));
  const all = effects(before).flatMap((b) => effects(after).map((a) => Math.sign(STRICTNESS.indexOf(a) - STRICTNESS.indexOf(b))));
  if (all.every((step) => step < 0)) return new Set(["widened"]);
  return all.every((step) => step > 0) ? new Set(["narrowed"]) : new Set(["indeterminate"]);
}

/** What a version demands under an assignment: one thing, or several where a chain or a mode is unknown besides. */
function demandsUnder(side: Side, assignment: Assignment): readonly Demanded[] {
  if (side.engine === undefined || surelyDenies(side)) return [enforced(side)];
  const { outcome } = side.engine;
  const taken = outcome.members.map((member) => itemsOf(member).flatMap((item) => takeItem(item, textOf(item, member), assignment)));
  const ranks = strictestOf(taken.map((items) => possibleRanks(items)));
  const rules = taken.flat().filter(isRuleItem);
  const demands = demandsOf(rules, side);
  const effects = outcome.doubtful ? effectsOf(orStricter(ranks) & outcome.ranks) : [effectOf(ranksOf(ranks)[0] ?? DENY)];
  return effects.map((effect) => ({ effect, ...demands, known: true }));
}

/** An item with its unknowns settled: not there, or counting, and then refused or not. */
function takeItem(item: Item, text: string, assignment: Assignment): readonly Item[] {
  if (item.truth instanceof Unknown && assignment.get(text) === false) return [];
  const refused = assignment.get(`${text}${REFUSED}`);
  const truth = item.truth instanceof Unknown && assignment.get(text) === true ? true : item.truth;
  const ranks = !mayBeRefused(item) || refused === undefined ? item.ranks : refused ? 1 << DENY : item.ranks & ~(1 << DENY);
  return [{ ...item, truth, ranks }];
}
