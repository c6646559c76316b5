import { Failure, Unknown } from "../condition/value.ts";
import { ALLOW, DENY, effectOf, effectsOf, OPEN, possibleRanks, ranksOf, type Item, type RankSet } from "../engine/combine.ts";
import { bothComparisons, compareApprovals, compareObligations } from "../engine/demand.ts";
import type { Effect, OnDeny } from "../policy/model.ts";
import type { RuleFormula } from "./rule-model.ts";
import { ALL_VALUES, ERROR, FALSE, TRUE, UNKNOWN, type TruthValue } from "./truth-value.ts";

/** A rule with how its formula came out. */
export interface Said {
  readonly rule: RuleFormula;
  readonly value: TruthValue;
}

/** How the decisions of two versions on one row differ, over everything else that may have a say. */
export interface Difference {
  readonly widens: boolean;
  readonly narrows: boolean;
  readonly moves: boolean;
}

const SOMETHING = new Unknown(["something"]);
const FAILED = new Failure("something");

/** Where the approvers of a rule stand: nobody refused, somebody did, or that is not known. */
type Refusal = "no" | "yes" | "maybe";
const REFUSALS: readonly Refusal[] = ["no", "yes", "maybe"];
const REFUSED_RANKS: Readonly<Record<Refusal, RankSet>> = { no: 1 << OPEN, yes: 1 << DENY, maybe: (1 << OPEN) | (1 << DENY) };

function item(effect: Effect, value: TruthValue, ranks: RankSet): Item {
  return { name: "", effect, truth: value === TRUE ? true : value === UNKNOWN ? SOMETHING : FAILED, ranks };
}

/** Every way in which rules outside the comparison may add to both versions alike. */
const CONTEXTS: readonly (readonly Item[])[] = ALL_VALUES.flatMap((allow) =>
  ALL_VALUES.flatMap((approval) =>
    ALL_VALUES.map((deny) => [
      ...(allow === FALSE ? [] : [item("allow", allow, 1 << ALLOW)]),
      ...(approval === FALSE ? [] : [item("require_approval", approval, 1 << OPEN)]),
      ...(deny === FALSE ? [] : [item("deny", deny, 1 << DENY)]),
    ]),
  ),
);

function approversKey({ approval }: RuleFormula): string {
  return [...new Set(approval?.approvers ?? ["human:*"])].sort().join("\u0000");
}

type Refusals = ReadonlyMap<string, Refusal>;

/** Every combination of refusals by the groups of approvers that are asked. */
function refusalCases(rules: readonly Said[]): readonly Refusals[] {
  const keys = [...new Set(rules.filter(({ rule }) => rule.approval !== undefined).map(({ rule }) => approversKey(rule)))];
  return keys.reduce<readonly Refusals[]>((cases, key) => cases.flatMap((one) => REFUSALS.map((refusal) => new Map([...one, [key, refusal]]))), [new Map()]);
}

function ranksOfRule(rule: RuleFormula, refusals: Refusals): RankSet {
  if (rule.effect === "deny") return 1 << DENY;
  return rule.effect === "allow" ? 1 << ALLOW : REFUSED_RANKS[refusals.get(approversKey(rule)) ?? "no"];
}

const STRICTNESS: readonly Effect[] = ["allow", "require_approval", "deny"];

interface Demanded {
  readonly rules: readonly RuleFormula[];
  readonly ranks: RankSet;
}

function demanded(said: readonly Said[], refusals: Refusals, context: readonly Item[]): Demanded {
  const counting = said.filter(({ value }) => value !== FALSE);
  const items = counting.map(({ rule, value }) => item(rule.effect, value, ranksOfRule(rule, refusals)));
  return { rules: counting.map(({ rule }) => rule), ranks: possibleRanks([...items, ...context]) };
}

function enforced(ranks: RankSet): Effect {
  return effectOf(ranksOf(ranks)[0] ?? DENY);
}

/** What `after` demands beside `before`: approvals and obligations of all rules that count. */
function demands(before: Demanded, after: Demanded, effect: Effect): "equal" | "stricter" | "laxer" {
  const approvals = (of: Demanded): RuleFormula["approval"][] => of.rules.map((rule) => rule.approval);
  const asked = effect === "require_approval" ? compareApprovals(approvals(before).filter((a) => a !== undefined), approvals(after).filter((a) => a !== undefined)) : "equal";
  return bothComparisons(asked, compareObligations(before.rules.flatMap((rule) => rule.obligations), after.rules.flatMap((rule) => rule.obligations)));
}

/** WHY demands count under a stricter effect too where calls are decided for several subjects: another of them may set the effect (design 4.5). */
function compareOne(before: Demanded, after: Demanded, joint: boolean): Difference {
  const [from, to] = [enforced(before.ranks), enforced(after.ranks)];
  const step = STRICTNESS.indexOf(to) - STRICTNESS.indexOf(from);
  const asked = to === "deny" || (step !== 0 && !joint) ? "equal" : demands(before, after, to);
  const widens = step < 0 || asked === "laxer";
  const narrows = step > 0 || asked === "stricter";
  return { widens, narrows, moves: widens || narrows || effectsOf(before.ranks).join() !== effectsOf(after.ranks).join() };
}

const CONTAINS: Readonly<Record<OnDeny, readonly OnDeny[]>> = {
  block_tool: ["block_tool"],
  suspend_session: ["block_tool", "suspend_session"],
  terminate_session: ["block_tool", "suspend_session", "terminate_session"],
  revoke_credential: ["revoke_credential"],
};

/** Containments that a row starts, each with its certainty: 2 certain, 1 possible. */
function containments(said: readonly Said[]): ReadonlyMap<OnDeny, number> {
  const started = new Map<OnDeny, number>();
  for (const { rule, value } of said) {
    if (rule.onDeny === undefined || value === FALSE) continue;
    const certainty = value === TRUE || value === ERROR ? 2 : 1;
    for (const act of CONTAINS[rule.onDeny]) started.set(act, Math.max(started.get(act) ?? 0, certainty));
  }
  return started;
}

function containsLess(before: ReadonlyMap<OnDeny, number>, after: ReadonlyMap<OnDeny, number>): boolean {
  return [...before].some(([act, certainty]) => (after.get(act) ?? 0) < certainty);
}

/**
 * How the rules of two versions, as they came out on one row, may decide it differently: over every context of other
 * rules and every refusal. INVARIANT: a context adds the same to both sides, so nothing outside can undo what is found.
 */
export function compareOutcomes(before: readonly Said[], after: readonly Said[], joint: boolean): Difference {
  const [started, startedAfter] = [containments(before), containments(after)];
  let widens = containsLess(started, startedAfter);
  let narrows = containsLess(startedAfter, started);
  let moves = widens || narrows;
  for (const refusals of refusalCases([...before, ...after])) {
    for (const context of CONTEXTS) {
      const one = compareOne(demanded(before, refusals, context), demanded(after, refusals, context), joint);
      widens ||= one.widens;
      narrows ||= one.narrows;
      moves ||= one.moves;
    }
  }
  return { widens, narrows, moves };
}
